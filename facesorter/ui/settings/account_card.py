"""The settings of the engine: who compares the faces and, for Amazon Rekognition, with which account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from facesorter.domain.errors import UserError, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import kind_of
from facesorter.domain.spending import in_dollars
from facesorter.settings import Settings
from facesorter.ui.paid.engine_choice import LOCAL, REKOGNITION
from facesorter.ui.settings.required_permissions import RequiredPermissions
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.form_card import FormCard, beside, choice

if TYPE_CHECKING:
    from facesorter.app.cloud import Cloud
    from facesorter.app.services import Services


class AccountFacts(NamedTuple):
    """What can be said of the account without asking AWS; `key_id` is empty if no key is imported."""

    profiles: list[str]
    regions: list[tuple[str, str]]
    key_id: str
    key_lasts: bool
    policy: str


class AccountCard(FormCard):
    """`wanted` carries changes of the settings; `changed` says that the key is another one."""

    wanted = Signal(dict)
    changed = Signal()

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__(_("Face recognition"))
        self._app = app
        self._jobs = jobs
        self._question = 0
        self._facts_asked = 0
        settings = app.settings
        self.engine = choice(
            _("Face recognition"),
            (
                (LOCAL, _("This computer: nothing is uploaded, free")),
                (REKOGNITION, _("Amazon Rekognition, with your AWS account")),
            ),
            settings.engine,
        )
        self.profile = choice(_("AWS profile"), (("", ""),), "")
        self.region = choice(_("AWS region"), (("", ""),), "")
        self._key = label("", "dim", wraps=True)
        self.import_key = button(_("Import key file…"))
        self.forget_key = button(_("Remove key"))
        self._hint = label(
            _(
                "A key file is the .csv file that AWS offers for download when you create an access key (IAM, Users, "
                "Security credentials, Create access key). The file with your console password looks much the same but "
                "cannot be used."
            ),
            "small",
            wraps=True,
        )
        self._key_said = label("", wraps=True)
        self._key_said.hide()
        self.check = button(_("Check account"))
        self._checked = label("", wraps=True)
        self._checked.setMinimumHeight(20)
        self.permissions = RequiredPermissions()
        self._consent = label("", "dim", wraps=True)
        self.withdraw = button(_("Withdraw consent"), "", _("Withdraws your consent to send photos"))
        self._lay_out()
        self._connect()
        self.show_settings(settings)

    def _lay_out(self) -> None:
        key = QVBoxLayout()
        key.setSpacing(6)
        key.addLayout(beside(self._key, self.import_key, self.forget_key))
        key.addWidget(self._key_said)
        key.addWidget(self._hint)
        self.add(_("Compare faces with"), self.engine)
        self._of_account = [
            self.add(_("AWS profile"), self.profile),
            self.add(_("AWS region"), self.region),
            self.add(_("Access key"), key),
            self.add(_("Account"), beside(self._checked, self.check)),
            self.add(_("Required permissions"), self.permissions),
        ]
        self._sending = self.add(_("Sending photos"), beside(self._consent, self.withdraw))

    def _connect(self) -> None:
        self.engine.activated.connect(lambda: self.wanted.emit({"engine": self.engine.currentData()}))
        self.profile.activated.connect(lambda: self._account_wanted({"aws_profile": self.profile.currentData()}))
        self.region.activated.connect(lambda: self._account_wanted({"aws_region": self.region.currentData()}))
        self.withdraw.clicked.connect(lambda: self.wanted.emit({"upload_consent": False}))
        self.import_key.clicked.connect(self._choose_key_file)
        self.forget_key.clicked.connect(self._forget_key)
        self.check.clicked.connect(self.check_account)

    def _account_wanted(self, changes: dict[str, Any]) -> None:
        self._forget_answer()
        self.wanted.emit(changes)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set: the account where it is used, by Rekognition or for photos in S3.

        What can be said of it is asked for when it is used first: for that the AWS library is loaded.
        """
        paid = settings.engine == REKOGNITION
        used = paid or any(kind_of(place).needs_account for place in (*settings.folders, settings.destination))
        self.engine.setCurrentIndex(self.engine.findData(settings.engine))
        for row in self._of_account:
            row.setVisible(used)
        self._sending.setVisible(paid)
        for box, kept in ((self.profile, settings.aws_profile), (self.region, settings.aws_region)):
            if box.findData(kept) < 0:
                box.addItem(kept, kept)
            box.setCurrentIndex(box.findData(kept))
        self._consent.setText(
            _("You have agreed to send photos to Amazon Rekognition.")
            if settings.upload_consent
            else _("You will be asked before photos are sent for the first time.")
        )
        self.withdraw.setVisible(settings.upload_consent)
        if used and not self._facts_asked:
            self._refresh_facts()

    # What can be said without asking AWS

    def _refresh_facts(self) -> None:
        def look() -> AccountFacts:
            from facesorter.engines.rekognition.account import known_profiles, minimal_policy
            from facesorter.engines.rekognition.prices import listed_prices

            keys = self._app.keys
            key = keys.key()
            policy = json.dumps(minimal_policy(), indent=2)
            regions = [(price.region, in_dollars(price.dollars_a_call)) for price in listed_prices()]
            return AccountFacts(known_profiles(), regions, key.key_id if key else "", keys.lasts, policy)

        self._facts_asked += 1
        asked = self._facts_asked

        def keep(facts: AccountFacts) -> None:
            if asked == self._facts_asked:  # a slow keyring may answer about the key before
                self._show_facts(facts)

        self._jobs.look(look, keep)

    def _show_facts(self, facts: AccountFacts) -> None:
        settings = self._app.settings
        without = _("None (imported or default credentials)")
        regions = [(region, _("{} (up to {} per call)").format(region, price)) for region, price in facts.regions]
        for box, options, kept in (
            (self.profile, [("", without), *((name, name) for name in facts.profiles)], settings.aws_profile),
            (self.region, [("", _("Default from your AWS configuration")), *regions], settings.aws_region),
        ):
            box.clear()
            for value, text in options:
                box.addItem(text, value)
            if box.findData(kept) < 0:
                box.addItem(kept, kept)
            box.setCurrentIndex(box.findData(kept))
        if not facts.key_id:
            self._key.setText(_("No key has been imported."))
        elif facts.key_lasts:
            self._key.setText(_("{}, stored in this computer's keyring.").format(facts.key_id))
        else:
            self._key.setText(
                _("{}, until FaceSorter is closed. This computer has no keyring to store it in.").format(facts.key_id)
            )
        self.forget_key.setVisible(bool(facts.key_id))
        self.permissions.policy.setPlainText(facts.policy)

    # The key

    def _choose_key_file(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self, _("Choose the key file"), "", _("Key files (*.csv)"))
        if path:
            self.take_key_file(path)

    def take_key_file(self, path: str) -> None:
        """Use the key of this file from now on."""

        def take() -> str:
            from facesorter.engines.rekognition.credentials import read_key_file

            try:
                key = read_key_file(Path(path).read_bytes())
            except OSError as error:
                raise WrongUse(
                    _("The key file cannot be read ({}).").format(error.strerror), _("Choose another one.")
                ) from None
            self._app.keys.keep(key)
            self._app.use_account()
            return _("The key was imported. Delete the file now: anyone who has it can use your account.")

        self._change_key(take)

    def _forget_key(self) -> None:
        def forget() -> str:
            self._app.keys.forget()
            self._app.use_account()
            return _("The key was removed.")

        self._change_key(forget)

    def _change_key(self, change: Callable[[], str]) -> None:
        def steps() -> Iterator[str]:
            yield change()

        def told(said: list[str]) -> None:
            self._say_of_key(said[0], "good")
            self._forget_answer()
            self._refresh_facts()
            self.changed.emit()

        job = self._jobs.write(steps)
        job.reported.connect(told)
        job.failed.connect(self._refuse_key)

    def _refuse_key(self, error: BaseException) -> None:
        self._say_of_key(_in_words(error), "warn")

    def _say_of_key(self, text: str, tone: str) -> None:
        self._key_said.setText(text)
        self._key_said.show()
        mark(self._key_said, tone=tone)

    # Who one is

    def check_account(self) -> None:
        """Ask AWS, for free, who one is and what is allowed."""
        self._say(_("Asking AWS…"), "dim")
        self.check.setEnabled(False)

        def find() -> Iterator[Cloud]:
            yield self._app.cloud

        job = self._jobs.write(find)  # writes nothing, but comes after a change of the settings that is on its way
        job.reported.connect(partial(self._ask, self._question))
        job.failed.connect(partial(self._refuse, self._question))

    def _ask(self, question: int, found: list[Cloud]) -> None:
        """Not as a write: AWS may take its time, and decisions of the user must not wait for it."""

        def ask() -> Iterator[tuple[str, str]]:
            account = found[0].account
            who = account.identity()
            name = who.arn.rsplit(":", 1)[-1]
            missing = [action for action, may in account.allowed().items() if not may]
            text = _("Account {}, {}, region {}.").format(who.account, name, account.region)
            lacking = _("Missing permissions: {}. Ask your administrator for the policy below.").format(
                ", ".join(missing)
            )
            yield (
                f"{text} {lacking if missing else _('All required permissions are granted.')}",
                "warn" if missing else "good",
            )

        job = self._jobs.run(ask)
        job.reported.connect(partial(self._answered, question))
        job.failed.connect(partial(self._refuse, question))

    def _answered(self, question: int, said: list[tuple[str, str]]) -> None:
        if question == self._question:
            self._say(*said[0])
            self.check.setEnabled(True)

    def _refuse(self, question: int, error: BaseException) -> None:
        self._answered(question, [(_in_words(error), "warn")])

    def _forget_answer(self) -> None:
        """It was, or will be, about another account."""
        self._question += 1
        self._say("", "")
        self.check.setEnabled(True)

    def _say(self, text: str, tone: str) -> None:
        self._checked.setText(text)
        mark(self._checked, tone=tone)


def _in_words(error: BaseException) -> str:
    known = isinstance(error, UserError)
    return str(error) if known else _("Something went wrong. See the log for details.")
