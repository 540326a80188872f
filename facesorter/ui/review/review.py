"""The results of a run: person, piles, slider, grid and the photo being looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.advice import empty_sentence
from facesorter.ui.review.arrangement import Arrangement
from facesorter.ui.review.balance_line import BalanceLine
from facesorter.ui.review.check_pile import CheckPile
from facesorter.ui.review.detail_pane import DetailPane
from facesorter.ui.review.large_mode import LargeMode
from facesorter.ui.review.large_view import LargeView
from facesorter.ui.review.live_counts import LiveCounts
from facesorter.ui.review.order import Order
from facesorter.ui.review.people_tabs import PeopleTabs
from facesorter.ui.review.photo_grid import DECISION_KEYS, PhotoGrid
from facesorter.ui.review.photo_menu import PhotoMenu
from facesorter.ui.review.photos_area import PhotosArea
from facesorter.ui.review.pile_tabs import PileTabs
from facesorter.ui.review.run import Run
from facesorter.ui.review.second_opinion import SecondOpinion
from facesorter.ui.review.threshold_slider import ThresholdSlider
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.review.watching import KeepUpToDate
from facesorter.ui.review.why_not import WhyNot
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.pictures import Loader, load_photo
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.app.services import Services

SHOW_EVERY_MS = 250
"""Photos that stream in are shown four times a second: live to the eye, and the grid can be used meanwhile."""

DETAIL_WIDTH_PX = 376


class Review(QWidget):
    """Shows a run's results and hands the user's decisions to it.

    `view_chosen` when photos shall be shown in another order or size from now on.
    """

    threshold_chosen = Signal(float)
    view_chosen = Signal()

    def __init__(self, app: Services, jobs: Jobs, run: Run, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._shots: list[Shot | None] = []
        self._covers: Mapping[str, QImage | None] = {}

        def loader() -> Loader:
            return partial(load_photo, run.begun)  # of the session that is shown now, whenever it is its turn

        self.thumbnails = Thumbnails(jobs, loader, self)
        self.people = PeopleTabs()
        self.people.currentChanged.connect(self.refresh)
        self.tabs = PileTabs(theme)
        self.tabs.chosen.connect(self._show_pile)
        self.slider = ThresholdSlider(app.settings.threshold)
        self.slider.moved.connect(run.set_threshold)
        self.slider.released.connect(self.threshold_chosen)
        self.balance = BalanceLine()
        self.balance.pile_asked.connect(self.tabs.choose)
        self._counts = LiveCounts(run, self.people, self.tabs, self.balance)
        self.keep = KeepUpToDate(app, jobs, run)
        self.second = SecondOpinion(app, jobs, run)
        self.grid = PhotoGrid(theme, self.thumbnails)
        self.grid.decided.connect(self.decide)
        self.grid.looked_at.connect(self._look_at)
        self.grid.enlarge(app.settings.thumbnail_px)
        self.arrangement = Arrangement(jobs, run, Order(app.settings.photo_order), self)
        self._photos = PhotosArea(self.grid, self.arrangement.order)
        self.bar, self._nothing = self._photos.bar, self._photos.nothing
        self.check = CheckPile(jobs, run, self.grid, self)
        self.check.changed.connect(self.refresh)
        self.check.bar.block_asked.connect(self._choose_block)
        self.check.bar.found_asked.connect(self._show_found)
        self.check.bar.threshold_asked.connect(self.slider.show_threshold)
        self.menu = PhotoMenu(self.grid, run, jobs)
        self.menu.why_asked.connect(self._ask_why)
        self._why_not = WhyNot(app, jobs, run, theme)
        self.detail = DetailPane(run, jobs, theme)
        self.detail.decided.connect(self.decide)
        self.detail.undo_asked.connect(self.undo_decision)
        self.large = LargeMode(run, self.grid, LargeView(run, jobs, theme, self.thumbnails), self)
        self._listen(run)
        self._lay_out(app.settings.detail_width_px or DETAIL_WIDTH_PX)
        self._timer = QTimer(self, singleShot=True, interval=SHOW_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Undo, self, context=context).activated.connect(self.undo_decision)

    def _listen(self, run: Run) -> None:
        run.sorted_anew.connect(self.refresh)
        run.progressed.connect(self._show_soon)
        run.state_changed.connect(self.refresh)
        self.arrangement.changed.connect(self.refresh)
        self.bar.order_chosen.connect(self._choose_order)
        self.grid.enlarged.connect(self.view_chosen)
        self.large.view.decided.connect(self.decide)
        self.large.view.undo_asked.connect(self.undo_decision)
        self.detail.larger_asked.connect(self.large.show_large)

    def _lay_out(self, detail_width_px: int) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.tabs)
        head.addStretch()
        head.addWidget(self.slider)
        rule = QFrame()
        rule.setObjectName("rule")
        rule.setFixedHeight(1)
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(14)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._photos)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([10_000, detail_width_px])
        top = QVBoxLayout()
        top.setSpacing(0)
        top.addLayout(head)
        top.addWidget(rule)
        self.balance.add(self.keep)
        everything = QWidget()
        self.large.lay_out(everything)
        layout = QVBoxLayout(everything)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.balance)
        layout.addWidget(self.people)
        layout.addLayout(top)
        layout.addWidget(self.second)
        layout.addWidget(self.check.bar)
        layout.addWidget(self.splitter, 1)

    def choices(self) -> dict[str, Any]:
        """What was chosen here, by the names of the settings."""
        width_px = self.splitter.sizes()[1]
        return {
            "threshold": self.slider.threshold,
            "thumbnail_px": self.grid.least_width_px,
            "photo_order": str(self.arrangement.order),
            **({"detail_width_px": width_px} if width_px else {}),
        }

    def begin(self, names: list[str], shots: list[Shot | None]) -> None:
        """Another run begins: these people, and the headshots to show beside what is found."""
        self._shots, self._covers = shots, {}
        self.large.start_over()
        self.grid.show_rows(None, 0, self.tabs.current, np.empty(0, np.intp))  # or old photos would be asked for anew
        self.thumbnails.clear()
        self.detail.show_nothing()
        self.people.start_over(names)
        self.tabs.start_over()

    def show_covers(self, covers: Mapping[str, QImage | None]) -> None:
        """By name the faces to show beside what is found where there are no headshots."""
        self._covers = covers
        self.grid.tell_again()

    @property
    def number(self) -> int:
        return self.people.number

    def _show_pile(self) -> None:
        self.refresh()
        if self.tabs.current is Pile.CHECK and not self.tabs.hasFocus():
            self.grid.setFocus()  # keys answer at once

    def _show_soon(self) -> None:
        self._counts.show_soon()
        if not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Show what is so now, and what people are called by now."""
        results = self._run.results
        if results is None:
            return
        self._timer.stop()
        which = self.tabs.current
        rows = self.arrangement.rows(results, self.number, which)
        if self.arrangement.order is Order.SIMILARITY:
            rows = self.check.arranged(self.number, which, rows)
        self._counts.show()
        self.grid.show_rows(results, self.number, which, rows)
        self.second.refresh(shown=which is Pile.CHECK and len(rows) > 0)
        nothing = empty_sentence(which, results.counts(self.number), self._run.state)
        self._photos.show_photos(any_there=len(rows) > 0, nothing=nothing)
        if not self.detail.shows_photo:
            self.detail.show_nothing(self._shot, choosable=len(rows) > 0)
        self.detail.let_undo(possible=self._run.decisions.can_undo)
        self.detail.refresh()
        self.check.shown(self.number, which)
        self.large.refresh(nothing)

    @property
    def _shot(self) -> Shot | QImage | None:
        """The headshot of whoever is in view, or else the face that stands for them."""
        results = self._run.results
        shot = self._shots[self.number] if self.number < len(self._shots) else None
        return shot or (None if results is None else self._covers.get(results.names[self.number]))

    def _look_at(self, row: int, chosen: int) -> None:
        self.check.refresh(self.number, self.tabs.current)
        results = self._run.results
        if row < 0 or results is None:
            self.detail.show_nothing(self._shot, choosable=self.grid.pile_model.rowCount() > 0)
        else:
            rows = self.grid.selected_rows() if chosen > 1 else np.array([row])
            self.detail.show_photo(results, row, self.number, self._shot, rows)
        self.large.show_current()

    def _choose_order(self, order: Order) -> None:
        self.arrangement.choose(order)
        self.view_chosen.emit()

    def decide(self, decision: Decision) -> None:
        """The user's decision about the chosen photos; then on to the next one."""
        places, rows = self.grid.chosen.places(), self.grid.selected_rows()
        if not len(rows):
            return
        following = self.grid.pile_model.rows[places[-1] + 1 :]
        number, which = self.number, self.tabs.current
        alike = self.check.alike(number, which, rows)
        with self.grid.quiet():
            self._run.decisions.decide(number, rows, decision)
            if self.large.on:  # answers are about the photo that is seen, and no other
                self.grid.choose_next(following)
            else:
                self.check.choose_next(number, which, following, alike)
        self.go_on()

    def go_on(self) -> None:
        """From somebody of whom nothing is left to check to the next person of whom something is."""
        following = self.check.next_person(self.number, self.tabs.current)
        if following is not None:
            self.people.setCurrentIndex(following)

    def _choose_block(self) -> None:
        self.check.choose_block(self.number)

    def _show_found(self) -> None:
        """Show the photos that answers have found, among those that are sure."""
        found = self.check.answers.moved(self.number).found
        self.tabs.choose(Pile.SURE)
        self.grid.choose_rows(found)
        self.grid.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y and N answer wherever the focus is, if nothing there wants the key."""
        decision = DECISION_KEYS.get(Qt.Key(event.key())) if not event.modifiers() else None
        if decision is None or event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            self.decide(decision)

    def _ask_why(self, row: int) -> None:
        self._why_not.ask(row, self.number, self)

    def undo_decision(self) -> None:
        """Take the last decision back, and choose again what it was about."""
        undone = self._run.decisions.undo()
        if undone is None or self._run.results is None:
            return
        number, rows = undone
        self.people.setCurrentIndex(number)
        which = self._run.results.pile_of(int(rows[0]), number)
        if which is not self.tabs.current:
            self.tabs.choose(which)
        self.grid.choose_rows(rows)
