"""The answer as the JSON that Amazon Rekognition would give, to read and to copy."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QSyntaxHighlighter, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import ElidedLabel, button, label

_WORDS = re.compile(r'(?P<name>"[^"]*")(?=:)|(?P<text>"[^"]*")|(?P<number>-?\d[\d.e+-]*)')


class AnswerView(QWidget):
    """Empty until there is an answer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.file = ElidedLabel("strong")
        self.title = label("", "dim", wraps=True)
        self.copy = button(_("Copy"), "", _("Copies the response"))
        self.copy.clicked.connect(self._copy)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(_("Response as JSON"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self._size_text()
        self._colored = _Colored(self.text.document(), theme)
        head = QHBoxLayout()
        head.addWidget(self.file)
        head.addWidget(self.title, 1)
        head.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        self.show_answer("", "", "")

    def _size_text(self) -> None:
        """A font with letters of one width, in the style sheet's way so that the style sheet does not undo it."""
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.text.setStyleSheet(f'QPlainTextEdit {{ font-family: "{fixed.family()}"; }}')

    def show_answer(self, file: str, operation: str, answer: str) -> None:
        """What the service's `operation` would answer of this file, as JSON; nothing if it is empty."""
        self.file.show_text(file if answer else "")
        self.file.setVisible(bool(answer))
        self.title.setText(operation if answer else _("The response appears here after a comparison."))
        if answer != self.text.toPlainText():
            kept = self.text.verticalScrollBar().value()
            self.text.setPlainText(answer)
            self.text.verticalScrollBar().setValue(kept)
        self.text.setVisible(bool(answer))
        self.copy.setVisible(bool(answer))
        self.copy.setText(_("Copy"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(_("Copied"))


class _Colored(QSyntaxHighlighter):
    """Names, texts and numbers apart from the brackets."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """One line."""
        colors = self._theme.colors
        tones = {"name": colors.accent, "text": colors.good, "number": colors.text}
        for found in _WORDS.finditer(text):
            start, end = found.span()
            self.setFormat(start, end - start, QColor(tones[found.lastgroup or "number"]))
