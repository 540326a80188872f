"""A page of the guide, whose pictures are never wider than the page."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QPixmap, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser

MARGIN_PX = 14


class PageView(QTextBrowser):
    """Shows Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.document().setDocumentMargin(MARGIN_PX)
        self.setOpenExternalLinks(True)

    def show_markdown(self, text: str) -> None:
        """Show another page from its beginning."""
        # Without HTML: what is shown is text, whatever a package says of its license.
        features = QTextDocument.MarkdownFeature
        self.document().setMarkdown(text, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        self._fit_pictures()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures as wide as they are, or as the page."""
        super().resizeEvent(event)
        self._fit_pictures()

    def _fit_pictures(self) -> None:
        room_px = self.viewport().width() - 2 * MARGIN_PX
        block = self.document().begin()
        while block.isValid():
            parts: Any = block.begin()
            while not parts.atEnd():
                fragment = parts.fragment()
                if fragment.charFormat().isImageFormat():
                    self._fit(fragment, room_px)
                parts += 1
            block = block.next()

    def _fit(self, fragment: Any, room_px: int) -> None:
        shown = fragment.charFormat().toImageFormat()
        picture = self.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl(shown.name()))
        if not isinstance(picture, QImage | QPixmap):
            return
        width = min(picture.width(), room_px)
        if width == round(shown.width()):
            return
        shown.setWidth(width)
        cursor = QTextCursor(self.document())
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(shown)
