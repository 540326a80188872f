"""A field that shows a path and cannot be typed in; without room for all of it, its end is what is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit

EDGES_PX = 24
"""What the style sheet takes of the width beside the text, and the cursor."""


class PathField(QLineEdit):
    """Reads out and copies what it shows; whoever wants the whole path finds it in the tool tip."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(readOnly=True, placeholderText=placeholder)
        self._whole = ""

    def show_path(self, path: str) -> None:
        """Show this, or as much of its end as there is room for."""
        self._whole = path
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another cut."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(0, self.width() - EDGES_PX)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideLeft, room))
