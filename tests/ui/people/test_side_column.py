"""What stands beside a person's photos keeps its height: where there is too little room for it, the column scrolls."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from facesorter.ui.people.side_column import SideColumn

WIDTH_PX = 200


@pytest.fixture
def column(qtbot):
    """Two widgets of 120 pixels that take keys, and between them something that takes the rest."""
    first, rest, last = QWidget(), QWidget(), QWidget()
    for one in (first, last):
        one.setFixedHeight(120)
        one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    rest.setMinimumHeight(80)
    made = SideColumn((first, rest, last), rest, WIDTH_PX)
    qtbot.addWidget(made)
    made.resize(WIDTH_PX, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made, first, rest, last


def test_with_enough_room_one_of_them_has_the_rest_and_nothing_scrolls(column, qtbot):
    made, first, rest, last = column
    qtbot.waitUntil(lambda: last.geometry().bottom() == 599)
    assert rest.height() > 300
    assert {one.width() for one in (made, first, rest, last)} == {WIDTH_PX}
    assert made.verticalScrollBar().maximum() == 0


def test_without_it_nothing_is_squeezed_and_keys_bring_the_last_into_view(column, qtbot):
    made, first, rest, last = column
    made.resize(WIDTH_PX, 150)
    qtbot.waitUntil(lambda: made.verticalScrollBar().maximum() > 0)
    assert (first.height(), rest.height(), last.height()) == (120, 80, 120)
    assert made.viewport().width() >= WIDTH_PX, "the scroll bar covers nothing"
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert made.verticalScrollBar().value() > 0
    made.resize(made.width(), 600)
    qtbot.waitUntil(lambda: made.width() == WIDTH_PX)
