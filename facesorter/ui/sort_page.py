"""The Sort page: who, where, and the results while they stream in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QMessageBox,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from facesorter.domain.errors import UserError
from facesorter.domain.events import PhotosFound
from facesorter.domain.models import Pile
from facesorter.pipeline.report import ReportLine
from facesorter.pipeline.sort import SortRequest
from facesorter.settings import Settings
from facesorter.ui import words
from facesorter.ui.banner import Banner
from facesorter.ui.card import button, label
from facesorter.ui.change_bar import ChangeBar
from facesorter.ui.headshots_dialog import HeadshotsDialog
from facesorter.ui.jobs import Jobs
from facesorter.ui.log_pane import LogPane, LogRelay
from facesorter.ui.run import Run
from facesorter.ui.run_strip import RunStrip
from facesorter.ui.theme import Theme
from facesorter.ui.welcome import Welcome
from facesorter.ui.where_card import WhereCard
from facesorter.ui.who_card import WhoCard

if TYPE_CHECKING:
    from facesorter.bootstrap import Workshop
    from facesorter.ui.review import Review

SHORT_PX = 680


class SortPage(QWidget):
    """Puts the steps together. The results' widgets are made with the first run: the window is there sooner."""

    def __init__(self, workshop: Workshop, jobs: Jobs, theme: Theme, relay: LogRelay) -> None:
        super().__init__()
        self.setObjectName("page")
        self._workshop = workshop
        self._jobs = jobs
        self._theme = theme
        self.run = Run(workshop, jobs, self)
        self.who = WhoCard(workshop, jobs, theme)
        self.where = WhereCard(workshop, jobs, theme)
        self.go = button("", "primary")
        self.go.setProperty("scale", "large")
        self.go.clicked.connect(self.start)
        self.look_first = QCheckBox(self.tr("Look first, copy later"))
        self.look_first.setChecked(workshop.settings.look_first)
        self.look_first.toggled.connect(self._refresh)
        self._hint = label("", "small", wraps=True)
        self.banner = Banner(theme)
        self.strip = RunStrip(self.run, theme)
        self.change = ChangeBar(self.run, theme)
        self.welcome = Welcome(theme)
        self.review: Review | None = None
        self.log = LogPane(relay, theme)
        self._lay_out()
        self._connect()
        self._refresh()
        self.who.add.setFocus()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        for widget in (self.go, self.look_first, self._hint):
            right.addWidget(widget)
        right.addStretch()
        column = QWidget()
        column.setLayout(right)
        column.setFixedWidth(172)
        right.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.who, 42)
        top.addWidget(self.where, 45)
        top.addWidget(column)
        self.who.setMinimumWidth(290)
        self.where.setMinimumWidth(290)
        for card in (self.who, self.where):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.strip, 1)
        middle.addWidget(self.change)
        self._below = QWidget()
        self._stack = QStackedLayout(self._below)
        self._stack.addWidget(self.welcome)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.banner)
        layout.addLayout(middle)
        layout.addWidget(self._below, 1)
        layout.addWidget(self.log)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less height, fewer lines of the log."""
        super().resizeEvent(event)
        self.log.be_short(short=self.height() < SHORT_PX)

    def _connect(self) -> None:
        self.who.changed.connect(self._refresh)
        self.who.headshots_wanted.connect(self._choose_faces)
        self.where.changed.connect(self._refresh)
        self.strip.pause_asked.connect(self.run.pause)
        self.strip.resume_asked.connect(self.run.resume)
        self.strip.stop_asked.connect(self.run.stop)
        self.run.state_changed.connect(self._refresh)
        self.run.progressed.connect(self._count)
        self.run.failed.connect(self.banner.tell)
        self.run.remarked.connect(self.banner.say)
        self.change.carry_out_asked.connect(self.run.carry_out)
        self.change.open_asked.connect(self._open_folder)
        self.change.undo_asked.connect(self._undo)
        self.change.report_asked.connect(self._save_report)
        start = QShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), self)
        start.activated.connect(self.go.click)

    def _refresh(self) -> None:
        problem = self.who.people_problem() or self.where.where_problem()
        busy = self.run.busy
        self.go.setText(self.tr("Find") if self.look_first.isChecked() else self.tr("Find and copy"))
        self.go.setAccessibleName(self.go.text())
        self.go.setEnabled(not problem and not busy)
        self._hint.setText("" if busy else problem)
        self._hint.setVisible(bool(self._hint.text()))
        self.go.setToolTip(problem)
        self.who.setEnabled(not busy)
        self.where.setEnabled(not busy)
        self.look_first.setEnabled(not busy)
        self.where.show_names(self.who.folder_names())

    def _count(self) -> None:
        if self.run.total:
            found = PhotosFound(self.run.total, self.run.formats)
            self.where.show_count(found, final=self.run.done > 0)

    def _choose_faces(self) -> None:
        HeadshotsDialog(self.who, self._theme).exec()

    # The run

    def request(self) -> SortRequest:
        """What the page asks for as it stands."""
        threshold = self.review.slider.threshold if self.review is not None else self._workshop.settings.threshold
        return SortRequest(
            self.who.people(),
            self.where.folders,
            self.where.destination,
            recursive=self.where.subfolders.isChecked(),
            threshold=threshold,
            dry_run=self.look_first.isChecked(),
            link=self._workshop.settings.link,
        )

    def start(self) -> None:
        """Begin a run, if everything is there that it needs."""
        if self.run.busy or self.who.people_problem() or self.where.where_problem():
            return
        self.banner.hide()
        self.where.stop_counting()
        request = self.request()
        review = self._made_review()
        review.begin(
            [wanted.name for wanted in request.people], [self.who.shot_of(n) for n in range(len(request.people))]
        )
        self._stack.setCurrentWidget(review)
        self.remember()
        self.run.start(request)

    def _made_review(self) -> Review:
        if self.review is None:
            from facesorter.ui.review import Review

            self.review = Review(self._workshop, self._jobs, self.run, self._theme)
            self.review.threshold_settled.connect(self.remember)
            self._stack.addWidget(self.review)
            self._stack.removeWidget(self.welcome)
            self.welcome.hide()
        return self.review

    def settings(self) -> Settings:
        """The settings with what was chosen here."""
        kept = self._workshop.settings
        if self.review is not None:
            kept = replace(
                kept,
                threshold=self.review.slider.threshold,
                detail_width_px=self.review.splitter.sizes()[1],
            )
        return replace(
            kept,
            folders=self.where.folders,
            destination=self.where.destination,
            recursive=self.where.subfolders.isChecked(),
            look_first=self.look_first.isChecked(),
        )

    def take_settings(self) -> None:
        """The settings page changed something."""
        settings = self._workshop.settings
        self.look_first.setChecked(settings.look_first)
        if self.review is not None:
            self.review.slider.show_threshold(settings.threshold)

    def remember(self) -> None:
        """Keep what was chosen."""
        settings = self.settings()

        def save() -> Iterator[None]:
            yield self._workshop.save(settings)

        self._jobs.write(save).failed.connect(self.banner.tell)

    # After it

    def _open_folder(self) -> None:
        results, request = self.run.results, self.run.request
        if results is None or request is None or self.review is None:
            return
        person = results.person(self.review.number)
        folder = os.path.join(request.destination, person.folder_name if person is not None else "")
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder if os.path.isdir(folder) else request.destination))

    def _undo(self) -> None:
        if self.run.results is None:
            return
        copied = sum(self.run.results.balance(number).copied for number in range(len(self.run.results.names)))
        question = QMessageBox(self)
        question.setWindowTitle(self.tr("Undo"))
        question.setText(self.tr("Take back the {} that this run copied?").format(words.photos(copied)))
        question.setInformativeText(self.tr("Originals stay. Copies that were changed since stay too."))
        yes = question.addButton(self.tr("Take back"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(QMessageBox.StandardButton.Cancel)
        question.exec()
        if question.clickedButton() is yes:
            self.run.undo()

    def _save_report(self) -> None:
        suggested = os.path.join(self.where.destination, self.tr("FaceSorter report") + ".html")
        path, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save report"),
            suggested,
            self.tr("Page with pictures (*.html);;Table (*.csv)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            self.save_report(path)

    def save_report(self, path: str) -> None:
        """Write the report on a worker; an existing file of that name stays, the report gets a number."""
        results = self.run.results
        if results is None:
            return
        names = results.names
        summaries = [f"{name}: {self._summary(number)}" for number, name in enumerate(names)]
        found = [
            ReportLine(
                name, results.pile_of(row, number), photo, score.similarity, decision, results.reason(row, number)
            )
            for number, name in enumerate(names)
            for row, photo in enumerate(results.photos)
            for score, decision in [results.verdict(row, number)]
        ]

        def write() -> Iterator[str]:
            try:
                yield self._workshop.save_report(path, summaries, found)
            except OSError as error:
                raise UserError(
                    self.tr("The report could not be saved ({}).").format(error.strerror),
                    self.tr("Choose another place."),
                ) from error

        job = self._jobs.run(write)
        job.reported.connect(self._report_saved)
        job.failed.connect(self.banner.tell)

    def _report_saved(self, written: list[str]) -> None:
        self.banner.say(self.tr("The report is saved as {}.").format(words.readable(written[0])))

    def _summary(self, number: int) -> str:
        counts = self.run.counts(number)
        parts = ", ".join(f"{words.pile(which)} {words.number(counts[which])}" for which in Pile)
        return f"{words.photos(sum(counts.values()))}: {parts}"
