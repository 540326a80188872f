"""The Sort page: who, where, and below them first a welcome and then what becomes of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from facesorter.domain.changes import Change
from facesorter.domain.messages import gettext as _
from facesorter.settings import Settings
from facesorter.ui.paid.engine_note import engine_note
from facesorter.ui.shell import words
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogPane, LogRelay
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.sort.continuing import ContinueChecking
from facesorter.ui.sort.opened import Opened
from facesorter.ui.sort.search_form import SearchForm
from facesorter.ui.sort.welcome import Welcome
from facesorter.ui.widgets.tab_order import follow

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services
    from facesorter.domain.models import Person
    from facesorter.domain.spending import PricedTerms, Terms
    from facesorter.pipeline.sort_request import SortRequest
    from facesorter.ui.review.outcome import Outcome

LINES_WITH_LOG = 28
"""A page of fewer lines of its font shows results without the log."""

SHORT_PX = 680
"""In a page lower than this the log shows one line."""


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
        self._theme = theme
        self.form = SearchForm(app, jobs, theme, self)
        self.choice, self.who, self.where = self.form.choice, self.form.who, self.form.where
        self.go, self.look_first, self.steps = self.form.go, self.form.look_first, self.form.steps
        self.go.clicked.connect(self.start)
        self.look_first.toggled.connect(self._refresh)
        self.look_first.clicked.connect(self.remember)
        self.continuing = ContinueChecking(app, jobs)
        self.continuing.asked.connect(self.continue_checking)
        self.welcome = Welcome(theme, self.continuing)
        self.outcome: Outcome | None = None
        self._prepared: Outcome | None = None
        self._steps_wanted = False
        self.log = LogPane(relay, theme)
        self.banner = Banner(theme, self, self.log)
        self.opened = Opened(self.who, self.where, jobs, self)
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
        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self.welcome)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        self.steps.opened.connect(self._open_steps)
        self.steps.folded.connect(self._fold_steps)
        layout.addWidget(self.steps)
        layout.addWidget(below, 1)
        layout.addWidget(self.log)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less height, fewer lines of the log."""
        super().resizeEvent(event)
        self.log.be_short(short=self.height() < SHORT_PX)
        self._share_height()

    def _share_height(self) -> None:
        """Once a run has begun, it gets the height: the steps are a line, and in a low window the log is left out.

        Not if something is to be done in one of the steps, or the user has opened them; a look back needs none of them.
        A photo in the large view has the whole of it.
        """
        results = self.outcome is not None
        large = self.outcome is not None and self.outcome.review.large.on
        looked_back = self.outcome is not None and self.outcome.looks_back
        todo = not (self.busy or looked_back) and self.form.needs_attention
        self.steps.setVisible(not large)
        self.steps.shrink(shrunk=results and not (todo or self._steps_wanted), foldable=results and not todo)
        roomy = self.height() // self.fontMetrics().lineSpacing() >= LINES_WITH_LOG
        self.log.setVisible(not large and (roomy or not results))

    def _open_steps(self) -> None:
        self._steps_wanted = True
        self._share_height()
        self.who.fields.name.setFocus()

    def _fold_steps(self) -> None:
        self._steps_wanted = False
        self._share_height()
        self.steps.summary.change.setFocus()

    @property
    def busy(self) -> bool:
        return self.outcome is not None and self.outcome.run.busy

    @property
    def searching(self) -> bool:
        """Whether photos are looked at or copied, be it only to keep folders up to date."""
        return self.busy or (self.outcome is not None and self.outcome.review.keep.working)

    @property
    def _sending(self) -> bool:
        """Whether the run that goes on sends photos, be it only those that were left to check."""
        run = self.outcome and self.outcome.run
        return bool(run and run.busy and not run.copies.changing and run.request and run.request.terms)

    def engine_note(self) -> str:
        """Where the faces are compared, in two lines."""
        return engine_note(self.choice, refused=self.where.engine.is_refused)

    def _refresh(self) -> None:
        self.choice.hold(self, held=self.busy, sends=self._sending)
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
        if self.outcome is not None and self._sending:
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
        request = self.request()
        if request.terms is not None:
            if not self._may_send(self.where.engine.sentence(), request.terms):
                return
            told = self.where.engine.price
            agreed = replace(request.terms, most_calls=None if told is None else told.most.calls)
            request = replace(request, terms=agreed)
        self.banner.hide()
        self.where.stop_counting()
        self.where.choose.remember_searched()
        self._steps_wanted = False
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

    def _may_send(self, price: str, terms: Terms) -> bool:
        """Whether the user has agreed, before or now, that photos leave this computer."""
        from facesorter.ui.paid.consent_dialog import may_send

        return may_send(self.choice, price, terms.most_dollars, self._theme, self)

    def _ask_about_checked(self, priced: PricedTerms) -> None:
        """Let Amazon Rekognition look at what the last run left to check."""
        if self.outcome is None or self.busy:
            return
        price = _("Amazon Rekognition, {}: {}.").format(priced.region, words.price(priced.cost, priced.most))
        if self._may_send(price, priced.terms):
            self.banner.hide()
            self.outcome.analyze_second(priced.terms)
            self.remember()

    def _spend_less(self) -> None:
        self.form.spend_less(self.request())

    def prepare(self) -> Outcome:
        """Make what the first run is shown by, between the window and that run: it would hold up either."""
        if self._prepared is None:
            from facesorter.ui.review.outcome import Outcome

            made = self._prepared = Outcome(self._app, self._jobs, self._theme)
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
            self._stack.addWidget(made)
            follow(self.look_first, made)
        return self._prepared

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
        if self.outcome is None:
            self.outcome = self.prepare()
            self.outcome.review.slider.show_threshold(self._app.settings.threshold)
            self._stack.removeWidget(self.welcome)
            self.welcome.hide()
        return self.outcome

    def follow(self, change: Change) -> None:
        """Whoever was renamed or forgotten elsewhere is so here, too."""
        if change.renamed is not None:
            self.rename(*change.renamed)
        if change.forgotten is not None:
            self.forget(*change.forgotten)

    def forget(self, person: Person, names: Iterable[str]) -> None:
        """Look no more for somebody, whatever their names, and leave the results of a search for them."""
        for name in names:
            self.who.forget(name)
        if self.outcome is not None and self.outcome.run.is_about(person):
            self.outcome.close_results()
            self.outcome = None
            self._stack.addWidget(self.welcome)
            self._stack.setCurrentWidget(self.welcome)
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
        choices = self.form.choices()
        if self.outcome is not None:
            review = self.outcome.review
            choices["threshold"] = review.slider.threshold
            choices["thumbnail_px"] = review.grid.least_width_px
            choices["photo_order"] = str(review.arrangement.order)
            choices["detail_width_px"] = review.splitter.sizes()[1] or self._app.settings.detail_width_px
        return choices

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
