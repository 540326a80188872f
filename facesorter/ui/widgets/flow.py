"""Widgets side by side like words in a text: what has no room in one line goes to the next."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class FlowLayout(QLayout):
    """As a text is written, from left to right or from right to left, then down; hidden widgets take no room.

    What wraps its texts is as high as its line, so that cards side by side are alike.
    """

    def __init__(self, parent: QWidget, apart_px: int, lines_apart_px: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._apart_px, self._lines_apart_px = apart_px, lines_apart_px
        self.at_end = False
        """Whether what is in a line stands at its end."""
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """At the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The one at this place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Take the one at this place out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """None."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of as many lines as are needed; layouts ask for it again and again."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Something in it has another size."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        """Put all in place."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self._apart_px * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        """Room for the widest."""
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        width, height = (max((side(size) for size in shown), default=0) for side in (QSize.width, QSize.height))
        return QSize(width, height)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        direction = (
            QGuiApplication.layoutDirection() if (owner := self.parentWidget()) is None else owner.layoutDirection()
        )
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if (widget := _wrapping(item)) is not None:
                size.setWidth(max(min(size.width(), rect.width()), item.minimumSize().width()))
                size.setHeight(widget.heightForWidth(size.width()))
            if lines[-1] and used + size.width() > rect.width():
                lines.append([])
                used = 0
            lines[-1].append((item, size))
            used += size.width() + self._apart_px
        y = rect.top()
        for line in lines:
            height = max((size.height() for _item, size in line), default=0)
            x = rect.left()
            if self.at_end:
                x += rect.width() - sum(size.width() + self._apart_px for _item, size in line) + self._apart_px
            for item, size in line:
                if move:
                    tall = size if _wrapping(item) is None else QSize(size.width(), height)
                    place = QRect(QPoint(x, y + (height - tall.height()) // 2), tall)
                    item.setGeometry(QStyle.visualRect(direction, rect, place))
                x += size.width() + self._apart_px
            y += height + self._lines_apart_px
        return y - self._lines_apart_px - rect.top()


def _wrapping(item: QLayoutItem) -> QWidget | None:
    """The widget, if it wraps its texts. The item itself may tell of an earlier height: Qt does not let every item of
    a widget know that its texts have changed."""
    widget = item.widget()
    return widget if widget is not None and widget.hasHeightForWidth() else None
