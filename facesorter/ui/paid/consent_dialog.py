"""Asks, before photos are sent for the first time, whether they may be, in words and with the price."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import CONSENT, in_dollars
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.shell.theme import Theme, pixmap
from facesorter.ui.widgets.card import button, label

WIDTH_CHARACTERS = 70


class ConsentDialog(QDialog):
    """Accepted means yes; what was agreed to is kept by whoever asks."""

    def __init__(self, price: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Send photos to Amazon?"))
        icon = QLabel()
        drawn = pixmap("cloud", theme.colors.accent, 80)
        drawn.setDevicePixelRatio(2)
        icon.setPixmap(drawn)
        self.agree = button(_("Send photos"), "primary")
        self.agree.clicked.connect(self.accept)
        self.refuse = button(_("Do not send"))
        self.refuse.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(icon)
        head.addWidget(label(_("Photos leave this computer"), "large"), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self.refuse)
        buttons.addWidget(self.agree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(label(_(CONSENT), wraps=True))
        layout.addWidget(label(price, "strong", wraps=True))
        layout.addWidget(
            label(
                _("You are asked only once. You can withdraw your consent in Settings."),
                "dim",
                wraps=True,
            )
        )
        layout.addSpacing(6)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH_CHARACTERS * self.fontMetrics().averageCharWidth())
        self.refuse.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the text is at this width."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))


def may_send(choice: EngineChoice, price: str, most_dollars: Decimal, theme: Theme, parent: QWidget) -> bool:
    """Whether the user has agreed, before or now, that photos leave this computer; `price` is told in a sentence."""
    if not choice.consent:
        cap = _("Never more than {}.").format(in_dollars(most_dollars))
        dialog = ConsentDialog(f"{price} {cap}", theme, parent)
        if dialog.exec() == ConsentDialog.DialogCode.Accepted:
            choice.choose(consent=True)
        dialog.deleteLater()
    return choice.consent
