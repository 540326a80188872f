"""The most that a run may cost, as a sum of dollars that can be typed over."""

from __future__ import annotations

import re

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import pgettext

LONGEST, PADDING_PX = "$99999.99", 20


class CapField(QLineEdit):
    """`typed` after every change that makes another sum."""

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(LONGEST) + PADDING_PX)
        self.setAccessibleName(_("Never more than"))
        self.setAccessibleDescription(_("The most that may be spent, in dollars"))
        sum_of_dollars = QRegularExpression(r"\$?[\s\x{00A0}]?[0-9]{0,5}([.,][0-9]{0,2})?[\s\x{00A0}]?\$?")
        self.setValidator(QRegularExpressionValidator(sum_of_dollars, self))
        self._cents = 0
        self.textEdited.connect(self._edited)
        self.editingFinished.connect(lambda: self.show_cents(self._cents))

    @property
    def cents(self) -> int:
        return self._cents

    def show_cents(self, cents: int) -> None:
        """Show this sum."""
        self._cents = cents
        figure = f"{cents / 100:.2f}".replace(".", pgettext("the mark before decimals", "."))
        self.setText(pgettext("a sum of dollars", "${}").format(figure))

    def _edited(self, text: str) -> None:
        dollars, _point, rest = re.sub(r"[\s$]", "", text).replace(",", ".").partition(".")
        cents = int(dollars or 0) * 100 + int(rest.ljust(2, "0"))
        if cents != self._cents:
            self._cents = cents
            self.typed.emit()
