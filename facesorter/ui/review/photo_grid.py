"""The grid of a pile: thumbnails with the face boxed, of which the user chooses those to decide on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import (
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QWidget,
)

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.cell_view import CellView
from facesorter.ui.review.chosen import Chosen
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.pile_model import Index, PileModel
from facesorter.ui.review.results import Results
from facesorter.ui.review.thumbnail_delegate import ThumbnailDelegate
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell.theme import Theme

DECISION_KEYS = {Qt.Key.Key_Y: Decision.YES, Qt.Key.Key_N: Decision.NO, Qt.Key.Key_Space: Decision.UNSURE}
_Move = QAbstractItemView.CursorAction
_MOVES = {
    Qt.Key.Key_Left: _Move.MoveLeft,
    Qt.Key.Key_Right: _Move.MoveRight,
    Qt.Key.Key_Up: _Move.MoveUp,
    Qt.Key.Key_Down: _Move.MoveDown,
    Qt.Key.Key_PageUp: _Move.MovePageUp,
    Qt.Key.Key_PageDown: _Move.MovePageDown,
    Qt.Key.Key_Home: _Move.MoveHome,
    Qt.Key.Key_End: _Move.MoveEnd,
}
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class PhotoGrid(CellView):
    """The photos of one pile, of which those that are highlighted are chosen: a decision is about them, and no others.

    `opened` when the current photo is wanted in the whole width.
    `looked_at` carries the results' row of the chosen photo to show large (-1 if none is chosen), and how many are.
    """

    looked_at = Signal(int, int)
    decided = Signal(object)
    opened = Signal()

    def __init__(self, theme: Theme, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        model = PileModel()
        super().__init__(model, parent)
        self.pile_model = model
        model.setParent(self)
        self.pile = Pile.SURE
        self._quiet = 0
        self._told = -1, 0
        self._ranging = False
        self.chosen_by_focus = -1
        """The results' row of the photo that was chosen because the focus came here; -1 for none."""
        self.setAccessibleName(_("Photos"))
        self._delegate = ThumbnailDelegate(theme, thumbnails, self)
        self.setItemDelegate(self._delegate)
        self.chosen = Chosen(self.pile_model, self.selectionModel())
        self.selectionModel().currentChanged.connect(self._tell)
        self.selectionModel().selectionChanged.connect(self._tell)
        theme.changed.connect(self.viewport().update)
        thumbnails.loaded.connect(self._picture_loaded)

    # What is shown

    def show_rows(self, results: Results | None, person_number: int, which: Pile, rows: Rows) -> None:
        """Show a pile; where it is the same pile as before, what is chosen and the scroll place follow their photos."""
        model = self.pile_model
        same = (results, person_number, which) == (model.results, model.person_number, self.pile)
        self.pile = which
        if not same:
            self._replace(results, person_number, rows)
            return
        before = model.rows
        if len(rows) >= len(before) and np.array_equal(rows[: len(before)], before):
            if len(rows) > len(before):
                model.append(rows)
                self.updateGeometries()
            self.viewport().update()
            return
        self._follow(results, person_number, rows)

    def _replace(self, results: Results | None, person_number: int, rows: Rows) -> None:
        with self.quiet():
            self.pile_model.replace(results, person_number, rows)
        self.go_to_top()
        self._told = -1, 0
        self.looked_at.emit(-1, 0)

    def _follow(self, results: Results | None, person_number: int, rows: Rows) -> None:
        before = self.pile_model.rows
        current = self.chosen.current
        watched = int(before[current]) if current >= 0 else -1
        selected = self.selected_rows()
        cells, scrolled = self.cells, self.verticalOffset()
        top = min(cells.first_at(scrolled), len(before) - 1)
        # Whoever is at the top and has chosen nothing stays there, when a run ends and its photos are put in order.
        anchor = int(before[top]) if top >= 0 and (scrolled or current >= 0) else -1
        offset = scrolled - cells.top_of(top)
        places = np.full(1 + max(int(rows.max(initial=-1)), int(before.max(initial=-1))), -1, np.intp)
        places[rows] = np.arange(len(rows))
        with self.quiet():
            self.pile_model.replace(results, person_number, rows)
            self.updateGeometries()
            if anchor >= 0 and places[anchor] >= 0:
                self.verticalScrollBar().setValue(cells.top_of(int(places[anchor])) + offset)
            kept = np.sort(places[selected])
            self.chosen.add(kept[kept >= 0])
            place = int(places[watched]) if watched >= 0 else -1
            if place < 0 <= current and len(rows):
                following = places[before[current:]]
                self.chosen.only(next((int(one) for one in following[following >= 0]), len(rows) - 1))
            elif place >= 0:
                self.chosen.pass_to(place)
                if len(selected) and not np.any(kept >= 0):
                    self.chosen.only(place)

    @contextmanager
    def quiet(self) -> Generator[None]:
        """Several changes of what is chosen are told as one, at the end."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1
        self._tell()

    def _tell(self) -> None:
        if self._quiet:
            return
        place, count = self.chosen.shown(), len(self.chosen.places())
        now = int(self.pile_model.rows[place]) if place >= 0 else -1, count
        if now != self._told:
            self._told = now
            self.looked_at.emit(*now)

    def tell_again(self) -> None:
        """Tell anew which photo is to be shown large."""
        self._told = -2, 0
        self._tell()

    def selectAll(self) -> None:
        """Choose the whole pile in one go."""
        with self.quiet():
            self.chosen.add(np.arange(len(self.pile_model.rows)))
            if self.chosen.current < 0 and len(self.pile_model.rows):
                self.chosen.pass_to(0)

    @property
    def nobody_chose(self) -> bool:
        """Whether no photo is chosen but one that was, perhaps, when the focus came here."""
        return self.selected_rows().tolist() in ([], [self.chosen_by_focus])

    def selected_rows(self) -> Rows:
        """The results' rows of the chosen photos."""
        return self.chosen.rows()

    @property
    def current_row(self) -> int:
        """The results' row of the current photo, or -1."""
        place = self.chosen.current
        return int(self.pile_model.rows[place]) if 0 <= place < len(self.pile_model.rows) else -1

    def setCurrentIndex(self, index: Index) -> None:
        """Choose this photo alone, whatever keys are held down."""
        self.chosen.only(index.row())

    def choose_next(self, candidates: Rows) -> None:
        """Choose the first of these rows that is shown; the last photo shown if none is, or the current one again."""
        shown = candidates[np.isin(candidates, self.pile_model.rows)]
        if len(shown):
            self.chosen.only(int(np.flatnonzero(self.pile_model.rows == shown[0])[0]))
        elif self.chosen.current >= 0:
            self.chosen.only(self.chosen.current)

    def choose_rows(self, rows: Rows) -> None:
        """Choose those of these rows that are shown, and no others; the first becomes the current one."""
        places = np.flatnonzero(np.isin(self.pile_model.rows, rows))
        if len(places):
            with self.quiet():
                self.chosen.only(int(places[0]))
                self.chosen.add(places)

    def _picture_loaded(self, photo_id: int) -> None:
        results = self.pile_model.results
        row = None if results is None else results.photos.row_of(photo_id)
        first, end = self.in_view()
        for place in np.flatnonzero(self.pile_model.rows[first:end] == row):
            self.viewport().update(self.visualRect(self.pile_model.index(first + int(place))))

    # Keys and clicks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y, N and Space decide, Enter opens; arrows choose, with Shift a range, with Ctrl they only pass."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in DECISION_KEYS and not held:
            self.decided.emit(DECISION_KEYS[key])
        elif key in _MOVES and not held & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            self._move(self.moveCursor(_MOVES[key], held).row(), held)
        elif key == Qt.Key.Key_Space:
            if held == Qt.KeyboardModifier.ControlModifier:
                self.chosen.toggle()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            if self.chosen.shown() >= 0:
                self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def _move(self, place: int, held: Qt.KeyboardModifier) -> None:
        if place < 0:
            return
        with self.quiet():
            if held & Qt.KeyboardModifier.ShiftModifier:
                self.chosen.up_to(place)
            elif held & Qt.KeyboardModifier.ControlModifier:
                self.chosen.pass_to(place)
            else:
                self.chosen.only(place)

    def keyboardSearch(self, search: str) -> None:
        """Letters decide; they lead to no file of that name."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes here by keys finds a photo chosen."""
        with self.quiet():
            super().focusInEvent(event)
            if event.reason() in _BY_KEYS and len(self.pile_model.rows) and not len(self.chosen.places()):
                self.chosen.only(max(0, self.chosen.current))
                self.chosen_by_focus = self.current_row

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses a photo, with Ctrl one more or less, with Shift a range."""
        place = self.indexAt(event.position().toPoint()).row()
        held, left = event.modifiers(), event.button() == Qt.MouseButton.LeftButton
        self._ranging = left and bool(held & Qt.KeyboardModifier.ShiftModifier)
        with self.quiet():
            if not self._ranging:
                super().mousePressEvent(event)
                self.chosen.start_ranges_at(place)
            elif place >= 0:
                self.chosen.up_to(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Opens the photo, which the first click has chosen."""
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws a rectangle, but not with Shift: a hand that shakes while it clicks means the range."""
        if not self._ranging:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends what the press began."""
        if not self._ranging:
            super().mouseReleaseEvent(event)
        self._ranging = False
