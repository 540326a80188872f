"""The balance that adds up: what was found, and what became of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Pile
from facesorter.domain.narration import belonging
from facesorter.ui.shell import words
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from facesorter.ui.review.person_columns import LiveBalance

PARTS = {
    "copied": Pile.SURE,
    "already_there": Pile.SURE,
    "same_picture": Pile.SURE,
    "waiting": Pile.SURE,
    "check": Pile.CHECK,
    "not_them": Pile.NOT_THEM,
    "no_face": Pile.NO_FACE,
    "problems": Pile.PROBLEM,
}


def parts_in_words(balance: LiveBalance, name: str) -> dict[str, str]:
    """As `12 copied`."""
    sentences = {
        "copied": _("{} copied"),
        "already_there": _("{} already there"),
        "same_picture": ngettext(
            "{} the same picture as another", "{} the same pictures as others", balance.same_picture
        ),
        "waiting": _("{} not copied yet"),
        "check": _("{} to check"),
        "not_them": _("{} without {}"),
        "no_face": _("{} with no face"),
        "problems": ngettext("{} problem", "{} problems", balance.problems),
    }
    return {part: said.format(words.number(getattr(balance, part)), name) for part, said in sentences.items()}


class BalanceLine(QWidget):
    """`3,412 found = 174 copied + 12 already there + …`; each number leads to its pile."""

    pile_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Balance"))
        self._found = label("", "dim")
        sum_of_all = QWidget()
        flow = self._flow = FlowLayout(sum_of_all, 3, 2)
        flow.addWidget(self._found)
        self.links: dict[str, QPushButton] = {}
        self._signs: dict[str, QLabel] = {}
        self._terms: dict[str, QWidget] = {}
        for part, which in PARTS.items():
            sign, link, term = label("+", "dim"), button(part, "link"), QWidget()
            link.clicked.connect(partial(self._clicked, which))
            both = QHBoxLayout(term)
            both.setContentsMargins(0, 0, 0, 0)
            both.setSpacing(3)
            both.addWidget(sign)
            both.addWidget(link)
            flow.addWidget(term)
            self._signs[part], self.links[part], self._terms[part] = sign, link, term
        self._belonging = label("", "dim")
        flow.addWidget(self._belonging)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(sum_of_all, 1)

    def add(self, widget: QWidget) -> None:
        """Put this at the end of the sum."""
        self._flow.addWidget(widget)

    def _clicked(self, which: Pile, _checked: bool = False) -> None:
        self.pile_asked.emit(which)

    def show_balance(self, balance: LiveBalance, name: str) -> None:
        """Everything found of this person, and what became of it; what there is none of is left out."""
        self._found.setText(_("{} found").format(words.number(balance.found)))
        said = parts_in_words(balance, name)
        shown = [part for part in PARTS if getattr(balance, part)]
        self._belonging.setText(belonging(balance.companions) if balance.companions else "")
        self._belonging.setVisible(bool(balance.companions))
        for part, link in self.links.items():
            link.setText(words.as_written(said[part]))
            self._terms[part].setVisible(part in shown)
            self._signs[part].setText("=" if [part] == shown[:1] else "+")
