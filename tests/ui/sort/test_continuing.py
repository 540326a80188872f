"""Going on after a restart with what earlier searches left to check."""

import pytest
from made_up import FACE, drawn
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from facesorter.app.checking import Unfinished
from facesorter.domain.models import Decision, FaceKey, Person, Pile
from facesorter.ui.review.run_state import State


@pytest.fixture
def anna(app):
    """Who is known by one face."""
    known = app.real.catalog.person("Anna")
    app.real.catalog.add_portrait(known, FaceKey(bytes(32), FACE.box), drawn())
    return known


def offered(page):
    return [one for one in page.continuing.findChildren(QPushButton) if one.isVisible()]


def test_what_is_left_is_offered_by_name_and_number(window, qtbot, app, anna):
    page = window.sort
    page.continuing.look()
    qtbot.wait(100)
    assert not page.continuing.isVisible()
    app.left = [Unfinished(anna, "/out", 7), Unfinished(Person(2, "Ben", "PhotosWithBen"), "/out", 20)]
    page.continuing.look()
    qtbot.waitUntil(lambda: len(offered(page)) == 2)
    assert [one.text() for one in offered(page)] == ["Continue checking Anna (7)", "Continue checking Ben (20)"]


def test_a_click_leads_to_check_where_keys_answer_at_once(window, qtbot, app, anna):
    page = window.sort
    app.left = [Unfinished(anna, "/out", 7)]
    page.continuing.look()
    qtbot.waitUntil(lambda: len(offered(page)) == 1)
    qtbot.mouseClick(offered(page)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.outcome is not None and page.outcome.run.state is State.FINISHED, timeout=10000)
    (request,) = app.looked_back
    assert [one.name for one in request.people] == ["Anna"]
    assert (request.folders, request.destination, request.threshold) == ((), "/out", 80.0)
    review = page.outcome.review
    assert review.tabs.current is Pile.CHECK
    assert review.grid.hasFocus()
    shown = review.grid.selected_rows().tolist()
    assert shown
    assert not review.keep.isVisible()
    qtbot.waitUntil(lambda: review.detail._faces.reference.shows_something)  # the face they are known by
    assert page.steps.shrunk, "nothing is to be chosen for it"
    assert page.steps.summary.people.toolTip() == "Anna" or "Anna" in page.steps.summary.people.text()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Y)
    photo = page.outcome.run.results.photos.at(shown[0]).id
    qtbot.waitUntil(lambda: ("Anna", photo, Decision.YES) in app.decided)
    qtbot.waitUntil(lambda: page.outcome.run.copies.to_copy > 0)
    page.outcome.change.carry_out_asked.emit()
    qtbot.waitUntil(lambda: not page.outcome.run.busy and page.outcome.run.results.balance(0).copied > 0)
