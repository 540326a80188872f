"""Where lines of text begin: at the left, or at the right in a window that is read from there, whatever they say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from facesorter.ui.shell.routes import Route

WAIT_MS = 30_000
ROOM_PX, NEAR_PX = 24, 6


@pytest.fixture(params=[Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft], ids=["left", "right"])
def app(request, qapp, app):
    """The made-up app, in a program that is read from one side or the other."""
    qapp.setLayoutDirection(request.param)
    yield app
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def sides(root):
    """Of each text that has room to spare, how far what is painted of it is from the left and from the right."""
    found = {}
    for one in root.findChildren(QLabel):
        centered = one.alignment() & Qt.AlignmentFlag.AlignHCenter
        if not one.isVisible() or not one.text().strip() or centered or one.visibleRegion().isEmpty():
            continue
        image = one.grab().toImage()
        ground = image.pixel(0, 0)
        inked = [x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in range(image.height()))]
        around = one.contentsMargins()
        left, right = inked[0] - around.left(), image.width() - 1 - inked[-1] - around.right()
        if max(left, right) > ROOM_PX:
            found[one.text()] = left, right
    return found


@pytest.mark.parametrize("route", [Route.SORT, Route.PEOPLE, Route.COMPARE, Route.INSIGHTS, Route.SETTINGS])
def test_each_text_begins_where_the_window_is_read_from(window, route, qtbot):
    window.go_to(route)
    page = window.pages.currentWidget()
    window.sort.banner.say("Something was said that has room to spare.")
    qtbot.waitUntil(lambda: len(sides(page)) >= 1, timeout=WAIT_MS)
    wrong = {text: apart for text, apart in sides(window).items() if apart[window.isRightToLeft()] > NEAR_PX}
    assert wrong == {}


def test_a_text_follows_when_the_direction_changes(window, qtbot):
    other = Qt.LayoutDirection.LeftToRight if window.isRightToLeft() else Qt.LayoutDirection.RightToLeft
    window.setLayoutDirection(other)
    window.go_to(Route.SETTINGS)
    page = window.pages.currentWidget()
    qtbot.waitUntil(lambda: len(sides(page)) >= 1, timeout=WAIT_MS)
    assert {text: apart for text, apart in sides(page).items() if apart[window.isRightToLeft()] > NEAR_PX} == {}
