"""Whether a group is somebody who is known, if it looks like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.people import suggested
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.suggestions import Suggestion


class CardQuestion(QWidget):
    """A question and two buttons. `answered` carries what was asked, and whether the user agrees; it comes once."""

    answered = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self.asked: Suggestion | None = None
        self._is_open = False
        self._question, self._about = label("", "strong", wraps=True), label("", "small", wraps=True)
        self.yes, self.no = button(_("Yes")), button(_("No"))
        self.yes.clicked.connect(lambda: self._answer(agrees=True))
        self.no.clicked.connect(lambda: self._answer(agrees=False))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch()
        for one in (self._question, self._about):
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            texts.addWidget(one)
        texts.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(texts, 1)
        for one in (self.yes, self.no):
            layout.addWidget(one, 0, Qt.AlignmentFlag.AlignVCenter)

    @property
    def text(self) -> str:
        return self._question.text()

    def ask(self, suggestion: Suggestion) -> None:
        """Ask this; a question that stands already stays as it is, and can be answered (again)."""
        self._is_open = True
        if suggestion != self.asked:
            self.asked = suggestion
            self._question.setText(suggested.question(suggestion))
            self._about.setText(suggested.about(suggestion))
            for one in (self.yes, self.no):
                one.setAccessibleDescription(f"{self._question.text()} {self._about.text()}")

    def _answer(self, *, agrees: bool) -> None:
        if self._is_open:
            self._is_open = False
            self.answered.emit(self.asked, agrees)
