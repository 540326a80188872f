"""Widgets side by side where there is room for it, and below each other where there is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from facesorter.ui.widgets.flow import FlowLayout

_BESIDE_CHARACTERS = 110
"""In a narrower place, in average characters, they are below each other."""


class Columns(QWidget):
    """`stretches` say how wide the widgets are beside each other."""

    def __init__(self, widgets: Sequence[QWidget], stretches: Sequence[int]) -> None:
        super().__init__()
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(12)
        for widget, stretch in zip(widgets, stretches, strict=True):
            self._line.addWidget(widget, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, perhaps another direction."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_CHARACTERS * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._line.direction() != direction:
            self._line.setDirection(direction)


def scrolled(*widgets: QWidget, grow: bool = False) -> QScrollArea:
    """The widgets below each other, with a scroll bar where they need more room; where there is more, they may grow."""
    content = QWidget()
    content.setObjectName("scrolled")
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(12)
    for widget in widgets:
        column.addWidget(widget)
    if not grow:
        column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def in_a_flow(apart_px: int, *widgets: QWidget) -> QWidget:
    """The widgets side by side like words in a text."""
    place = QWidget()
    flow = FlowLayout(place, apart_px, 4)
    for widget in widgets:
        flow.addWidget(widget)
    return place
