"""A slider that does not move when somebody scrolls past it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider

COMFORTABLE_PX, SHORTEST_PX = 150, 80


class CalmSlider(QSlider):
    """As long as is comfortable, shorter where it must. The wheel moves it only where it was chosen first."""

    def sizeHint(self) -> QSize:
        """Comfortable."""
        return QSize(COMFORTABLE_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Short."""
        return QSize(SHORTEST_PX, super().minimumSizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Moves it, or lets what it lies in scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
