"""What is apart on the People page, single faces and whoever is hidden, is shown and left out again by keys alone."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from facesorter.app import ThreadExecutor
from facesorter.app.people_scan import scan_for_everybody
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.people.group_view import GroupView
from facesorter.ui.shell.routes import Route

WAIT_MS = 20_000


@pytest.fixture
def app(data, tmp_path, open_app):
    """Four photos of one person, three of another, and one each of two more."""
    folders = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir()]
    several = [one for one in folders if len(list(one.iterdir())) >= 6]
    alone = [one for one in folders if one not in several][:2]
    (tmp_path / "photos").mkdir()
    for folder, count in zip((*several[:2], *alone), (4, 3, 1, 1), strict=True):
        for photo in sorted(folder.iterdir())[:count]:
            shutil.copy(photo, tmp_path / "photos")
    made, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(made, [str(tmp_path / "photos")], executor))
    executor.close()
    return made


@pytest.fixture
def page(app, make_page, qtbot):
    made = make_page(app)
    qtbot.waitUntil(lambda: sizes(made) == [4, 3], timeout=WAIT_MS)
    return made


def sizes(page):
    return [card.group.faces for card in page.cards]


def texts(page):
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]


def press(button, qtbot):
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def test_single_faces_are_shown_named_hidden_and_left_again(page, app, qtbot):
    count = len(app.people.single_faces())
    assert count >= 2
    link = page.apart.single_button
    assert link.text() == f"Small, blurred, and single faces ({count})"
    press(link, qtbot)
    qtbot.waitUntil(lambda: sizes(page) == [1] * count, timeout=WAIT_MS)
    assert link.hasFocus()
    assert link.text() == "Back to the groups"
    assert "Small, blurred, and single faces" in texts(page)
    assert "2 groups nobody has named" in page._summary.text()
    assert page.cards[0].show_all.text() == "Show the face"

    press(page.cards[0].hide_button, qtbot)
    qtbot.waitUntil(lambda: len(page.cards) == count - 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.apart.hidden_button.text() == "Hidden (1)", timeout=WAIT_MS)
    name = page.cards[0].name
    name.setFocus()
    qtbot.keyClicks(name, "Cleo")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [one.person.name for one in page.findChildren(PersonCard)] == ["Cleo"], timeout=WAIT_MS)

    press(link, qtbot)
    qtbot.waitUntil(lambda: sizes(page) == [4, 3], timeout=WAIT_MS)
    assert "Who is this?" in texts(page)
    press(page.apart.hidden_button, qtbot)
    qtbot.waitUntil(lambda: sizes(page) == [4, 3, 1], timeout=WAIT_MS)
    assert page.apart.hidden_button.text() == "Leave out who is hidden"
    press(page.cards[2].hide_button, qtbot)
    qtbot.waitUntil(page.apart.hidden_button.isHidden, timeout=WAIT_MS)
    assert app.people.overview().hidden == 0


def test_a_single_face_is_looked_at_in_its_photo(page, app, qtbot):
    press(page.apart.single_button, qtbot)
    qtbot.waitUntil(lambda: page.cards and page.cards[0].group.faces == 1, timeout=WAIT_MS)
    qtbot.keyClick(page.cards[0].show_all, Qt.Key.Key_Space)
    view = page.findChild(GroupView)
    qtbot.waitUntil(lambda: len(view.grid.album.photos) == 1, timeout=WAIT_MS)
    loaded = view.grid._thumbnails._kept
    qtbot.waitUntil(lambda: len(loaded) == 1 and all(one.pixmap for one in loaded.values()), timeout=WAIT_MS)
    view.accept()


def test_everybody_can_be_hidden_and_is_found_again(page, app, qtbot):
    while page.cards:
        left = len(page.cards)
        press(page.cards[0].hide_button, qtbot)
        qtbot.waitUntil(lambda before=left: len(page.cards) == before - 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.apart.hidden_button.text() == "Hidden (2)", timeout=WAIT_MS)
    assert "Who is this?" not in texts(page)
    press(page.apart.hidden_button, qtbot)
    qtbot.waitUntil(lambda: sizes(page) == [4, 3], timeout=WAIT_MS)


def test_the_line_above_says_in_how_many_photos_they_all_are(page, app, qtbot):
    assert page._summary.text() == "0 people you know · 2 groups nobody has named · in 7 photos"
    app.people.name(page.cards[0].number, "Anna")
    page.load()
    expected = "1 person you know · 1 group nobody has named · in 7 photos"
    qtbot.waitUntil(lambda: page._summary.text() == expected, timeout=WAIT_MS)


def test_tab_leads_from_the_links_through_the_cards_to_the_end_of_the_page(page, qtbot):
    expected = [page.apart.single_button, *(one for card in page.cards for one in card.tab_order), page.sort_button]
    page.look_button.setFocus()
    seen = []
    for _step in expected:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == expected


class TestInTheWindow:
    def test_somebody_is_found_by_a_headshot_instead(self, window, app, qtbot):
        window.go_to(Route.PEOPLE)
        everybody = window.pages.currentWidget().everybody
        qtbot.waitUntil(lambda: sizes(everybody) == [4, 3], timeout=WAIT_MS)
        press(everybody.sort_button, qtbot)
        assert window.pages.currentWidget() is window.sort
