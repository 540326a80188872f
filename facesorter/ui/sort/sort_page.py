"""The Sort page: who, where, and below them first a welcome and then what becomes of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facesorter.domain.changes import Change
from facesorter.domain.messages import gettext as _
from facesorter.settings import Settings
from facesorter.ui.paid.engine_note import engine_note
from facesorter.ui.shell import words
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogPane, LogRelay
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.sort.below_steps import BelowSteps
from facesorter.ui.sort.continuing import ContinueChecking
from facesorter.ui.sort.opened import Opened
from facesorter.ui.sort.search_form import SearchForm
from facesorter.ui.sort.sending import Sending
from facesorter.ui.sort.shared_height import SharedHeight
from facesorter.ui.sort.welcome import Welcome
from facesorter.ui.widgets.tab_order import follow

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services
    from facesorter.domain.models import Person
    from facesorter.domain.spending import PricedTerms
    from facesorter.pipeline.sort_request import SortRequest
    from facesorter.ui.review.outcome import Outcome


class SortPage(QWidget):
    """Puts the steps together. `outcome` is None until the first run.

    `engine_changed` carries `engine_note`, `account_asked` says that somebody wants the settings of the account.
    """

    engine_changed = Signal(str)
    account_asked = Signal()
    everybody_asked = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, relay: LogRelay, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._app = app
        self._jobs = jobs
        self.form = SearchForm(app, jobs, theme, self)
        self.choice, self.who, self.where = self.form.choice, self.form.who, self.form.where
        self.go, self.look_first, self.steps = self.form.go, self.form.look_first, self.form.steps
        self.go.clicked.connect(self.start)
        self.look_first.toggled.connect(self._refresh)
        self.look_first.clicked.connect(self.remember)
        self.continuing = ContinueChecking(app, jobs)
        self.continuing.asked.connect(self.continue_checking)
        self.welcome = Welcome(theme, self.continuing)
        self._below = BelowSteps(app, jobs, theme, self.welcome)
        self._below.made.connect(self._listen)
        self.log = LogPane(relay, theme)
        self.banner = Banner(theme, self, self.log)
        self.opened = Opened(self.who, self.where, jobs, self)
        self._height = SharedHeight(self.form, self._below, self.log, self)
        self._sending = Sending(self.form, theme, self)
        self._lay_out()
        self.opened.waits.connect(self.banner.say)
        self.who.changed.connect(self._refresh)
        self.who.said.connect(self.banner.say)
        self.where.said.connect(self.banner.say)
        self.welcome.dropped.connect(self.form.take_dropped)
        self.where.changed.connect(self._refresh)
        self.where.places_changed.connect(self._stop_watching)
        self.choice.chosen.connect(self.remember)
        self.choice.withdrawn.connect(self._stop_sending)
        self.where.engine.account_asked.connect(self.account_asked)
        self.where.spend_less_asked.connect(self._spend_less)
        start = QShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), self)
        start.activated.connect(self.start)
        self.welcome.everybody_asked.connect(self.everybody_asked)
        self.welcome.sample_asked.connect(self._show_sample)
        self.form.restore()
        self._refresh()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self.steps)
        layout.addWidget(self._below, 1)
        layout.addStretch()
        layout.addWidget(self.log)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height, shared out anew."""
        super().resizeEvent(event)
        self._share_height()

    def _share_height(self) -> None:
        self._height.share(self.outcome)

    @property
    def outcome(self) -> Outcome | None:
        """What becomes of the run that is shown."""
        return self._below.outcome

    @property
    def busy(self) -> bool:
        return self.outcome is not None and self.outcome.run.busy

    @property
    def searching(self) -> bool:
        """Whether photos are looked at or copied, be it only to keep folders up to date."""
        return self.busy or (self.outcome is not None and self.outcome.review.keep.working)

    @property
    def _is_sending(self) -> bool:
        """Whether the run that goes on sends photos, be it only those that were left to check."""
        run = self.outcome and self.outcome.run
        return bool(run and run.busy and not run.copies.changing and run.request and run.request.terms)

    def engine_note(self) -> str:
        """Where the faces are compared, in two lines."""
        return engine_note(self.choice, refused=self.where.engine.is_refused)

    def _refresh(self) -> None:
        self.choice.hold(self, held=self.busy, sends=self._is_sending)
        if self.outcome is not None:
            self.outcome.review.keep.permit(permitted=not self.choice.paid)
        if self.form.priceable and not self.busy:
            self.form.ask_price(self.request())
        self.form.show(busy=self.busy)
        if self.outcome is not None and self.outcome.looks_back and self.outcome.run.request is not None:
            self.steps.summary.show_looked_back([person.name for person in self.outcome.run.request.people])
        self._share_height()
        self.welcome.show_promise(paid=self.choice.paid)
        self.engine_changed.emit(self.engine_note())

    def _stop_watching(self) -> None:
        if self.outcome is not None:
            self.outcome.review.keep.stop()

    def _stop_sending(self) -> None:
        if self.outcome is not None and self._is_sending:
            self.outcome.run.stop()
            self.banner.say(_("The search was stopped because you withdrew your consent to send photos."))

    def take_opened(self, paths: list[str]) -> None:
        """Folders and headshots that the program was opened with while it ran."""
        self.opened.take(paths, busy=self.busy)

    def _show_sample(self) -> None:
        from facesorter.ui.sample.starting import start_sample

        if not start_sample():
            self.banner.say(_("The sample could not be opened."))

    def request(self) -> SortRequest:
        """What the page asks for as it stands."""
        return self.form.request(self.settings())

    def start(self) -> None:
        """Begin a run, if everything is there that it needs; ask first, if photos were never sent before."""
        if self.busy or self.form.focus_missing():
            return
        if not self.where.there:
            self.banner.say(
                _("There is nothing to search: the chosen folders cannot be found."),
                _("Connect the drive that they are on, or choose another folder."),
            )
            self.where.look_again()
            return
        request = self._sending.agreed(self.request())
        if request is None:
            return
        self.banner.hide()
        self.where.stop_counting()
        self.where.choose.remember_searched()
        self._height.forget_steps()
        self._shown_outcome().begin(request, [self.who.shot_of(number) for number in range(len(request.people))])
        self.remember()

    def continue_checking(self, left: Sequence[Unfinished], *, among_all: bool = False) -> None:
        """Go on with what earlier searches left to check of these people, whose copies lie together."""
        if self.busy:
            self.banner.say(_("A search is going on."), _("When it has finished, the photos can be checked."))
            return
        from facesorter.app.checking import request_for

        self.banner.hide()
        people, threshold = [one.person for one in left], self._app.settings.threshold
        self._shown_outcome().look_back(request_for(people, left[0].destination, threshold, among_all=among_all))

    def _ask_about_checked(self, priced: PricedTerms) -> None:
        """Let Amazon Rekognition look at what the last run left to check."""
        if self.outcome is not None and not self.busy and self._sending.agreed_to(priced):
            self.banner.hide()
            self.outcome.analyze_second(priced.terms)
            self.remember()

    def _spend_less(self) -> None:
        self.form.spend_less(self.request())

    def prepare(self) -> Outcome:
        """Make what the first run is shown by, before there is one."""
        return self._below.prepare()

    def _listen(self, made: Outcome) -> None:
        made.failed.connect(self.banner.tell)
        made.said.connect(self.banner.say)
        made.report_saved.connect(self._tell_of_report)
        made.primary_changed.connect(self._mark_go)
        made.found.connect(self.where.show_count)
        made.run.state_changed.connect(self._run_changed)
        made.second_asked.connect(self._ask_about_checked)
        made.review.threshold_chosen.connect(self.remember)
        made.review.view_chosen.connect(self.remember)
        made.review.large.changed.connect(self._share_height)
        follow(self.look_first, made)

    def _mark_go(self) -> None:
        """There is one button at a time that is the next thing to do."""
        elsewhere = self.outcome is not None and self.outcome.is_primary
        mark(self.go, kind="" if elsewhere else "primary")

    def _tell_of_report(self, path: str) -> None:
        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))

        self.banner.say(
            _("The report was saved as {}.").format(words.readable(path)), good=True, action=(_("Open"), show)
        )

    def _shown_outcome(self) -> Outcome:
        return self._below.show_outcome()

    def follow(self, change: Change) -> None:
        """Whoever was renamed or forgotten elsewhere is so here too, and what was said elsewhere is in the results."""
        if change.renamed is not None:
            self.rename(*change.renamed)
        if change.forgotten is not None:
            self.forget(*change.forgotten)
        if change.said is not None and self.outcome is not None and change.by is not self.outcome.run.session:
            self.outcome.run.decisions.take_in(*change.said)

    def forget(self, person: Person, names: Iterable[str]) -> None:
        """Look no more for somebody, whatever their names, and leave the results of a search for them."""
        for name in names:
            self.who.forget(name)
        if self.outcome is not None and self.outcome.run.is_about(person):
            self._below.close_results()
            self._mark_go()
            self._refresh()
        self.remember()

    def rename(self, before: str, person: Person) -> None:
        """Whoever had this name before has another one now, here too."""
        self.who.rename(before, person.name)
        if self.outcome is not None:
            self.outcome.rename(before, person)
        self.remember()

    def _run_changed(self) -> None:
        """What a run asked about need not be paid for again."""
        if not self.busy:
            self.where.engine.forget_price()
            self.opened.take_waiting()
        self._refresh()

    def settings(self) -> Settings:
        """The settings with what was chosen here."""
        return replace(self._app.settings, **self._choices())

    def _choices(self) -> dict[str, Any]:
        return {**self.form.choices(), **(self.outcome.review.choices() if self.outcome is not None else {})}

    def take_settings(self) -> None:
        """The settings page changed something."""
        settings = self._app.settings
        self.form.take_settings(settings)
        self._refresh()
        if self.outcome is not None:
            self.outcome.review.slider.show_threshold(settings.threshold)

    def remember(self) -> None:
        """Keep what was chosen."""
        choices = self._choices()

        def save() -> Iterator[None]:  # on top of what was saved just before, here or in the settings
            yield self._app.save(replace(self._app.settings, **choices))

        self._jobs.write(save).failed.connect(self.banner.tell)
