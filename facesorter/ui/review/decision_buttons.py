"""Yes, No and Not sure in a row, each with the key that does the same below it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.card import button, label


class DecisionButtons(QGridLayout):
    """`decided` carries the decision whose button was pressed."""

    decided = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.presses = {decision: button("") for decision in (Decision.YES, Decision.NO, Decision.UNSURE)}
        self.keys = [label(key, "small") for key in ("Y", "N", _("Space"))]
        self.setHorizontalSpacing(8)
        self.setVerticalSpacing(2)
        for column, (decision, press) in enumerate(self.presses.items()):
            press.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            press.clicked.connect(partial(self._pressed, decision))
            self.addWidget(press, 0, column)
            self.keys[column].setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.addWidget(self.keys[column], 1, column)
            self.setColumnStretch(column, 1)

    def show_count(self, photos: int, said: Decision | None) -> None:
        """They are about so many photos, of all of which this is said already."""
        for decision, press in self.presses.items():
            press.setText(words.decision_button(decision, photos))
            press.setEnabled(photos > 0)
            mark(press, kind="chosen" if decision is said else "")

    def _pressed(self, decision: Decision, _checked: bool = False) -> None:
        self.decided.emit(decision)
