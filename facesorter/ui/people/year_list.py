"""The years of an album, one below the other, to jump to beside a long grid."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

from facesorter.domain.messages import gettext as _
from facesorter.ui.people.album import AlbumGrid

FEW = 3
"""So many years are found by scrolling."""


class YearList(QListWidget):
    """Follows a grid: the year at its top is marked; choosing one brings it there. Enter goes on among its photos."""

    def __init__(self, grid: AlbumGrid) -> None:
        super().__init__()
        self._grid = grid
        self._jumping = False
        self.setAccessibleName(_("Years"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.currentRowChanged.connect(self._jump)
        self.itemClicked.connect(self._clicked)
        grid.album.modelReset.connect(self._show)
        grid.verticalScrollBar().valueChanged.connect(self._follow)
        self.hide()

    def sizeHint(self) -> QSize:
        """As wide as the widest year and a scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self.sizeHintForColumn(0) + bar + 2 * self.frameWidth() + 4, super().sizeHint().height())

    def _show(self) -> None:
        years = self._grid.album.years
        with QSignalBlocker(self):
            self.clear()
            for one in years:
                item = QListWidgetItem(one.name)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, one.sentence)
                self.addItem(item)
        self.updateGeometry()
        self.setVisible(len(years) > FEW)
        self._follow()

    def _follow(self) -> None:
        if self._jumping or not self.count():
            return
        with QSignalBlocker(self):
            self.setCurrentRow(self._grid.year_at_top)

    def _clicked(self, item: QListWidgetItem) -> None:
        """Also the year that is marked already: it may be half out of view."""
        self._jump(self.row(item))

    def _jump(self, number: int) -> None:
        """A year that is too near the end to be at the top stays marked nevertheless."""
        years = self._grid.album.years
        if 0 <= number < len(years):
            self._jumping = True
            self._grid.show_year(years[number])
            self._jumping = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on in the grid; everything else moves within the years."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._jump(self.currentRow())
            self._grid.setFocus()
        else:
            super().keyPressEvent(event)
