"""The line above the photos to check: what answers have found, which photos look alike, and a threshold that fits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.review.answers import Moved, Suggestion
from facesorter.ui.shell import words
from facesorter.ui.shell.announcing import announce
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.flow import FlowLayout


class AnswersBar(QFrame):
    """`found_asked` to see what answers have found, `block_asked` to choose all that look alike, `threshold_asked`
    carries the threshold to use from now on."""

    found_asked = Signal()
    block_asked = Signal()
    threshold_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        mark(self, card="note")
        self.found = label("")
        self.show_found = button(_("Show them"), "link", _("Shows the photos that your answers have found"))
        self.alike = label("")
        self.choose_alike = button("", "link")
        self.fits = label("")
        self.use = button(_("Use this threshold"), "link")
        self._threshold = 0
        self._said = ""
        self.show_found.clicked.connect(self.found_asked)
        self.choose_alike.clicked.connect(self.block_asked)
        self.use.clicked.connect(self._use)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(12, 5, 12, 5)
        lines.setSpacing(2)
        for widgets in ((self.alike, self.choose_alike, self.found, self.show_found), (self.fits, self.use)):
            line = QWidget()
            flow = FlowLayout(line, 10, 2)
            for widget in widgets:
                flow.addWidget(widget)
            lines.addWidget(line)
        self._suggestion = line
        self.show_what(Moved.none(), None, (1, 1))

    def _use(self) -> None:
        self.threshold_asked.emit(self._threshold)

    def show_what(self, moved: Moved, suggestion: Suggestion | None, block: tuple[int, int]) -> None:
        """`block` is how many photos look like the one that is shown, and how many of them are chosen."""
        self._show_moved(moved)
        self._show_block(*block)
        if suggestion is not None:
            self._show_suggestion(suggestion)
        self._suggestion.setVisible(suggestion is not None)
        self.setVisible(bool(self.found.text()) or block[0] > 1 or suggestion is not None)

    def _show_moved(self, moved: Moved) -> None:
        count = len(moved.found)
        sentences: list[str] = []
        if count:
            sentence = ngettext(
                "Your answers found {count} more photo.", "Your answers found {count} more photos.", count
            )
            sentences.append(sentence.format(count=words.number(count)))
        if moved.left:
            sentence = ngettext("{count} photo left Check.", "{count} photos left Check.", moved.left)
            sentences.append(sentence.format(count=words.number(moved.left)))
        told = " ".join(sentences)
        if told and told != self._said:
            announce(self, told)
        self._said = told
        self.found.setText(told)
        self.found.setVisible(bool(told))
        self.show_found.setVisible(bool(count))

    def _show_block(self, alike: int, chosen: int) -> None:
        number = words.number(alike)
        self.alike.setText(_("These {count} look like one another.").format(count=number))
        self.choose_alike.setText(_("Choose all {count}").format(count=number))
        self.alike.setVisible(alike > 1)
        self.choose_alike.setVisible(alike > 1 and chosen < alike)

    def _show_suggestion(self, suggestion: Suggestion) -> None:
        self._threshold = suggestion.threshold
        sentence = _("After {answers} answers, a threshold of {threshold} would fit.")
        self.fits.setText(sentence.format(answers=words.number(suggestion.answers), threshold=suggestion.threshold))
        if suggestion.fewer:
            text = ngettext(
                "Use {threshold}: {count} fewer to check", "Use {threshold}: {count} fewer to check", suggestion.fewer
            )
            self.use.setText(text.format(threshold=suggestion.threshold, count=words.number(suggestion.fewer)))
        else:
            text = ngettext(
                "Use {threshold}: {count} more to check", "Use {threshold}: {count} more to check", suggestion.more
            )
            self.use.setText(text.format(threshold=suggestion.threshold, count=words.number(suggestion.more)))
