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
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from facesorter.domain.formats import is_film
from facesorter.domain.groups import DatedPhoto, DatedPhotos
from facesorter.domain.messages import gettext as _
from facesorter.ui.people.captions import caption, caption_within
from facesorter.ui.people.years import CellsByYear, Year, years_of
from facesorter.ui.review.cell_view import CellView
from facesorter.ui.review.cells import Cells
from facesorter.ui.review.pile_model import Index
from facesorter.ui.review.thumbnail_delegate import MARGIN, paint_ground, paint_missing
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.in_folder import menu_for
from facesorter.ui.widgets.pictures import Box, draw, placed

REFUSING_KEYS = (Qt.Key.Key_N, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

HEADING_PX = 16
"""Above and below the text of a heading, three times as much above as below."""

_NOWHERE = QModelIndex()


class AlbumModel(QAbstractListModel):
    """Photos, the newest first; `years` are those that have a heading each."""

    def __init__(self) -> None:
        super().__init__()
        self.photos: Sequence[DatedPhoto] = ()
        self.years: Sequence[Year] = ()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many photos are shown."""
        return 0 if parent.isValid() else len(self.photos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The day a photo was taken as it is shown below it; for screen readers its file's name and its heading too."""
        if not index.isValid():
            return None
        photo = self.photos[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return caption(photo)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = words.file_name(photo.photo.path)
            if photo.taken_at is None:
                return _("No date: {name}").format(name=name)
            return f"{caption(photo)}: {name}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return next((one.sentence for one in self.years if one.first == index.row()), None)
        return words.readable(photo.photo.path) if role == Qt.ItemDataRole.ToolTipRole else None

    def show(self, photos: Sequence[DatedPhoto]) -> None:
        """Show these and no others."""
        self.beginResetModel()
        years = years_of(photos) if isinstance(photos, DatedPhotos) else []
        self.photos, self.years = photos, years if any(one.year is not None for one in years) else ()
        self.endResetModel()


class AlbumGrid(CellView):
    """The thumbnails of an album, loaded as they come into view; `opened` carries the path of a photo.

    Where they come by date (`DatedPhotos`) there is a heading above those of each year, unless none has a date.
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
        self._theme = theme
        self._laid_out: tuple[object, CellsByYear] | None = None
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

    def arranged(self, cells: Cells) -> Cells:
        """Years begin on lines of their own, below their headings."""
        model = self.model()  # it is asked for before this view knows its album
        years = model.years if isinstance(model, AlbumModel) else ()
        if not years:
            return cells
        heading = QFontMetrics(self._heading_font).height() + HEADING_PX
        about = cells, years, heading
        if self._laid_out is None or self._laid_out[0] != about:
            self._laid_out = about, CellsByYear.of_years(cells, years, heading)
        return self._laid_out[1]

    @property
    def _heading_font(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def show_year(self, year: Year) -> None:
        """Bring the heading of a year to the top; the arrow keys go on from its first photo."""
        index = self.album.index(year.first)
        self.scrollTo(index, CellView.ScrollHint.PositionAtTop)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    @property
    def year_at_top(self) -> int:
        """The number of the year that is at the top; -1 if there are no headings."""
        cells = self.cells
        return cells.year_at(self.verticalOffset() + cells.heading) if isinstance(cells, CellsByYear) else -1

    @property
    def chosen(self) -> list[DatedPhoto]:
        """The photos that are chosen, in the order they are shown in."""
        return [self.album.photos[place] for place in self._chosen_places()]

    @property
    def chosen_count(self) -> int:
        """How many are chosen."""
        return sum(map(len, self._chosen_ranges()))

    def _chosen_ranges(self) -> list[range]:
        chosen = self.selectionModel().selection()
        return [range(chosen.at(n).top(), chosen.at(n).bottom() + 1) for n in range(chosen.size())]

    def _chosen_places(self) -> list[int]:
        return sorted(place for one in self._chosen_ranges() for place in one)

    def show_photos(self, photos: Sequence[DatedPhoto], *, follow: bool = False) -> None:
        """Show these photos from the first on; pictures that are known stay.

        With `follow`, what is chosen, the current photo and the one at the top stay, as far as they are still shown.
        """
        if photos == self.album.photos:
            return
        if not (follow and self.album.photos):
            self.album.show(photos)
            self.go_to_top()
            return
        before, scrolled = _ids(self.album.photos), self.verticalOffset()
        first, current = self.in_view()[0], self.currentIndex().row()
        above = scrolled - self.cells.top_of(first)
        chosen = [before[place] for place in self._chosen_places()]
        self.album.show(photos)
        self.updateGeometries()
        places = dict(zip(_ids(photos), range(len(photos)), strict=True))
        if (scrolled or current >= 0) and (top := _still_there(before, first, places)) is not None:
            self.verticalScrollBar().setValue(self.cells.top_of(top) + above)
        self.selectionModel().select(
            self._ranges(sorted(places[one] for one in chosen if one in places)),
            QItemSelectionModel.SelectionFlag.ClearAndSelect,
        )
        if current >= 0 and (place := _still_there(before, current, places)) is not None:
            self.selectionModel().setCurrentIndex(self.album.index(place), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.remember_top()

    def _ranges(self, places: Sequence[int]) -> QItemSelection:
        """These places (ascending), those that follow each other as one range."""
        selection = QItemSelection()
        for _shift, run in groupby(enumerate(places), lambda one: one[1] - one[0]):
            part = [place for _number, place in run]
            selection.append(QItemSelectionRange(self.album.index(part[0]), self.album.index(part[-1])))
        return selection

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the photos in view, and above those of each year how many there are."""
        super().paintEvent(event)
        cells = self.cells
        if not isinstance(cells, CellsByYear):
            return
        painter, scrolled = QPainter(self.viewport()), self.verticalOffset()
        for number, top in cells.headings_within(scrolled, scrolled + self.viewport().height()):
            place = QRect(MARGIN, top - scrolled, self.viewport().width() - 2 * MARGIN, cells.heading - HEADING_PX // 4)
            if event.region().intersects(place):
                self._paint_heading(painter, place, self.album.years[number])

    def _paint_heading(self, painter: QPainter, place: QRect, year: Year) -> None:
        begin = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        align, colors = begin | Qt.AlignmentFlag.AlignBottom, self._theme.colors
        painter.setFont(self._heading_font)
        painter.setPen(QColor(colors.text))
        painter.drawText(place, align | Qt.AlignmentFlag.AlignAbsolute, year.name)
        taken = painter.fontMetrics().horizontalAdvance(year.name) + HEADING_PX // 2
        painter.setFont(self.font())
        painter.setPen(QColor(colors.dim))
        rest = place.adjusted(0, 0, -taken, 0) if self.isRightToLeft() else place.adjusted(taken, 0, 0, 0)
        painter.drawText(rest, align | Qt.AlignmentFlag.AlignAbsolute, words.photos(year.photos))

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


def _ids(photos: Sequence[DatedPhoto]) -> list[int]:
    return photos.ids if isinstance(photos, DatedPhotos) else [one.photo.id for one in photos]


def _still_there(before: Sequence[int], place: int, places: Mapping[int, int]) -> int | None:
    """Where the photo (id) at a place, or else the nearest one after or before it, is now."""
    near = (*before[place:], *reversed(before[:place]))
    return next((places[one] for one in near if one in places), None)


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
        text = caption_within(photo, painter.fontMetrics(), int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
