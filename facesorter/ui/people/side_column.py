"""What stands beside the photos of a person, one below the other; it scrolls where a large font needs more room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class SideColumn(QScrollArea):
    """These widgets, all of the same width; the one that `grows` has what room is left."""

    def __init__(self, widgets: Sequence[QWidget], grows: QWidget, width_px: int) -> None:
        super().__init__(widgetResizable=True)
        self._width_px = width_px
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keys, and comes into view
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for one in widgets:
            one.setFixedWidth(width_px)
            column.addWidget(one, 1 if one is grows else 0)
        self.setWidget(content)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, 0)

    def _make_room(self, _least: int, most: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if most else 0
        self.setFixedWidth(self._width_px + bar)
