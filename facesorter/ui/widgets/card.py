"""A titled card that files and folders can be dropped on."""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QEvent, QMimeData, QSize, QSysInfo, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QStyle, QVBoxLayout

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import mark


class DropArea(QFrame):
    """A place that files and folders can be dropped on; `dropped` carries what `paths_in` finds.

    While something is held over it, it is marked by the style sheet's `card` property; else that is `kind`.
    """

    dropped = Signal(list)

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        mark(self, card=kind)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show that this is the place."""
        if paths_in(event.mimeData()):
            event.acceptProposedAction()
            mark(self, card="drop")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Back to normal."""
        mark(self, card=self._kind)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        mark(self, card=self._kind)
        event.acceptProposedAction()
        self.dropped.emit(paths_in(event.mimeData()))


class Card(DropArea):
    """A frame with a title line (`head`) and room below (`body`)."""

    def __init__(self, title: str) -> None:
        super().__init__("true")
        self.setAccessibleName(title)
        self.head = QHBoxLayout()
        self.head.setSpacing(10)
        self.head.addWidget(label(title, "title"))
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 10, 14, 12)
        self.body.setSpacing(8)
        self.body.addLayout(self.head)


def paths_in(data: QMimeData) -> list[str]:
    """What is being dragged: paths of this computer, places in S3, and the addresses of anything else as they are.

    Read from the raw list, because Qt's text would lose names that are not UTF-8.
    """
    if os.name == "nt":
        return [url.toLocalFile() if url.isLocalFile() else url.toString() for url in data.urls()]
    return [_path_of(line) for line in bytes(data.data("text/uri-list").data()).split() if not line.startswith(b"#")]


def _path_of(line: bytes) -> str:
    url = urlsplit(line)
    here = (b"", b"localhost", QSysInfo.machineHostName().lower().encode())
    if url.scheme == b"file" and url.netloc.lower() in here:
        return os.fsdecode(unquote_to_bytes(url.path))
    return os.fsdecode(unquote_to_bytes(line))


class Text(QLabel):
    """A label whose lines begin where they do in the window's language; Qt goes by the language of the text."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._wanted = self.alignment()
        self.setTextFormat(Qt.TextFormat.PlainText)
        if self.isRightToLeft():
            self.setAlignment(self._wanted)

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """As Qt's own; left and right are the beginning and the end of a line."""
        self._wanted = alignment
        placed = QStyle.visualAlignment(self.layoutDirection(), alignment)
        super().setAlignment(placed | Qt.AlignmentFlag.AlignAbsolute)

    def changeEvent(self, event: QEvent) -> None:
        """The window's direction is another one."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.setAlignment(self._wanted)


def label(text: str = "", tone: str = "", *, wraps: bool = False) -> QLabel:
    """A label in one of the style sheet's tones; its text is shown as it is, never as HTML."""
    made = Text(text)
    made.setWordWrap(wraps)
    if tone:
        made.setProperty("tone", tone)
    return made


def button(text: str, kind: str = "", name: str = "") -> QPushButton:
    """A push button of one of the style sheet's kinds.

    A screen reader says its text; `name` is what it says of a button without one, and explains a button with one.
    """
    made = QPushButton(text)
    if text:
        made.setAccessibleDescription(name)
    else:
        made.setAccessibleName(name)
        made.setToolTip(name)
    _dress(made, kind)
    return made


def _dress(made: QPushButton, kind: str) -> None:
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)


def button_told_later(kind: str, explanation: str) -> QPushButton:
    """A push button that gets its text later. A screen reader says that text, and behind it the explanation.

    Until then it is called by the explanation.
    """
    made = _ToldLater("")
    _dress(made, kind)
    made.setAccessibleName(explanation)
    made.setAccessibleDescription(explanation)
    made.setToolTip(explanation)
    return made


class _ToldLater(QPushButton):
    def setText(self, text: str) -> None:
        """A button with a text is called by it."""
        super().setText(text)
        self.setAccessibleName("" if text else self.accessibleDescription())


def cancel_or(dialog: QDialog, agree: QPushButton) -> QHBoxLayout:
    """The last row of a dialog: a button that leaves it as it is, and at the very end what it is for."""
    cancel = button(_("Cancel"))
    cancel.clicked.connect(dialog.reject)
    row = QHBoxLayout()
    row.addStretch()
    row.addWidget(cancel)
    row.addWidget(agree)
    return row


class ElidedLabel(Text):
    """A path or a name, cut where there is no room for it; the whole of it is the tool tip. Sentences wrap instead."""

    def __init__(
        self, tone: str = "", least_px: int = 40, cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__()
        self._cut = cut
        self._whole = ""
        self._least_px = least_px
        if tone:
            self.setProperty("tone", tone)

    def show_text(self, text: str) -> None:
        """Show this, as much of it as fits."""
        if text != self._whole:
            self._whole = text
            self._elide()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for a beginning and an end of it."""
        return QSize(min(self._least_px, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """Another width, another cut."""
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._cut, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setAccessibleName(self._whole)
