"""Finds texts that are not seen whole."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea

from facesorter.ui.widgets.card import ElidedLabel


def cut_off(top):
    """Every text in a window or page that is cut, but for paths that are shortened on purpose.

    What is scrolled may lie outside of what is seen, but not be cut at a side.
    """
    cut = []
    for one in top.findChildren(QLabel) + top.findChildren(QAbstractButton):
        if not one.isVisible() or not one.text() or isinstance(one, ElidedLabel):
            continue
        needed = one.minimumSizeHint()
        if isinstance(one, QLabel):
            needed = one.sizeHint()
            if one.wordWrap():
                needed = QSize(0, one.heightForWidth(one.width()))
        end = one.mapTo(top, one.rect().bottomRight())
        scrolled = any(area.isAncestorOf(one) for area in top.findChildren(QScrollArea))
        inside = 0 <= end.x() < top.width() and (scrolled or 0 <= end.y() < top.height())
        if one.width() < needed.width() or one.height() < needed.height() or not inside:
            cut.append((one.text(), one.size(), needed))
    return cut
