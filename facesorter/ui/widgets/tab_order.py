"""The order in which the Tab key goes through widgets that were made after others."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def follow(before: QWidget, group: QWidget) -> None:
    """Let what is in `group` come after `before`, in the order it has."""
    inside: list[QWidget] = []
    widget = group.nextInFocusChain()
    while widget is not None and widget is not group:
        if group.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            inside.append(widget)
        widget = widget.nextInFocusChain()
    for widget in inside:
        QWidget.setTabOrder(before, widget)
        before = widget
