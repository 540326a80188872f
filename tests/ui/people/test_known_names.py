"""The name field of a group's card offers the people who are known: by keys, by a click, and to screen readers."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from facesorter.app import ThreadExecutor
from facesorter.app.people_scan import scan_for_everybody
from facesorter.ui.people.cards import PersonCard

WAIT_MS = 20_000


@pytest.fixture
def page(data, tmp_path, open_app, make_page, qtbot):
    """Knows Marie by three photos and Anna Marino by two; two more groups have no name."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 6]
    for folder, count in zip(several, (6, 5, 4, 3), strict=False):
        (tmp_path / "photos" / folder.name).mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:count]:
            shutil.copy(photo, tmp_path / "photos" / folder.name)
    app, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(app, [str(tmp_path / "photos")], executor))
    executor.close()
    marie, anna, *_others = app.people.unknown()
    app.people.name(marie.number, "Marie")
    app.people.name(anna.number, "Anna Marino")
    made = make_page(app)
    qtbot.waitUntil(lambda: len(made.cards) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(known(made)) == 2, timeout=WAIT_MS)
    return made


@pytest.fixture
def asked(monkeypatch):
    """What the user was asked; the answer is no."""
    questions = []
    monkeypatch.setattr(
        QMessageBox, "question", lambda *words: questions.append(words[2]) or QMessageBox.StandardButton.No
    )
    return questions


def known(page):
    return sorted(card.accessibleName() for card in page.findChildren(PersonCard) if card.isVisible())


def offered(page):
    """The lines of the list that is open."""
    popup = page.groups.names.popup()
    if not popup.isVisible():
        return []
    return [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())]


def begin(page, qtbot, letters):
    """Type into the first group's field; the list that opens."""
    field = page.cards[0].name
    field.setFocus()
    qtbot.keyClicks(field, letters)
    return field, page.groups.names.popup()


def test_a_name_chosen_by_keys_is_that_person_and_can_be_undone(page, asked, qtbot):
    field, popup = begin(page, qtbot, "mari")
    assert offered(page) == ["Marie (6 photos)", "Anna Marino (5 photos)"]
    assert popup.accessibleName() == "People you know"
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    assert field.text() == "Anna Marino"
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert not popup.isVisible()
    qtbot.waitUntil(lambda: known(page) == ["Anna Marino, 9 photos", "Marie, 6 photos"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(page.cards) == 1, timeout=WAIT_MS)
    assert page.banner.accessibleName() == "Anna Marino is in 4 more photos."
    assert asked == []
    qtbot.keyClick(page.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: known(page) == ["Anna Marino, 5 photos", "Marie, 6 photos"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(page.cards) == 2, timeout=WAIT_MS)


def test_a_click_on_a_name_is_enough(page, asked, qtbot):
    _field, popup = begin(page, qtbot, "MARIE")
    assert offered(page) == ["Marie (6 photos)"]
    place = popup.visualRect(popup.model().index(0, 0)).center()
    qtbot.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: "Marie, 10 photos" in known(page), timeout=WAIT_MS)
    assert asked == []


def test_a_name_that_was_typed_is_asked_about_as_ever(page, asked, qtbot):
    field, popup = begin(page, qtbot, "Marie")
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked), timeout=WAIT_MS)
    assert asked == ["You know Marie already. Is this the same person?"]
    assert known(page) == ["Anna Marino, 5 photos", "Marie, 6 photos"]
    assert field.text() == "Marie"


def test_a_beginning_of_a_known_name_is_somebody_new(page, asked, qtbot):
    _field, popup = begin(page, qtbot, "Mari")
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Mari, 4 photos" in known(page), timeout=WAIT_MS)
    assert asked == []


def test_escape_closes_the_list_and_tab_goes_on_without_naming_anybody(page, asked, qtbot):
    field, popup = begin(page, qtbot, "mari")
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert offered(page) == []
    qtbot.keyClicks(field, "e")
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Tab)
    assert offered(page) == []
    qtbot.wait(200)
    assert known(page) == ["Anna Marino, 5 photos", "Marie, 6 photos"]
    assert len(page.cards) == 2


def test_whoever_is_known_since_is_offered(page, qtbot):
    page._app.people.rename(page._app.people.find("Marie"), "Mary")
    page.load()
    qtbot.waitUntil(lambda: "Mary, 6 photos" in known(page), timeout=WAIT_MS)
    begin(page, qtbot, "mar")
    assert offered(page) == ["Mary (6 photos)", "Anna Marino (5 photos)"]
