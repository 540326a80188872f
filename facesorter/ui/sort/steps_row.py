"""The first steps side by side: the cards of *Who?* and *Where?*, and what begins a search; or all in one line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.card import ElidedLabel, button, label

WIDE_CHARACTERS = 96
"""A row that is narrower than so many characters of its font has no room for the button beside the cards."""

WHO_SHARE, WHERE_SHARE = 42, 45


class Summary(QWidget):
    """Who is searched for and where, in a line; what a paid search costs stands below it."""

    def __init__(self) -> None:
        super().__init__()
        self.people = ElidedLabel("strong", least_px=160)
        self.folders = ElidedLabel("dim", cut=Qt.TextElideMode.ElideLeft)
        self.price = label("", "small", wraps=True)
        self.change = button(_("Change…"), "link", _("Shows whom to look for, and where"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.people)
        line.addWidget(self.folders)
        line.addWidget(self.change)
        line.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self.price)


class StepsRow(QWidget):
    """The button and its option stand beside the cards, or in a line below them where there is less width.

    Shrunk, only the button is left, beside a summary; `opened` says that the user wants the cards again.
    """

    opened = Signal()

    def __init__(self, who: QWidget, where: QWidget, go: QPushButton, option: QCheckBox) -> None:
        super().__init__()
        self.shrunk = False
        self._go, self._option = go, option
        self._cards = QWidget()
        cards = QHBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(14)
        for card, share in ((who, WHO_SHARE), (where, WHERE_SHARE)):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            cards.addWidget(card, share)
        self.summary = Summary()
        self.summary.change.clicked.connect(self.opened)
        self.summary.hide()
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
        self._all.addWidget(self._cards, 1)
        self._all.addWidget(self.summary, 1)
        self._all.addLayout(self._begin)

    def shrink(self, *, shrunk: bool) -> None:
        """Be a line, or show the cards."""
        if shrunk != self.shrunk:
            self.shrunk = shrunk
            self._cards.setVisible(not shrunk)
            self._option.setVisible(not shrunk)
            self.summary.setVisible(shrunk)
            mark(self._go, scale="" if shrunk else "large")
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside, or below."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.shrunk or self.width() >= WIDE_CHARACTERS * self.fontMetrics().averageCharWidth()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._all.setDirection(across if wide else down)
        self._all.setSpacing(14 if wide else 10)
        self._begin.setDirection(down if wide else across)
