"""The People page, in front, for tests that press its keys."""

import pytest

from facesorter.ui.people.people_page import PeoplePage

WAIT_MS = 20_000


@pytest.fixture
def make_page(jobs, theme, qtbot):
    """Shows the page of a program, with the focus of the desktop."""

    def made_of(app):
        made = PeoplePage(app, jobs, theme)
        qtbot.addWidget(made)
        made.resize(1000, 700)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(made.isActiveWindow, timeout=WAIT_MS)
        return made

    return made_of
