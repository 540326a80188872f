"""The card of a group that looks like somebody asks whether it is them, too; one key answers, and the answer lasts."""

import shutil
import threading

import pytest
from fitting import cut_off
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from facesorter.app import ThreadExecutor
from facesorter.app.people_scan import scan_for_everybody
from facesorter.app.suggestions import Suggestions
from facesorter.domain.errors import WrongUse
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.people.people_page import PeoplePage
from facesorter.ui.shell.routes import Route

WAIT_MS = 20_000


@pytest.fixture
def app(data, tmp_path, open_app):
    """A profile that knows Anna and Ben by three photos each; two others of each are groups of their own."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 6]
    for folder in several[:2]:
        (tmp_path / "photos" / folder.name).mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:5]:
            shutil.copy(photo, tmp_path / "photos" / folder.name)
    made, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(made, [str(tmp_path / "photos")], executor))
    executor.close()
    found = [made.people.faces_of(group.number) for group in made.people.unknown()]
    made.catalog.set_apart([(part, False) for faces in found for part in (faces[:2], faces[2:])])
    for name in ("Anna", "Ben"):
        made.people.name(next(one.number for one in made.people.unknown() if one.faces == 3), name)
    return made


@pytest.fixture
def page(app, make_page, qtbot):
    made = make_page(app)
    qtbot.waitUntil(lambda: len(asked(made)) == 2, timeout=WAIT_MS)
    return made


def asked(page):
    """The names that visible cards ask about."""
    questions = [card.question for card in page.cards if card.question]
    return [one.text for one in questions if one.yes.isVisible() and one.no.isVisible()]


def known(page):
    return sorted(card.accessibleName() for card in page.findChildren(PersonCard) if card.isVisible())


def sizes(page):
    return sorted(card.group.faces for card in page.cards)


def test_yes_is_what_naming_the_group_is_and_is_taken_back(page, app, qtbot):
    assert sorted(asked(page)) == ["Is this Anna, too?", "Is this Ben, too?"]
    first, second = page.cards
    assert "Is this " in first.question.yes.accessibleDescription()
    assert "2 photos, " in first.question.yes.accessibleDescription()
    name = first.question.asked.person.name
    first.question.yes.setFocus()
    qtbot.keyClick(first.question.yes, Qt.Key.Key_Space)
    qtbot.keyClick(first.question.yes, Qt.Key.Key_Space)  # once is enough
    qtbot.waitUntil(lambda: page.cards == [second], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: f"{name}, 5 photos" in known(page), timeout=WAIT_MS)
    assert len(known(page)) == 2
    assert page.banner.accessibleName() == f"{name} is in 2 more photos."
    assert QApplication.focusWidget() is second.question.yes
    qtbot.keyClick(page.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(asked(page)) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: known(page) == ["Anna, 3 photos", "Ben, 3 photos"], timeout=WAIT_MS)


def test_no_lasts_on_the_card_and_on_the_persons_page(page, app, jobs, theme, qtbot):
    card = page.cards[0]
    person = card.question.asked.person
    height = card.height()
    qtbot.mouseClick(card.question.no, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.banner.isVisible, timeout=WAIT_MS)
    assert page.banner.accessibleName() == "It is somebody else. FaceSorter will not ask again."
    qtbot.waitUntil(lambda: len(asked(page)) == 1 and sizes(page) == [2, 2], timeout=WAIT_MS)
    assert person.name not in asked(page)[0]
    qtbot.waitUntil(lambda: {one.height() for one in page.cards} == {height}, timeout=WAIT_MS)  # nothing moves
    assert not app.suggestions.of(person)

    again = PeoplePage(app, jobs, theme)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: asked(again) == asked(page), timeout=WAIT_MS)


def test_tab_leads_through_a_card_as_it_is_seen_and_on_to_the_next(page, qtbot):
    people = [card for card in page.findChildren(PersonCard) if card.isVisible()]
    page.groups.show_groups([], [])
    page.load()  # so that all cards are made after everything else
    qtbot.waitUntil(lambda: len(page.cards) == 2 and len(asked(page)) == 2, timeout=WAIT_MS)
    links = [one for one in page.apart.links if one.isVisible()]
    order = [*links, *(widget for card in page.cards for widget in card.tab_order)]
    page.look_button.setFocus()
    seen = []
    for _step in range(len(people) + len(order)):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen[len(people) :] == order
    assert all(isinstance(one, PersonCard) for one in seen[: len(people)])


def test_cards_are_there_before_it_is_known_who_they_may_be(app, jobs, theme, qtbot, monkeypatch):
    gate, look = threading.Event(), Suggestions.of_groups
    monkeypatch.setattr(Suggestions, "of_groups", lambda self, groups: gate.wait(WAIT_MS / 1000) and look(self, groups))
    page = PeoplePage(app, jobs, theme)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.cards) == 2 and page.cards[1].width() < page.width(), timeout=WAIT_MS)
    places = [card.geometry() for card in page.cards]
    assert asked(page) == []
    page.cards[0].name.setText("Anna M")
    gate.set()
    qtbot.waitUntil(lambda: len(asked(page)) == 2, timeout=WAIT_MS)
    assert [card.geometry() for card in page.cards] == places
    assert page.cards[0].name.text() == "Anna M"


def test_what_was_found_before_an_answer_does_not_ask_again(page, app, qtbot, monkeypatch):
    gate, looked, look = threading.Event(), [], Suggestions.of_groups

    def late(self, groups):
        found = look(self, groups)
        looked.append(found)
        assert gate.wait(WAIT_MS / 1000)
        return found

    monkeypatch.setattr(Suggestions, "of_groups", late)
    page.load()
    qtbot.waitUntil(lambda: len(looked) == 1, timeout=WAIT_MS)
    page.groups.questions.changed.disconnect()  # or another look would follow, and hide what is shown in between
    card = page.cards[0]
    wrong = card.question.text
    qtbot.mouseClick(card.question.no, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.banner.isVisible, timeout=WAIT_MS)
    card.ask(None)
    gate.set()
    qtbot.waitUntil(lambda: not page.groups.questions._looking, timeout=WAIT_MS)
    assert len(looked[0]) == 2
    assert wrong not in asked(page)


def test_an_answer_that_cannot_be_kept_is_told_and_can_be_given_again(page, qtbot, monkeypatch):
    def full(_self, _suggestion):
        raise WrongUse("The disk is full.", "Make room.")

    card = page.cards[0]
    with monkeypatch.context() as patched:
        patched.setattr(Suggestions, "agree", full)
        qtbot.keyClick(card.question.yes, Qt.Key.Key_Space)
        qtbot.waitUntil(page.banner.isVisible, timeout=WAIT_MS)
        assert page.banner.accessibleName() == "The disk is full. Make room."
        qtbot.waitUntil(lambda: card.question._is_open, timeout=WAIT_MS)
    qtbot.keyClick(card.question.yes, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(page.cards) == 1, timeout=WAIT_MS)


def test_nobody_who_is_hidden_is_asked_about_until_they_are_shown(page, app, qtbot):
    app.people.hide(app.people.find("Anna"), hidden=True)
    page.load()
    qtbot.waitUntil(lambda: asked(page) == ["Is this Ben, too?"], timeout=WAIT_MS)
    qtbot.mouseClick(page.apart.hidden_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(asked(page)) == 2, timeout=WAIT_MS)


def test_a_long_name_is_read_whole_and_cards_side_by_side_stay_alike(page, app, qtbot):
    app.people.rename(app.people.find("Ben"), "Benedikt Amadeus von Hohenlohe")
    page.load()
    qtbot.waitUntil(lambda: any("Hohenlohe" in question for question in asked(page)), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: cut_off(page) == [], timeout=WAIT_MS)
    assert len({(card.y(), card.height()) for card in page.cards}) == 1


class TestInTheWindow:
    def test_cards_follow_what_is_said_elsewhere(self, window, app, qtbot):
        window.go_to(Route.PEOPLE)
        everybody = window.pages.currentWidget().everybody
        qtbot.waitUntil(lambda: len(asked(everybody)) == 2, timeout=WAIT_MS)

        def elsewhere(write):
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

        elsewhere(lambda: app.people.rename(app.people.find("Ben"), "Benny"))
        qtbot.waitUntil(lambda: "Is this Benny, too?" in asked(everybody), timeout=WAIT_MS)
        (suggestion,) = app.suggestions.of(app.people.find("Benny"))
        elsewhere(lambda: app.suggestions.refuse(suggestion))
        qtbot.waitUntil(lambda: asked(everybody) == ["Is this Anna, too?"], timeout=WAIT_MS)
        elsewhere(lambda: app.people.forget(app.people.find("Anna")))
        qtbot.waitUntil(lambda: asked(everybody) == [], timeout=WAIT_MS)
