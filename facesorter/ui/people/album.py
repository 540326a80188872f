"""The photos of a person in a grid, each with their face boxed and the day it was taken; several can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from facesorter.domain.formats import is_film
from facesorter.domain.groups import DatedPhoto
from facesorter.domain.messages import gettext as _
from facesorter.ui.review.cell_view import CellView
from facesorter.ui.review.pile_model import Index
from facesorter.ui.review.thumbnail_delegate import MARGIN, paint_ground, paint_missing
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.in_folder import menu_for
from facesorter.ui.widgets.pictures import Box, draw, placed

REFUSING_KEYS = (Qt.Key.Key_N, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

_NOWHERE = QModelIndex()


class AlbumModel(QAbstractListModel):
    """Photos of a person, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.photos: Sequence[DatedPhoto] = ()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many photos are shown."""
        return 0 if parent.isValid() else len(self.photos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The day a photo was taken as it is shown below it, and with its file's name for screen readers."""
        if not index.isValid():
            return None
        photo = self.photos[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return caption(photo)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = words.file_name(photo.photo.path)
            return name if photo.taken_at is None else f"{caption(photo)}: {name}"
        return words.readable(photo.photo.path) if role == Qt.ItemDataRole.ToolTipRole else None

    def show(self, photos: Sequence[DatedPhoto]) -> None:
        """Show these and no others."""
        self.beginResetModel()
        self.photos = photos
        self.endResetModel()


def caption(photo: DatedPhoto) -> str:
    """The day a photo was taken, or the name of its file where it does not say so."""
    return words.file_name(photo.photo.path) if photo.taken_at is None else words.day(photo.taken_at)


class AlbumGrid(CellView):
    """The thumbnails of an album, loaded as they come into view; `opened` carries the path of a photo.

    `chosen_changed` when others are chosen, `refused` when those that are chosen are somebody else's. `menu_asked`
    carries the menu of a photo before it is shown, for more to be put into it.
    """

    opened = Signal(str)
    chosen_changed = Signal()
    refused = Signal()
    menu_asked = Signal(object)

    def __init__(self, theme: Theme, thumbnails: Thumbnails, jobs: Jobs) -> None:
        album = AlbumModel()
        super().__init__(album, None)
        self.album = album
        album.setParent(self)
        self._jobs, self._thumbnails = jobs, thumbnails
        self._delegate = _AlbumDelegate(theme, thumbnails, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Photos"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(self._open)
        theme.changed.connect(self.viewport().update)
        thumbnails.loaded.connect(self._picture_loaded)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)
        album.modelReset.connect(self.chosen_changed)

    @property
    def chosen(self) -> list[DatedPhoto]:
        """The photos that are chosen, in the order they are shown in."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self.album.photos[row] for row in rows]

    def show_photos(self, photos: Sequence[DatedPhoto], *, follow: bool = False) -> None:
        """Show these photos from the first on; pictures that are known stay.

        With `follow`, what is chosen, the current photo and the one at the top stay, as far as they are still shown.
        """
        if list(photos) == list(self.album.photos):
            return
        if not follow:
            self.album.show(photos)
            self.go_to_top()
            return
        before, scrolled = self.album.photos, self.verticalOffset()
        first, current = self.in_view()[0], self.currentIndex().row()
        above = scrolled - self.cells.top_of(first)
        chosen = [before[index.row()].photo.id for index in self.selectionModel().selectedIndexes()]
        self.album.show(photos)
        self.updateGeometries()
        places = {one.photo.id: place for place, one in enumerate(photos)}
        if (scrolled or current >= 0) and (top := _still_there(before, first, places)) is not None:
            self.verticalScrollBar().setValue(self.cells.top_of(top) + above)
        self.selectionModel().select(
            self._ranges(sorted(places[one] for one in chosen if one in places)),
            QItemSelectionModel.SelectionFlag.ClearAndSelect,
        )
        if current >= 0 and (place := _still_there(before, current, places)) is not None:
            self.selectionModel().setCurrentIndex(self.album.index(place), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _ranges(self, places: Sequence[int]) -> QItemSelection:
        """These places (ascending), those that follow each other as one range."""
        selection = QItemSelection()
        for _shift, run in groupby(enumerate(places), lambda one: one[1] - one[0]):
            part = [place for _number, place in run]
            selection.append(QItemSelectionRange(self.album.index(part[0]), self.album.index(part[-1])))
        return selection

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what a double click does, N and Delete say that somebody else is in what is chosen."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.key() in REFUSING_KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.refused.emit()
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters lead to no date."""

    def _open(self, index: Index) -> None:
        self.opened.emit(self.album.photos[index.row()].photo.path)

    def _open_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            menu = menu_for(self.album.photos[index.row()].photo.path, self._jobs, self)
            self.menu_asked.emit(menu)
            menu.exec(self.viewport().mapToGlobal(place))
            menu.deleteLater()

    def _picture_loaded(self, photo_id: int) -> None:
        for place in range(*self.in_view()):
            if self.album.photos[place].photo.id == photo_id:
                self.viewport().update(self.visualRect(self.album.index(place)))


def _still_there(before: Sequence[DatedPhoto], place: int, places: Mapping[int, int]) -> int | None:
    """Where the photo at a place, or else the nearest one after or before it, is now."""
    near = (*before[place:], *reversed(before[:place]))
    return next((places[one.photo.id] for one in near if one.photo.id in places), None)


class _AlbumDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, thumbnails: Thumbnails, grid: AlbumGrid) -> None:
        super().__init__()
        self._theme, self._thumbnails, self._grid = theme, thumbnails, grid

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell; asks for the thumbnail if it is not there yet."""
        photo, colors = self._grid.album.photos[index.row()], self._theme.colors
        cell = QRectF(option.rect)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType, reportAttributeAccessIssue]
        state: Any = option.state  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, cell, state, colors)
        text_height = painter.fontMetrics().height() + 6
        area = cell.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - text_height)
        thumbnail = self._thumbnails.get(photo.photo, self._grid.thumbnail_side_px)
        if thumbnail is None or thumbnail.pixmap is None:
            paint_missing(painter, area, colors, failed=thumbnail is not None)
        else:
            box = None if is_film(photo.photo.path) else photo.box  # which frame of a film it is in is not known
            boxes = [] if box is None else [Box(box, colors.good)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.empty))
            painter.drawRoundedRect(area, 5, 5)
            draw(painter, thumbnail.pixmap, area, placed(thumbnail.pixmap.size(), area, box), boxes)
        small = QFont(painter.font())
        small.setPointSizeF(small.pointSizeF() * 0.9)
        painter.setFont(small)
        painter.setPen(QColor(colors.dim))
        line = QRectF(area.left(), area.bottom() + 4, area.width(), text_height)
        text = painter.fontMetrics().elidedText(caption(photo), Qt.TextElideMode.ElideMiddle, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
