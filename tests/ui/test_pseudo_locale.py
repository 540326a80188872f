"""In a language that puts brackets around every sentence, no sentence of the window stands without them."""

import re

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar, QWidget

from facesorter.domain import messages
from facesorter.domain.models import Pile
from facesorter.ui.paid.engine_choice import REKOGNITION
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.routes import Route
from facesorter.ui.sort.headshots_dialog import HeadshotsDialog
from tests.pseudo import Bracketed, outside

DATA = re.compile(
    r"FaceSorter|English|Deutsch|Español|Anna|Ben|Two|nowhere|September|PhotosWith\w+|…?[\w.~-]*/[\w./~-]*|\S+\.(jpg|png)|eu-west-1|[A-Z]{3,4}|s3:\S*"
)
"""Words that are no part of a sentence: names, paths, formats, and the month of the made-up photos."""

QTS_OWN = {"Scroll Left", "Scroll Right"}
"""Qt translates what its own widgets say."""


@pytest.fixture(autouse=True)
def pseudo(monkeypatch):
    monkeypatch.setattr(messages, "_spoken", Bracketed())


def shown_by(top):
    """Every text that a widget and what is in it shows or tells a screen reader."""
    for one in (top, *top.findChildren(QWidget)):
        yield from (one.toolTip(), one.accessibleName(), one.accessibleDescription(), one.windowTitle())
        if isinstance(one, QLabel | QAbstractButton):
            yield one.text()
        if isinstance(one, QLineEdit):
            yield one.placeholderText()
        if isinstance(one, QTabBar):
            yield from (one.tabText(place) for place in range(one.count()))
        if isinstance(one, QComboBox):
            yield from (one.itemText(place) for place in range(one.count()))
        yield from (action.text() for action in one.findChildren(QAction))


def unbracketed(top):
    """The words of its texts that stand outside of all brackets, and are no data."""
    found = set()
    for text in shown_by(top):
        left = [
            word
            for word in outside(text).split()
            if re.search(r"[A-Za-z]{2}", word) and not re.fullmatch(DATA, word.strip(",:"))
        ]
        if left and text not in QTS_OWN:
            found.add(text)
    return found


def test_the_first_page(window):
    assert unbracketed(window) == set()
    assert any("⟦Find and copy⟧" in text for text in shown_by(window))


def test_people_and_places(window, qtbot, theme):
    page = window.sort
    page.who.add_headshots(["/heads/two.jpg", "/heads/nobody.jpg"])
    page.who.add_person("Ben", ["/heads/blurred.jpg"])
    page.where._take(["smb://nas/x", "/nowhere/a.docx"])
    page.where.add_folders(["/nowhere", "s3://family/2019"])
    page.choice.choose(engine=REKOGNITION)
    qtbot.waitUntil(lambda: not any(draft.is_pending for draft in page.who.drafts) and page.banner.isVisible())
    page.who.tabs.setCurrentIndex(0)
    told = {text for text in unbracketed(window) if "No face was found" not in text}  # words of the stand-in
    assert told == set()
    dialog = HeadshotsDialog(page.who, theme)
    dialog.show()
    assert {text for text in unbracketed(dialog) if "No face was found" not in text} == set()
    dialog.close()
    dialog.deleteLater()


def test_a_run_and_its_results(finished, window):
    assert unbracketed(window) == set()
    review = finished.outcome.review
    for pile in Pile:
        review.tabs.choose(pile)
        if review.grid.pile_model.rowCount():
            review.grid.setCurrentIndex(review.grid.pile_model.index(0))
        assert unbracketed(window) == set()
    assert finished.outcome.run.state is State.FINISHED


@pytest.mark.parametrize("route", [Route.COMPARE, Route.SETTINGS])
def test_the_other_pages(window, route):
    window.go_to(route)
    assert unbracketed(window.pages.currentWidget()) == set()
