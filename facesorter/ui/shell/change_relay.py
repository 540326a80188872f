"""Brings what was written on any thread to the pages that show it, on the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from facesorter.domain.changes import Changes


class ChangeRelay(QObject):
    """`told` carries each `Change`. It is to be connected to methods of widgets: these are called on their thread."""

    told = Signal(object)

    def __init__(self, changes: Changes, parent: QObject) -> None:
        super().__init__(parent)
        self.stop = changes.subscribe(self.told.emit)
