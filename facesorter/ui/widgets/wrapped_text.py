"""A part of a splitter that holds text of several lines."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class WithWrappedText(QWidget):
    """As high at least as its wrapped text needs at its width; a splitter does not ask for that."""

    def minimumSizeHint(self) -> QSize:
        layout, least = self.layout(), super().minimumSizeHint()
        return least if layout is None else QSize(least.width(), layout.totalMinimumHeightForWidth(self.width()))
