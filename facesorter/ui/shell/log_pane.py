"""What happens, line by line: the same lines that go to the terminal and the log file."""

from __future__ import annotations

import logging
import threading
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import button

LINES_KEPT = 2000
LINES_AT_ONCE = 100
"""When more come between two looks, only the last are shown; the file has them all."""

SHOW_EVERY_MS = 200
CLOSED_LINES, OPEN_LINES = 2, 10


class LogRelay(logging.Handler):
    """Gathers lines on whatever thread they are logged; the pane fetches them."""

    class _Bell(QObject):
        rung = Signal()
        crashed = Signal()

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
        self._bell = self._Bell()
        self.rung = self._bell.rung
        self.crashed = self._bell.crashed
        self._guard = threading.Lock()
        self._lines: deque[str] = deque(maxlen=LINES_AT_ONCE)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line; ring once for many."""
        line = self.format(record)
        with self._guard:
            first = not self._lines
            self._lines.append(line)
        if first:
            self.rung.emit()
        if record.levelno >= logging.CRITICAL:
            self.crashed.emit()

    def take(self) -> list[str]:
        """The lines since the last time."""
        with self._guard:
            lines = list(self._lines)
            self._lines.clear()
        return lines


class LogPane(QFrame):
    """Two lines of the log, or ten."""

    def __init__(self, relay: LogRelay, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relay = relay
        mark(self, card="true")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(LINES_KEPT)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(_("Log"))
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(0)
        self._toggle = button(_("Log"), "link", _("Show more of the log"))
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._resize_text)
        self._short = False
        right = QVBoxLayout()
        right.addWidget(self._toggle)
        right.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 10, 8)
        layout.addWidget(self.text, 1)
        layout.addLayout(right)
        self._timer = QTimer(self, singleShot=True, interval=SHOW_EVERY_MS)
        self._timer.timeout.connect(self._show_lines)
        relay.rung.connect(self._timer.start)
        theme.give_icon(self._toggle, "down", "accent")
        ways = Qt.LayoutDirection
        self._toggle.setLayoutDirection(ways.LeftToRight if self.isRightToLeft() else ways.RightToLeft)  # text first
        self._resize_text()

    def be_short(self, *, short: bool) -> None:
        """One line less while it is closed."""
        if self._short != short:
            self._short = short
            self._resize_text()

    def _resize_text(self) -> None:
        opened = self._toggle.isChecked()
        lines = OPEN_LINES if opened else CLOSED_LINES - self._short
        height = round(lines * self.text.fontMetrics().lineSpacing() * 0.98) + 4
        self.text.setFixedHeight(max(height, self._toggle.minimumSizeHint().height()))  # else the button is cut off
        policy = self.text.verticalScrollBarPolicy()
        self.text.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if opened else policy.ScrollBarAlwaysOff)
        self.text.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if opened else policy.ScrollBarAlwaysOff)
        self.text.moveCursor(QTextCursor.MoveOperation.End)

    def _show_lines(self) -> None:
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        lines = self._relay.take()
        if lines:
            self.text.appendPlainText("\n".join(lines))
        if at_end:
            bar.setValue(bar.maximum())
