"""What becomes of a run: progress, results, what a change of mind would do, report and undo."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Pile
from facesorter.domain.places import below
from facesorter.domain.spending import Terms
from facesorter.pipeline.sort_request import SortRequest
from facesorter.ui.people.loading import cover_of
from facesorter.ui.review.change_bar import ChangeBar
from facesorter.ui.review.report_saving import ReportSaving, summary
from facesorter.ui.review.review import Review
from facesorter.ui.review.run import Run
from facesorter.ui.review.run_state import State
from facesorter.ui.review.run_strip import RunStrip
from facesorter.ui.shell import words
from facesorter.ui.shell.announcing import announce
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.removal_question import RemovalQuestion
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.models import Person

STRIP_CHARACTERS = 30
"""So much of the line with the buttons is left to what is said of the run."""


class Outcome(QWidget):
    """`failed` carries what went wrong, `said` a sentence to show, `found` how many photos there are.

    `second_asked` carries the price at which Amazon Rekognition shall be asked about the photos to check,
    `report_saved` the path of a report. `primary_changed` when `is_primary` may be another one.
    """

    failed = Signal(object)
    said = Signal(str)
    found = Signal(object)
    second_asked = Signal(object)
    report_saved = Signal(str)
    primary_changed = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._jobs = jobs
        self.run = Run(app, jobs, self)
        self.strip = RunStrip(self.run)
        self.change = ChangeBar(self.run, theme)
        self.review = Review(app, jobs, self.run, theme)
        self.review.second.asked.connect(self.second_asked)
        self.review.keep.failed.connect(self.failed)
        self._shots: list[Shot | None] = []
        self._shots_before: list[Shot | None] = []
        self._to_check = False
        self._state = State.READY
        self._report = ReportSaving(self.run, jobs, self)
        self._report.saved.connect(self.report_saved)
        self._report.failed.connect(self.failed)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.strip, 1)
        middle.addWidget(self.change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(middle)
        layout.addWidget(self.review, 1)
        self.strip.pause_asked.connect(self.run.pause)
        self.strip.resume_asked.connect(self.run.resume)
        self.strip.stop_asked.connect(self.run.stop)
        self.run.progressed.connect(self._count)
        self.run.restored.connect(self._restore)
        self.run.state_changed.connect(self._state_changed)
        self.run.copies.planned.connect(self.primary_changed)
        self.primary_changed.connect(self._fit)
        self.run.failed.connect(self.failed)
        self.run.remarked.connect(self.said)
        self.change.carry_out_asked.connect(self.run.copies.carry_out)
        self.change.open_asked.connect(self._open_folder)
        self.change.undo_asked.connect(self._undo)
        self.change.report_asked.connect(self._save_report)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less width, shorter buttons."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.change.fit(self.width() - STRIP_CHARACTERS * self.fontMetrics().averageCharWidth())

    def begin(self, request: SortRequest, shots: list[Shot | None]) -> None:
        """Start a run; `shots` are the headshots to show beside what is found."""
        self._shots_before, self._shots = self._shots, shots
        self.review.begin([person.name for person in request.people], shots)
        self.run.start(request)

    def look_back(self, request: SortRequest) -> None:
        """Show what is known of these people in all photos, and what is left to check first."""
        self._shots_before, self._shots = self._shots, [None] * len(request.people)
        self.review.begin([person.name for person in request.people], self._shots)
        self.review.tabs.choose(Pile.CHECK)
        self._jobs.look(partial(self._covers, request), self.review.show_covers).failed.connect(self.failed)
        self.run.start(request, looks_back=True)
        self._to_check = True

    def _covers(self, request: SortRequest) -> dict[str, QImage | None]:
        """On a worker: by name the face that stands for each of these people; there may be no headshot any more."""
        people = self._app.people
        return {one.name: cover_of(self._app, people.details(people.find(one.name))) for one in request.people}

    def close_results(self) -> None:
        """Show nothing of the last run any more."""
        self.run.leave()
        self.review.begin([], [])

    def rename(self, before: str, person: Person) -> None:
        """Show whoever had this name before under the new one."""
        if self.run.rename(before, person):
            self.review.refresh()
            self.review.keep.begin_anew()

    def _restore(self) -> None:
        self._shots = self._shots_before
        self._state = self.run.state  # it was announced when that run ended
        if self.run.results is not None:
            self.review.begin(list(self.run.results.names), self._shots)

    @property
    def looks_back(self) -> bool:
        """Whether what is shown was found by earlier searches, in whatever folders."""
        return self.run.request is not None and not self.run.request.folders

    @property
    def is_primary(self) -> bool:
        """Whether the next thing to do is one of the buttons here."""
        return self.run.state is State.PAUSED or self.change.is_primary

    def _state_changed(self) -> None:
        """Tell those who cannot see it how the run ended, or that it waits."""
        state = self.run.state
        if state is not self._state and state in (State.FINISHED, State.STOPPED, State.PAUSED):
            announce(self, self.told(), urgent=state is State.PAUSED)
        self._state = state
        if self._to_check and self.run.over:
            self._to_check = False
            self.review.go_on()
            self.review.grid.setFocus()  # keys answer at once
        self.primary_changed.emit()

    def analyze_second(self, terms: Terms) -> None:
        """The same run once more, with Amazon Rekognition's opinion on what is to check."""
        if self.run.request is not None and self.run.results is not None:
            request = replace(self.run.request, threshold=self.run.results.threshold, terms=terms)
            self.begin(request, self._shots)

    def told(self) -> str:
        """How far the run is, or how it ended and with what, for whoever does not see it."""
        balances = [] if self.run.state is State.PAUSED else self._balances()
        return " ".join([self.strip.sentence(), *balances])

    def _balances(self) -> list[str]:
        results = self.run.results
        if results is None:
            return []
        return [f"{name}: {summary(results, number)}." for number, name in enumerate(results.names)]

    def _count(self) -> None:
        if self.run.progress.found is not None:
            self.found.emit(self.run.progress.found)

    def _open_folder(self) -> None:
        results, request = self.run.results, self.run.request
        if results is None or request is None:
            return
        person = results.person(self.review.number)
        folder = below(request.destination, person.folder_name) if person is not None else request.destination

        def which() -> str:  # on a worker: the disk may be a network's, and let one wait
            return folder if os.path.isdir(folder) else request.destination

        def show(path: str) -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))

        self._jobs.look(which, show)

    def _undo(self) -> None:
        if self.run.results is None:
            return
        copied = sum(self.run.results.balance(number).copied for number in range(len(self.run.results.names)))
        wording = ngettext("Remove the copy this run made?", "Remove the {} copies this run made?", copied)
        question = RemovalQuestion(
            _("Undo copying"),
            wording.format(words.number(copied)),
            _("Your originals are never changed. Copies that were changed since, or whose original is gone, are kept."),
            _("Remove copies"),
        )
        if question.is_agreed(self):
            self.run.copies.undo()

    def _save_report(self) -> None:
        path = self._report.ask_where(self.run.request.destination if self.run.request is not None else "")
        if path:
            self.save_report(path)

    def save_report(self, path: str) -> None:
        """Write the report on a worker; `report_saved` says where to."""
        if self.run.results is not None:
            self._report.save(path, self.run.results, self._shots)
