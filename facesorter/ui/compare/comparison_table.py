"""The table of compared faces, most similar first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.ui.compare.compared_faces import FACE, PICTURE, SIMILARITY, FaceKey, FacesModel, Part
from facesorter.ui.shell.theme import Theme

BAR_PX = 90
ROW_PX = 12
"""What a row has above and below its text, together."""

FACE_CHARACTERS = 14


class SimilarityDelegate(QStyledItemDelegate):
    """A bar beside the number, in the color of the face's box."""

    def __init__(self, theme: Theme, threshold: Callable[[], float]) -> None:
        super().__init__()
        self._theme = theme
        self._threshold = threshold

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The row's ground, the number, the bar."""
        super().paint(painter, option, index)
        style: Any = option
        similarity: float = index.data(Qt.ItemDataRole.UserRole)
        colors = self._theme.colors
        text_px = style.fontMetrics.horizontalAdvance(percent(100)) + 16
        bar = QRectF(style.rect.left() + text_px, style.rect.center().y() - 2, style.rect.width() - text_px - 12, 5)
        if bar.width() < BAR_PX / 3:
            return
        painter.save()
        if style.direction == Qt.LayoutDirection.RightToLeft:  # the number is at the right, and the bar left of it
            painter.translate(style.rect.left() + style.rect.right() + 1, 0)
            painter.scale(-1, 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.line))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        painter.setBrush(QColor(colors.good if similarity >= self._threshold() else colors.bad))
        bar.setWidth(max(5.0, bar.width() * similarity / 100))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        painter.restore()


class ComparisonTable(QTableView):
    """`face_chosen` carries the row; a chosen face stays chosen when the rows move."""

    face_chosen = Signal(int)

    def __init__(self, model: FacesModel, theme: Theme) -> None:
        super().__init__()
        self.faces = model
        self._kept: FaceKey | None = None
        self.setModel(model)
        self.setAccessibleName(_("Compared faces"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + ROW_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._delegate = SimilarityDelegate(theme, lambda: model.threshold)
        self.setItemDelegateForColumn(SIMILARITY, self._delegate)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        theme.changed.connect(self.viewport().update)
        self._restore()

    def _keep(self) -> None:
        row = self.currentIndex().row()
        self._kept = self.faces.key(row) if row >= 0 else None

    def _restore(self) -> None:
        header = self.horizontalHeader()
        stretch, fixed = QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.Fixed
        for column in range(self.faces.columnCount()):
            whole = column == PICTURE or self.faces.part is Part.PROBLEMS
            header.setSectionResizeMode(column, stretch if whole else fixed)
            if not whole:
                character = self.fontMetrics().averageCharWidth()
                self.setColumnWidth(column, FACE_CHARACTERS * character if column == FACE else 12 * character + BAR_PX)
        row = None if self._kept is None else self.faces.row(self._kept)
        if row is not None:
            self.choose(row)

    def choose(self, row: int) -> None:
        """Choose the face in this row."""
        self.setCurrentIndex(self.faces.index(row, PICTURE))

    def _current_changed(self, index: QModelIndex) -> None:
        if index.isValid():
            self.face_chosen.emit(index.row())
