"""The grid of a pile: thumbnails with the face boxed, each keyed by its photo's row in the results.

The layout (`cells`) costs the same whatever their number. Qt's own icon mode lays out every item again whenever photos
stream in, 120 ms for 100,000 of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.cells import CELL_WIDTH, Cells
from facesorter.ui.review.pile_model import Index, PileModel
from facesorter.ui.review.results import Results, Rows
from facesorter.ui.review.thumbnail_delegate import ThumbnailDelegate
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell.theme import Theme


class PhotoGrid(QListView):
    """The photos of one pile. `looked_at` carries the results' row of the current photo, or -1."""

    looked_at = Signal(int)
    answered = Signal(object)

    def __init__(self, theme: Theme, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pile = Pile.SURE
        self.pile_model = PileModel(self)
        self._replacing = False
        self._top = 0, 0.0
        self.setAccessibleName(_("Photos"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setModel(self.pile_model)
        self._delegate = ThumbnailDelegate(theme, thumbnails, self)
        self.setItemDelegate(self._delegate)
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.changed.connect(self.viewport().update)
        thumbnails.loaded.connect(self._picture_loaded)

    # What is shown

    def show_rows(self, results: Results | None, person_number: int, which: Pile, rows: Rows) -> None:
        """Show a pile; where it is the same pile as before, selection and scroll place follow their photos."""
        model = self.pile_model
        same = (results, person_number, which) == (model.results, model.person_number, self.pile)
        self.pile = which
        if not same:
            self._replace(results, person_number, rows)
            self.scrollToTop()
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
        self._replacing = True
        self.pile_model.replace(results, person_number, rows)
        self._replacing = False
        self._top = 0, 0.0
        self.updateGeometries()
        self.looked_at.emit(-1)

    def _follow(self, results: Results | None, person_number: int, rows: Rows) -> None:
        before = self.pile_model.rows
        current = self.currentIndex().row()
        watched = int(before[current]) if current >= 0 else -1
        selected = self.selected_rows()
        cells, scrolled = self.cells, self.verticalOffset()
        top = min(cells.first_at(scrolled), len(before) - 1)
        anchor = int(before[top]) if top >= 0 else -1
        offset = scrolled - cells.top_of(top)
        places = np.full(1 + max(int(rows.max(initial=-1)), int(before.max(initial=-1))), -1, np.intp)
        places[rows] = np.arange(len(rows))
        self._replacing = True
        self.pile_model.replace(results, person_number, rows)
        self.updateGeometries()
        if anchor >= 0 and places[anchor] >= 0:
            self.verticalScrollBar().setValue(cells.top_of(int(places[anchor])) + offset)
        kept = np.sort(places[selected])
        self._select(kept[kept >= 0])
        place = int(places[watched]) if watched >= 0 else -1
        moved_on = place < 0 <= current
        if moved_on:
            following = places[before[current:]]
            place = next((int(one) for one in following[following >= 0]), len(rows) - 1)
        self._replacing = False
        if place >= 0:
            how = QItemSelectionModel.SelectionFlag.NoUpdate
            if moved_on:
                how = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self.pile_model.index(place), how)
        elif current >= 0:
            self.looked_at.emit(-1)

    def _select(self, places: Rows) -> None:
        if not len(places):
            return
        breaks = np.flatnonzero(np.diff(places) > 1)
        firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(places) - 1)
        selection = QItemSelection()
        for first, last in zip(places[firsts], places[lasts], strict=True):
            selection.select(self.pile_model.index(int(first)), self.pile_model.index(int(last)))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)

    def selectAll(self) -> None:
        """Select the whole pile in one go; Qt would ask for each photo by itself."""
        self._select(np.arange(len(self.pile_model.rows)))

    def selected_rows(self) -> Rows:
        """The results' rows of the selected photos; of the current one if none is."""
        ranges = self.selectionModel().selection()
        parts = [
            self.pile_model.rows[ranges.at(place).top() : ranges.at(place).bottom() + 1]
            for place in range(ranges.size())
        ]
        if parts:
            return np.concatenate(parts)
        return np.array([self.current_row] if self.current_row >= 0 else [], np.intp)

    @property
    def current_row(self) -> int:
        """The results' row of the current photo, or -1."""
        place = self.currentIndex().row()
        return int(self.pile_model.rows[place]) if 0 <= place < len(self.pile_model.rows) else -1

    def move_on(self) -> None:
        """Look at the next photo."""
        following = self.pile_model.index(self.currentIndex().row() + 1)
        if following.isValid():
            self.setCurrentIndex(following)

    def look_at_row(self, row: int) -> None:
        """Make the photo of this row the current one, if it is shown."""
        places = np.flatnonzero(self.pile_model.rows == row)
        if len(places):
            self.setCurrentIndex(self.pile_model.index(int(places[0])))

    def _current_changed(self, current: QModelIndex) -> None:
        if not self._replacing:
            self.looked_at.emit(int(self.pile_model.rows[current.row()]) if current.isValid() else -1)

    # Where it is shown: a grid that follows from the width

    @property
    def cells(self) -> Cells:
        return Cells.within(self.viewport().width(), self.fontMetrics().height() + 6)

    @property
    def thumbnail_side_px(self) -> int:
        """Long side of thumbnails: enough for a cell twice as wide as the narrowest, cut to its shape."""
        return round(2 * CELL_WIDTH * self.devicePixelRatioF())

    def visualRect(self, index: Index) -> QRect:
        """Where a photo is, in the viewport."""
        return self.cells.rect_of(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The photo at a place in the viewport."""
        return self.pile_model.index(self.cells.place_at(point + QPoint(0, self.verticalOffset())))

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a photo into view."""
        if not index.isValid():
            return
        cells = self.cells
        top, height = cells.top_of(index.row()), cells.height
        bar = self.verticalScrollBar()
        if hint == QAbstractItemView.ScrollHint.PositionAtTop or top < bar.value():
            bar.setValue(top)
        elif top + height > bar.value() + self.viewport().height():
            bar.setValue(top + height - self.viewport().height())

    def horizontalOffset(self) -> int:
        """There is no scrolling sideways."""
        return 0

    def verticalOffset(self) -> int:
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted, and remember what is at the top: a place and how much of its line is above."""
        self.viewport().scroll(dx, dy)
        cells, scrolled = self.cells, self.verticalOffset()
        place = cells.first_at(scrolled)
        self._top = place, (scrolled - cells.top_of(place)) / cells.height

    def doItemsLayout(self) -> None:
        """Nothing to lay out but the length of the scroll bar."""
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        """The scroll bar for this many photos."""
        cells, height = self.cells, self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, cells.length(self.pile_model.rowCount()) - height))
        bar.setPageStep(height)
        bar.setSingleStep(cells.height // 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other columns: the photo at the top stays there."""
        place, above = self._top
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()
        wanted = self.cells.top_of(place) + round(above * self.cells.height)
        self.verticalScrollBar().setValue(wanted)
        if self.verticalOffset() == wanted:
            self._top = place, above  # not the first of its line any more, but it is again at the width of before
        self.viewport().update()

    def moveCursor(
        self,
        cursorAction: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Arrows, page and end keys."""
        count, current = self.pile_model.rowCount(), self.currentIndex().row()
        if not count:
            return QModelIndex()
        cells = self.cells
        page = max(1, self.viewport().height() // cells.height) * cells.columns
        action = QAbstractItemView.CursorAction
        step = {
            action.MoveLeft: -1,
            action.MovePrevious: -1,
            action.MoveRight: 1,
            action.MoveNext: 1,
            action.MoveUp: -cells.columns,
            action.MoveDown: cells.columns,
            action.MovePageUp: -page,
            action.MovePageDown: page,
            action.MoveHome: -count,
            action.MoveEnd: count,
        }[cursorAction]
        place = current + step if current >= 0 else 0
        if abs(step) == cells.columns and not 0 <= place < count:
            place = current
        return self.pile_model.index(min(count - 1, max(0, place)))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a rectangle drawn with the mouse touches; otherwise all photos from one corner to the other."""
        selection = QItemSelection()
        if self.state() is not PhotoGrid.State.DragSelectingState:
            first, last = sorted(self.indexAt(corner).row() for corner in (rect.topLeft(), rect.bottomRight()))
            if first >= 0:
                selection.select(self.pile_model.index(first), self.pile_model.index(last))
            self.selectionModel().select(selection, command)
            return
        touched = rect.normalized().translated(0, self.verticalOffset())
        end = self.pile_model.rowCount() - 1
        for first, last in self.cells.lines_touching(touched):
            if 0 <= first <= min(last, end):
                selection.select(self.pile_model.index(first), self.pile_model.index(min(last, end)))
        self.selectionModel().select(selection, command)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws a rectangle, but not with Shift: a hand that shakes while it clicks means the range."""
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().mouseMoveEvent(event)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What must be painted anew when the selection changes: simply what is in view."""
        return QRegion(self.viewport().rect())

    def dataChanged(self, topLeft: Index, bottomRight: Index, /, roles: Sequence[int] = ()) -> None:
        """Paint anew."""
        self.viewport().update()

    def _picture_loaded(self, photo_id: int) -> None:
        results = self.pile_model.results
        row = None if results is None else results.row_of(photo_id)
        first, end = self._in_view()
        for place in np.flatnonzero(self.pile_model.rows[first:end] == row):
            self.viewport().update(self.visualRect(self.pile_model.index(first + int(place))))

    def _in_view(self) -> tuple[int, int]:
        """The first of the places that can be seen, and the one after the last."""
        cells, count = self.cells, self.pile_model.rowCount()
        first = cells.first_at(self.verticalOffset())
        return first, min(count, first + cells.most_within(self.viewport().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the photos in view, or those of them that changed."""
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        base: Any = option
        plain = base.state & ~QStyle.StateFlag.State_HasFocus
        cells, scrolled, exposed = self.cells, self.verticalOffset(), event.region()
        hovered = self.viewport().mapFromGlobal(self.cursor().pos())
        for place in range(*self._in_view()):
            base.rect = cells.rect_of(place).translated(0, -scrolled)
            if not exposed.intersects(base.rect):
                continue
            index = self.pile_model.index(place)
            base.state = plain
            if self.selectionModel().isSelected(index):
                base.state |= QStyle.StateFlag.State_Selected
            if index == self.currentIndex() and self.hasFocus():
                base.state |= QStyle.StateFlag.State_HasFocus
            if self.underMouse() and base.rect.contains(hovered):
                base.state |= QStyle.StateFlag.State_MouseOver
            self.itemDelegate().paint(painter, option, index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y, N and Space answer; everything else is Qt's."""
        answers = {Qt.Key.Key_Y: Decision.YES, Qt.Key.Key_N: Decision.NO, Qt.Key.Key_Space: Decision.UNSURE}
        answer = answers.get(Qt.Key(event.key()))
        if answer is not None and not event.modifiers():
            self.answered.emit(answer)
            return
        super().keyPressEvent(event)
