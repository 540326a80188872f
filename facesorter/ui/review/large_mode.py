"""From the grid to the large view and back: what the grid has chosen is what the large view shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from facesorter.ui.review.large_view import LargeView
from facesorter.ui.review.photo_grid import PhotoGrid
from facesorter.ui.review.run import Run


class LargeMode(QObject):
    """Either everything is shown or one photo; `changed` when it is the other of the two."""

    changed = Signal()

    def __init__(self, run: Run, grid: PhotoGrid, view: LargeView, whole: QWidget) -> None:
        super().__init__(whole)
        self._run = run
        self._grid = grid
        self._nothing = ""
        self.view = view
        self._pages = QStackedLayout(whole)
        view.step_asked.connect(self._step)
        view.closed.connect(self.show_grid)
        grid.opened.connect(self.show_large)

    def lay_out(self, everything: QWidget) -> None:
        """What is shown when no photo is large."""
        self._pages.addWidget(everything)
        self._pages.addWidget(self.view)

    @property
    def on(self) -> bool:
        """Whether one photo takes the whole width."""
        return self._pages.currentWidget() is self.view

    def start_over(self) -> None:
        """Show everything, and forget all photos."""
        self.show_grid()
        self.view.start_over()

    def show_large(self) -> None:
        """Show the current photo in the whole width; answers are about it alone."""
        place = self._grid.chosen.shown()
        if place < 0 or self.on:
            return
        self._grid.chosen.only(place)
        self._pages.setCurrentWidget(self.view)
        self.changed.emit()
        self.show_current()
        self.view.picture.setFocus()

    def show_grid(self) -> None:
        """Show all photos again, with the current one in view."""
        if self.on:
            self._pages.setCurrentIndex(0)
            self.changed.emit()
            self._grid.setFocus()
            self._grid.scrollTo(self._grid.currentIndex())

    def refresh(self, nothing: str) -> None:
        """What is known of the photo, or which photos there are, may have changed; `nothing` says why if none are."""
        self._nothing = nothing
        self.view.let_undo(possible=self._run.decisions.can_undo)
        self.show_current()

    def show_current(self) -> None:
        """Show what is chosen in the grid, if one photo is shown large."""
        if not self.on:
            return
        results, rows = self._run.results, self._grid.pile_model.rows
        place = self._grid.chosen.shown()
        if len(self._grid.chosen.places()) > 1:  # nobody answers what they do not see
            self._grid.chosen.only(place)
            return
        if results is None or place < 0:
            self.view.show_none("" if len(rows) else self._nothing)
            return
        following = int(rows[place + 1]) if place + 1 < len(rows) else None
        self.view.show_place(place, len(rows), following)
        self.view.show_photo(results, int(rows[place]), self._grid.pile_model.person_number)

    def _step(self, photos: int) -> None:
        count = self._grid.pile_model.rowCount()
        if count:
            self._grid.chosen.only(max(0, min(count - 1, self._grid.chosen.current + photos)))
