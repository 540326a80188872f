"""The photos of a pile: the grid, or a sentence where it would be empty; below them their order and their size."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from facesorter.ui.review.grid_bar import GridBar
from facesorter.ui.review.order import Order
from facesorter.ui.review.photo_grid import PhotoGrid
from facesorter.ui.widgets.card import label


class PhotosArea(QWidget):
    """The size that is chosen in the bar is the grid's, and the other way round."""

    def __init__(self, grid: PhotoGrid, order: Order) -> None:
        super().__init__()
        self.bar = GridBar(order, grid.least_width_px)
        self.bar.size_chosen.connect(grid.enlarge)
        grid.enlarged.connect(self.bar.show_size)
        self.nothing = label("", "dim", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        photos = QWidget()
        self._stack = QStackedLayout(photos)
        self._stack.addWidget(grid)
        self._stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(photos, 1)
        column.addWidget(self.bar)

    def show_photos(self, *, any_there: bool, nothing: str) -> None:
        """The grid if there are any photos in it; else a sentence that says why there is nothing."""
        self.nothing.setText(nothing)
        self._stack.setCurrentIndex(0 if any_there else 1)
