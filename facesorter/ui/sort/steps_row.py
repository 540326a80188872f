"""The first steps side by side: the cards of *Who?* and *Where?*, and what begins a search."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

WIDE_CHARACTERS = 96
"""A row that is narrower than so many characters of its font has no room for the button beside the cards."""

WHO_SHARE, WHERE_SHARE = 42, 45


class StepsRow(QWidget):
    """The button and its option stand beside the cards, or in a line below them where there is less width."""

    def __init__(self, who: QWidget, where: QWidget, go: QPushButton, option: QCheckBox) -> None:
        super().__init__()
        cards = QHBoxLayout()
        cards.setSpacing(14)
        for card, share in ((who, WHO_SHARE), (where, WHERE_SHARE)):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            cards.addWidget(card, share)
        self._begin = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._begin.setSpacing(8)
        go.setMinimumWidth(go.sizeHint().width())  # as wide as its longest text, whatever it says later
        for widget in (go, option):
            widget.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._begin.addWidget(widget)
        self._begin.addStretch()
        self._all = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(14)
        self._all.addLayout(cards, 1)
        self._all.addLayout(self._begin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside, or below."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE_CHARACTERS * self.fontMetrics().averageCharWidth()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._all.setDirection(across if wide else down)
        self._all.setSpacing(14 if wide else 10)
        self._begin.setDirection(down if wide else across)
