"""The buttons that lead to what is left to check, of everybody and of one person, and the count of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button_told_later

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services
    from facesorter.domain.models import Person

LONG_SECONDS = 3
"""A count that takes longer is not repeated before 20 times as long has passed."""


REST_SECONDS, LOOK_AGAIN_SECONDS = 0.5, 0.02
"""How long a count lets others go first, and how often it looks whether that is over."""


class CheckEverybody(QObject):
    """`button` is shown while something is left; `asked` carries of whom (`Unfinished`).

    `counted` carries what is left of each person, by id; of whoever is missing nothing is.
    """

    asked = Signal(list)
    counted = Signal(object)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._jobs = app, jobs
        self._left: list[Unfinished] = []
        self._counting: Job | None = None
        self._count_again = self._resting_until = 0.0
        self.button = button_told_later("", _("Shows what all searches left to check, of everybody you know"))
        self.button.clicked.connect(self._ask)
        self.button.hide()

    def count(self) -> None:
        """Work out, from the catalog alone, how much is left to check; where that takes long, not at every visit."""
        if self._counting is not None and self.counts:
            self._counting.cancel()
        elif monotonic() < self._count_again:
            return

        def steps() -> Iterator[list[Unfinished]]:
            began = monotonic()
            found = self._app.left_of_everybody(self._app.settings.threshold, between)
            spent = monotonic() - began
            self._count_again = monotonic() + (20 * spent if spent > LONG_SECONDS else 0)
            yield found

        stopped = threading.Event()

        def between() -> None:
            while monotonic() < self._resting_until and not stopped.wait(LOOK_AGAIN_SECONDS):
                pass
            if stopped.is_set():
                raise CancelledError

        self._counting = self._jobs.run(steps, stopped=stopped)
        self._counting.reported.connect(self._show)
        self._counting.failed.connect(self.failed)

    @property
    def counts(self) -> bool:
        """Whether a count goes on."""
        return self._counting is not None and not self._counting.done and not self._counting.error

    def rest(self) -> None:
        """Let what the user waits for go first: a count and a page at once take twice as long."""
        self._resting_until = monotonic() + REST_SECONDS

    def _show(self, found: list[list[Unfinished]]) -> None:
        self._left = found[-1]
        photos = sum(one.photos for one in self._left)
        self.button.setText(words_to_check(photos))
        self.button.setVisible(bool(photos))
        self.counted.emit(self.by_person)

    @property
    def by_person(self) -> Mapping[int, Unfinished]:
        """The same as `counted` carried last."""
        return {one.person.id: one for one in self._left}

    def _ask(self) -> None:
        self.asked.emit(self._left)


class CheckPerson(QObject):
    """`button` is shown while something is left of one person; `asked` carries that (`Unfinished`)."""

    asked = Signal(list)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._person: Person | None = None
        self._left: Mapping[int, Unfinished] = {}
        self.button = button_told_later("", _("Shows what all searches left to check of this person"))
        self.button.clicked.connect(self._ask)
        self.button.hide()

    def be_about(self, person: Person) -> None:
        """It is this person from now on."""
        self._person = person
        self._show()

    def show_left(self, left: Mapping[int, Unfinished]) -> None:
        """So much is left of people, by their ids."""
        self._left = left
        self._show()

    @property
    def _of_person(self) -> Unfinished | None:
        return None if self._person is None else self._left.get(self._person.id)

    def _show(self) -> None:
        left = self._of_person
        self.button.setText("" if left is None else words_to_check(left.photos))
        self.button.setVisible(left is not None)

    def _ask(self) -> None:
        left = self._of_person
        if left is not None:
            self.asked.emit([left])


def words_to_check(photos: int) -> str:
    """What a button says that leads to so many photos."""
    return ngettext("Check {} photo", "Check {} photos", photos).format(whole(photos))
