"""The upper part of a person's page: cover, name, what is known of them, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facesorter.ui.widgets.flow import FlowLayout


def head_of(cover: QWidget, texts: Iterable[QWidget], buttons: Iterable[QWidget]) -> QHBoxLayout:
    """These beside each other, the texts one below the other."""
    lines = QVBoxLayout()
    lines.setSpacing(2)
    lines.addStretch()
    for text in texts:
        lines.addWidget(text)
    lines.addStretch()
    head = QHBoxLayout()
    head.setSpacing(14)
    head.addWidget(cover)
    head.addLayout(lines, 1)
    for one in buttons:
        head.addWidget(one)
    return head


def line_above(chooses: QWidget, *acts: QWidget) -> QHBoxLayout:
    """What chooses photos, and at the end of the line what can be done with them; one below the other where there is
    less room."""
    ends = QWidget()
    flow = FlowLayout(ends, 10, 4)
    flow.at_end = True
    for one in acts:
        flow.addWidget(one)
    line = QHBoxLayout()
    line.addWidget(chooses, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(ends, 1)
    return line
