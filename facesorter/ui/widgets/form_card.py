"""A card of the settings: a title, and rows of a caption with what is set beside it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from facesorter.ui.widgets.card import label

CAPTION_CHARACTERS = 24
"""All captions are as wide as so many average characters, so that the fields of all cards line up."""

CARD_CHARACTERS, BESIDE_CHARACTERS = 112, 86
"""Wider lines than the first are hard to read; in cards narrower than the second, captions stand above their fields."""

APART_PX = 24

ROW_HEIGHT_PX = 30
"""Of a row with a button or a box, at least; captions of taller rows stay beside the first line."""


def widest_px(widget: QWidget) -> int:
    """How wide cards in this font may be."""
    return CARD_CHARACTERS * widget.fontMetrics().averageCharWidth()


def _caption_px(caption: QLabel) -> int:
    return CAPTION_CHARACTERS * caption.fontMetrics().averageCharWidth()


class FormCard(QFrame):
    """Rows are added from the top."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._rows: list[tuple[QBoxLayout, QLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 14)
        self._column.setSpacing(10)
        self._column.addWidget(label(title, "title"))

    def minimumSizeHint(self) -> QSize:
        """As narrow as captions above their fields allow, or they would never get there."""
        fields = (line.itemAt(1) for line, _caption in self._rows)
        widest = max((field.minimumSize().width() for field in fields if field is not None), default=0)
        margins = self._column.contentsMargins()
        return QSize(widest + margins.left() + margins.right() + 2, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow card captions stand above what is set."""
        super().resizeEvent(event)
        beside = self.width() >= BESIDE_CHARACTERS * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        for line, caption in self._rows:
            if line.direction() != direction:
                line.setDirection(direction)
                line.setSpacing(APART_PX if beside else 2)
                caption.setMinimumHeight(ROW_HEIGHT_PX if beside else 0)
                caption.setWordWrap(beside)
                caption.setFixedWidth(_caption_px(caption) if beside else caption.sizeHint().width())
                caption.setVisible(beside or bool(caption.text()))

    def add(self, caption: str, field: QWidget | QLayout) -> QWidget:
        """One more row, which is returned."""
        made = label(caption, wraps=True)
        made.setFixedWidth(_caption_px(made))
        made.setMinimumHeight(ROW_HEIGHT_PX)
        row = QWidget()
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(APART_PX)
        line.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        if isinstance(field, QLayout):
            line.addLayout(field, 1)
        else:
            line.addWidget(field, 1)
        self._rows.append((line, made))
        self._column.addWidget(row)
        return row


class _Box(QComboBox):
    """The wheel scrolls the page: nothing is to change just by being passed."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def choice(name: str, options: tuple[tuple[str, str], ...], chosen: str) -> QComboBox:
    """A box to choose one of `options` (value and text) in."""
    box = _Box()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(24)
    for value, text in options:
        box.addItem(text, value)
    box.setCurrentIndex(box.findData(chosen))
    return box


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Widgets in a line; the first takes the room there is, if it is no button."""
    line = QHBoxLayout()
    line.setSpacing(8)
    for place, widget in enumerate(widgets):
        line.addWidget(widget, 1 if place == 0 and isinstance(widget, QLabel) else 0)
    if not isinstance(widgets[0], QLabel):
        line.addStretch()
    return line
