"""The People page on real photos: who is found is shown, named, and hidden, with keys alone."""

import shutil
import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QScrollArea
from shiboken6 import isValid

from facesorter.app import ThreadExecutor, people_scan
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.domain.groups import UnknownGroup
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.people.group_cards import GROUPS_AT_ONCE
from facesorter.ui.people.group_view import GroupView
from facesorter.ui.people.loading import Shown
from facesorter.ui.people.people_page import PeoplePage
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.flow import FlowLayout

WAIT_MS = 20_000


@pytest.fixture
def photos(data, tmp_path):
    """Three photos each of three people."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person in several[:3]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:3]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    return tmp_path / "photos"


@pytest.fixture
def page(qtbot, qapp, open_app, jobs):
    made = PeoplePage(open_app(), jobs, Theme(qapp))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


def people_shown(page):
    return Counter(card.accessibleName() for card in page.findChildren(PersonCard))


def test_groups_of_a_scan_are_named_and_hidden_by_keys(page, photos, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: not page._empty.isHidden(), timeout=WAIT_MS)
    page.look_through([str(photos)])
    qtbot.waitUntil(lambda: len(page.cards) == 3 and not page.scanning, timeout=WAIT_MS)
    assert page.look_button.isEnabled()
    qtbot.waitUntil(lambda: "3 groups nobody has named" in page._summary.text(), timeout=WAIT_MS)
    first = page.cards[0]
    qtbot.waitUntil(lambda: all(not picture.pixmap().isNull() for picture in first._pictures), timeout=WAIT_MS)

    first.name.setFocus()
    qtbot.keyClicks(first.name, "//")
    qtbot.keyClick(first.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.banner.isHidden(), timeout=WAIT_MS)
    assert "holds no letter or digit" in page.banner.accessibleName()
    first.name.clear()
    qtbot.keyClicks(first.name, "Anna")
    qtbot.keyClick(first.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.cards) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: people_shown(page) == {"Anna, 3 photos": 1}, timeout=WAIT_MS)

    asked = []
    monkeypatch.setattr(
        QMessageBox, "question", lambda *words: asked.append(words[2]) or QMessageBox.StandardButton.Yes
    )
    second = page.cards[0]
    qtbot.keyClicks(second.name, "Anna")
    qtbot.keyClick(second.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: people_shown(page) == {"Anna, 6 photos": 1}, timeout=WAIT_MS)
    assert asked == ["You know Anna already. Is this the same person?"]

    (third,) = page.cards
    third.hide_button.setFocus()
    qtbot.keyClick(third.hide_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.cards, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.apart.hidden_button.text() == "Hidden (1)", timeout=WAIT_MS)

    page.apart.hidden_button.click()
    qtbot.waitUntil(lambda: len(page.cards) == 1, timeout=WAIT_MS)
    assert page.cards[0].hide_button.text() == "Show again"
    page.cards[0].hide_button.click()
    qtbot.waitUntil(page.apart.hidden_button.isHidden, timeout=WAIT_MS)
    assert [card.hide_button.text() for card in page.cards] == ["Hide"]


def test_groups_are_shown_while_the_scan_goes_on(page, photos, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: not page._empty.isHidden(), timeout=WAIT_MS)
    seen = threading.Event()

    def waiting(*arguments):
        assert seen.wait(20), "No group was shown."
        return groups_in(*arguments)

    groups_in = people_scan.groups_in
    monkeypatch.setattr(people_scan, "groups_in", waiting)
    page.look_through([str(photos)])
    try:
        qtbot.waitUntil(lambda: len(page.cards) == 3, timeout=WAIT_MS)
        assert page.scanning
        assert page._summary.text().startswith("9 of 9 photos, "), "who is known is not told in between"
    finally:
        seen.set()
    qtbot.waitUntil(lambda: not page.scanning, timeout=WAIT_MS)


def test_wrong_faces_are_taken_out_of_a_group_with_one_key_and_put_back(page, photos, qtbot):
    page.look_through([str(photos)])
    qtbot.waitUntil(lambda: len(page.cards) == 3, timeout=WAIT_MS)
    people, numbers = page._app.people, [card.number for card in page.cards[:2]]
    first, second = (people.faces_of(number) for number in numbers)
    page._app.catalog.set_apart([(first + second, False)])
    page.load()
    qtbot.waitUntil(lambda: sorted(card.group.faces for card in page.cards) == [3, 6], timeout=WAIT_MS)
    card = next(one for one in page.cards if one.group.faces == 6)
    qtbot.keyClick(card.show_all, Qt.Key.Key_Space)
    view = page.findChild(GroupView)
    qtbot.waitUntil(lambda: len(view.grid.album.photos) == 6, timeout=WAIT_MS)
    loaded = view.grid._thumbnails._kept
    qtbot.waitUntil(lambda: len(loaded) == 6 and all(one.pixmap for one in loaded.values()), timeout=WAIT_MS)
    view.grid.selectAll()
    qtbot.keyClick(view.grid, Qt.Key.Key_N)
    qtbot.waitUntil(view.banner.isVisible, timeout=WAIT_MS)
    assert view.banner.accessibleName().startswith("These are all faces of the group.")

    wrong = {face.content for face in second}
    place = next(row for row, one in enumerate(view.grid.album.photos) if one.photo.content in wrong)
    view.grid.clearSelection()
    view.grid.setCurrentIndex(view.grid.album.index(place))
    assert view.take_button.text() == "Take 1 face out"
    qtbot.keyClick(view.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(view.grid.album.photos) == 3, timeout=WAIT_MS)
    assert {one.photo.content for one in view.grid.album.photos} == {face.content for face in first}
    assert view.banner.accessibleName().startswith("3 faces were taken out. What is like the faces")
    qtbot.waitUntil(lambda: [card.group.faces for card in page.cards] == [3, 3, 3], timeout=WAIT_MS)
    qtbot.keyClick(view.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(view.grid.album.photos) == 6, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: sorted(card.group.faces for card in page.cards) == [3, 6], timeout=WAIT_MS)
    view.accept()


def groups_of(numbers, pictures=3):
    return [UnknownGroup(number, hidden=False, faces=pictures, pictures=pictures, best=()) for number in numbers]


def test_what_the_user_is_doing_outlives_a_change(page, qtbot):
    qtbot.waitUntil(lambda: not page._empty.isHidden(), timeout=WAIT_MS)
    page._show(Shown([], groups_of(range(80)), 0))
    page.groups.more_button.click()
    assert len(page.cards) == 2 * GROUPS_AT_ONCE
    typing, grown, hidden = page.cards[40], page.cards[41], page.cards[42]
    typing.name.setFocus()
    qtbot.keyClicks(typing.name, "Anna M")
    grown.name.setText("Ben")
    qtbot.waitUntil(lambda: page.findChild(QScrollArea).verticalScrollBar().maximum() > 0)
    bar = page.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    scrolled = bar.value()

    still = [one for one in groups_of(range(80)) if one.number not in (41, 42)]
    page._show(Shown([], [*groups_of([41], pictures=9), *still], 0))
    qtbot.waitUntil(lambda: not isValid(hidden))
    assert len(page.cards) == 2 * GROUPS_AT_ONCE
    assert page.cards[41] is typing
    assert typing.name.hasFocus()
    assert typing.name.text() == "Anna M"
    assert (page.cards[0].number, page.cards[0].name.text()) == (41, "Ben")
    assert "9 photos" in page.cards[0].accessibleName()
    assert bar.value() == scrolled


def test_more_cards_are_arranged_together_where_the_user_is(page, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: not page._empty.isHidden(), timeout=WAIT_MS)
    page._show(Shown([], groups_of(range(80)), 0))
    bar = page.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    scrolled, arranged, arrange = bar.value(), [], FlowLayout._arrange
    monkeypatch.setattr(
        FlowLayout, "_arrange", lambda flow, *one, **more: arranged.append(flow) or arrange(flow, *one, **more)
    )
    page.groups.more_button.setFocus()
    qtbot.keyClick(page.groups.more_button, Qt.Key.Key_Space)
    qtbot.waitUntil(page.cards[-1].isVisible)
    qtbot.waitUntil(lambda: bar.maximum() > scrolled)
    assert arranged.count(page.groups._flow) < GROUPS_AT_ONCE, "not once for each card that is shown"
    assert bar.value() == scrolled
    assert page.groups.more_button.hasFocus()

    cards = page.cards[GROUPS_AT_ONCE - 1 :]
    order = [*(widget for card in cards for widget in card.tab_order), page.groups.more_button, page.sort_button]
    order[0].setFocus()
    seen = order[:1]
    for _step in order[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == order


def test_a_card_tells_of_which_years_its_photos_are(page, qtbot):
    qtbot.waitUntil(lambda: not page._empty.isHidden(), timeout=WAIT_MS)
    (undated,) = groups_of([1], pictures=9)
    dated = replace(undated, first=date(2016, 5, 14), last=date(2026, 7, 1))
    page._show(Shown([], [dated], 0))
    (card,) = page.cards
    assert "9 photos, 2016\N{EN DASH}2026" in [one.text() for one in card.findChildren(QLabel) if not one.isHidden()]
    assert card.accessibleName() == "Somebody without a name, 9 photos, 2016\N{EN DASH}2026"
    page._show(Shown([], [replace(dated, first=date(2026, 7, 1))], 0))
    assert "July 2026" in page.cards[0].accessibleName()


def test_a_scan_waits_for_no_folder_that_is_kept_up_to_date(page, photos, jobs, qtbot):
    gate = threading.Event()

    def watch():
        yield gate.wait(30)

    jobs.select(watch)
    page.look_through([str(photos)])
    qtbot.waitUntil(lambda: len(page.cards) == 3, timeout=WAIT_MS)
    assert not gate.is_set()
    gate.set()


def test_what_earlier_scans_found_is_there_at_once(photos, qtbot, qapp, open_app, jobs):
    app, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(app, [str(photos)], executor))
    executor.close()
    (anna, *_) = People(app).unknown()
    People(app).name(anna.number, "Anna")
    page = PeoplePage(app, jobs, Theme(qapp))
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: len(page.cards) == 2, timeout=WAIT_MS)
    assert people_shown(page) == {"Anna, 3 photos": 1}
    assert page._empty.isHidden()
    assert Path(app.paths.catalog).exists()
