"""A progress bar that is painted with everything else."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget


class CalmBar(QProgressBar):
    """Without a text. A value to show does not have all that waits to be painted painted at once.

    Qt's own paints at once whatever the value, and with it whatever else in the window is to be painted: a page of
    thumbnails each time.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)

    def setValue(self, value: int) -> None:
        """Show it with the next painting of the window."""
        if value == self.value():
            return
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)
