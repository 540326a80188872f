"""A view of photos in cells, each keyed by its place in the model.

The layout (`cells`) costs the same whatever their number. Qt's own icon mode lays out every item again whenever photos
stream in, 120 ms for 100,000 of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
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
    QKeySequence,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from facesorter.ui.review.cells import CELL_WIDTH, LARGEST, SMALLEST, Cells
from facesorter.ui.review.pile_model import Index

SIDES = (280, 420, 620, 840)
"""Long sides of thumbnails for a screen without scaling, in px."""

STEP = 1.15
"""By how much a turn of the wheel or a key enlarges the cells."""


class CellView(QListView):
    """A view whose places follow from its width; nothing is laid out item by item.

    `enlarged` carries the least width of a cell, in px, that was chosen with keys or the wheel.
    """

    enlarged = Signal(int)

    def __init__(self, model: QAbstractListModel, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._model = model
        self._top = 0, -1.0
        self.least_width_px = CELL_WIDTH
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setModel(model)

    def go_to_top(self) -> None:
        """Scroll to the first photo; what was at the top before is forgotten."""
        self._top = 0, -1.0
        self.updateGeometries()
        self.scrollToTop()

    @property
    def cells(self) -> Cells:
        width, text_height = self.viewport().width(), self.fontMetrics().height() + 6
        return self.arranged(Cells.within(width, text_height, self.least_width_px, mirrored=self.isRightToLeft()))

    def arranged(self, cells: Cells) -> Cells:
        """Where photos are if cells have this size; a view with headings says so here."""
        return cells

    @property
    def thumbnail_side_px(self) -> int:
        """Long side of thumbnails: enough for a cell twice as wide as the narrowest, cut to its shape.

        It is one of few, so that not every step of the slider loads all pictures anew.
        """
        side = next(one for one in SIDES if one >= 2 * self.least_width_px or one == SIDES[-1])
        return round(side * self.devicePixelRatioF())

    def enlarge(self, least_width_px: int) -> None:
        """Make cells at least this wide; the current photo stays in view, or else the one at the top."""
        least_width_px = max(SMALLEST, min(LARGEST, least_width_px))
        if least_width_px == self.least_width_px:
            return
        current = self.currentIndex()
        seen = current.isValid() and self.viewport().rect().intersects(self.visualRect(current))
        self.least_width_px = least_width_px
        self._stay(*self._top)
        if seen:
            self.scrollTo(current)
        self.enlarged.emit(least_width_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl with + and - makes thumbnails larger and smaller."""
        if event.matches(QKeySequence.StandardKey.ZoomIn):
            self.enlarge(round(self.least_width_px * STEP))
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.enlarge(round(self.least_width_px / STEP))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl, thumbnails become larger or smaller."""
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turned:
            self.enlarge(round(self.least_width_px * STEP ** (turned / 120)))
            event.accept()
        else:
            super().wheelEvent(event)

    def visualRect(self, index: Index) -> QRect:
        """Where a photo is, in the viewport."""
        return self.cells.rect_of(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The photo at a place in the viewport."""
        return self._model.index(self.cells.place_at(point + QPoint(0, self.verticalOffset())))

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a photo into view."""
        if not index.isValid():
            return
        cells = self.cells
        top, bottom = cells.seen_from(index.row()), cells.top_of(index.row()) + cells.height
        bar = self.verticalScrollBar()
        if hint == QAbstractItemView.ScrollHint.PositionAtTop or top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + self.viewport().height():
            bar.setValue(bottom - self.viewport().height())

    def horizontalOffset(self) -> int:
        """There is no scrolling sideways."""
        return 0

    def verticalOffset(self) -> int:
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted, and remember what is at the top: a place and how much of its line is above."""
        self.viewport().scroll(dx, dy)
        self.remember_top()

    def remember_top(self) -> None:
        """What is at the top now stays there at another width."""
        self._top = self.cells.at_top(self.verticalOffset())

    def doItemsLayout(self) -> None:
        """Nothing to lay out but the length of the scroll bar."""
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        """The scroll bar for this many photos."""
        cells, height = self.cells, self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, cells.length(self._model.rowCount()) - height))
        bar.setPageStep(height)
        bar.setSingleStep(cells.height // 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other columns: the photo at the top stays there."""
        at_top = self._top
        QAbstractItemView.resizeEvent(self, event)
        self._stay(*at_top)

    def _stay(self, place: int, above: float) -> None:
        """Have this place at the top, so much of whose line is above."""
        self.updateGeometries()
        wanted = self.cells.scrolled_to(place, above)
        self.verticalScrollBar().setValue(wanted)
        if self.verticalOffset() == wanted:
            self._top = place, above  # not the first of its line any more, but it is again at the width of before
        self.viewport().update()

    def moveCursor(
        self,
        cursorAction: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Arrows, page and end keys; without a current photo, all but the End key lead to the first one."""
        count, current = self._model.rowCount(), self.currentIndex().row()
        action = QAbstractItemView.CursorAction
        if not count:
            return QModelIndex()
        if current < 0:
            return self._model.index(count - 1 if cursorAction == action.MoveEnd else 0)
        cells = self.cells
        page = max(1, self.viewport().height() // cells.height)
        lines = {action.MoveUp: -1, action.MoveDown: 1, action.MovePageUp: -page, action.MovePageDown: page}
        if cursorAction in lines:
            return self._model.index(cells.moved(current, lines[cursorAction], count))
        onward = -1 if cells.mirrored else 1
        step = {
            action.MoveLeft: -onward,
            action.MoveRight: onward,
            action.MovePrevious: -1,
            action.MoveNext: 1,
            action.MoveHome: -count,
            action.MoveEnd: count,
        }[cursorAction]
        return self._model.index(min(count - 1, max(0, current + step)))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a rectangle drawn with the mouse touches; otherwise all photos from one corner to the other."""
        selection = QItemSelection()
        if self.state() is not QAbstractItemView.State.DragSelectingState:
            first, last = sorted(self.indexAt(corner).row() for corner in (rect.topLeft(), rect.bottomRight()))
            if first >= 0:
                selection.select(self._model.index(first), self._model.index(last))
            self.selectionModel().select(selection, command)
            return
        touched = rect.normalized().translated(0, self.verticalOffset())
        end = self._model.rowCount() - 1
        for first, last in self.cells.lines_touching(touched):
            if 0 <= first <= min(last, end):
                selection.select(self._model.index(first), self._model.index(min(last, end)))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What must be painted anew when the selection changes: simply what is in view."""
        return QRegion(self.viewport().rect())

    def dataChanged(self, topLeft: Index, bottomRight: Index, /, roles: Sequence[int] = ()) -> None:
        """Paint anew."""
        self.viewport().update()

    def in_view(self) -> tuple[int, int]:
        """The first of the places that can be seen, and the one after the last."""
        cells, count = self.cells, self._model.rowCount()
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
        for place in range(*self.in_view()):
            base.rect = cells.rect_of(place).translated(0, -scrolled)
            if not exposed.intersects(base.rect):
                continue
            index = self._model.index(place)
            base.state = plain
            if self.selectionModel().isSelected(index):
                base.state |= QStyle.StateFlag.State_Selected
            if index == self.currentIndex() and self.hasFocus():
                base.state |= QStyle.StateFlag.State_HasFocus
            if self.underMouse() and base.rect.contains(hovered):
                base.state |= QStyle.StateFlag.State_MouseOver
            self.itemDelegate().paint(painter, option, index)
