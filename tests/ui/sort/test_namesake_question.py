"""A headshot that clearly is not the person known by that name asks, before a search, who it is."""

import shutil

import pytest
from PySide6.QtCore import Qt

from facesorter.app import ThreadExecutor
from facesorter.app.people_scan import scan_for_everybody
from facesorter.ui.sort.who_card import WhoCard

WAIT_MS = 20_000


@pytest.fixture
def pictures(data):
    """Four pictures each of two people."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    return [[str(photo) for photo in sorted(one.iterdir())[:4]] for one in several[:2]]


@pytest.fixture
def app(pictures, tmp_path, open_app):
    """A profile that knows the first of them as Anna, by three of the pictures."""
    (tmp_path / "photos").mkdir()
    for photo in pictures[0][:3]:
        shutil.copy(photo, tmp_path / "photos")
    made, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(made, [str(tmp_path / "photos")], executor))
    executor.close()
    made.people.name(made.people.unknown()[0].number, "Anna")
    return made


@pytest.fixture
def card(app, jobs, theme, qtbot):
    made = WhoCard(app, jobs, theme)
    qtbot.addWidget(made)
    made.resize(560, 220)
    made.show()
    return made


def describe(card, path, name, qtbot):
    """A headshot and a name that is typed."""
    card.add_headshots([path])
    card.fields.name.clear()
    qtbot.keyClicks(card.fields.name, name)
    qtbot.waitUntil(lambda: card.people_problem() != "Looking at the headshot…", timeout=WAIT_MS)


def test_another_anna_gets_a_name_of_her_own(card, pictures, qtbot):
    describe(card, pictures[1][0], "anna", qtbot)
    assert not card.people_problem(), "another spelling is another name, as on the command line"
    describe(card, pictures[1][0], "Anna", qtbot)
    assert card.people_problem() == "The headshot does not show the Anna you know. Is this another Anna?"
    assert card.needs_attention
    assert card.namesake.isVisible()
    qtbot.keyClick(card.namesake.another, Qt.Key.Key_Space)
    assert card.fields.name.text() == "Anna (2)"
    assert not card.people_problem()
    assert card.namesake.isHidden()
    (person,) = card.people()
    assert (person.name, person.same_person) == ("Anna (2)", False)


def test_the_same_anna_is_taken_at_the_users_word_until_something_else_is_chosen(card, pictures, qtbot):
    describe(card, pictures[1][0], "Anna", qtbot)
    qtbot.keyClick(card.namesake.same, Qt.Key.Key_Space)
    assert not card.people_problem()
    assert [one.same_person for one in card.people()] == [True]
    card.add_headshots([pictures[1][1]])
    qtbot.waitUntil(lambda: card.people_problem().startswith("The headshot does not show"), timeout=WAIT_MS)


def test_nobody_is_asked_about_a_headshot_of_the_one_who_is_known(card, pictures, qtbot):
    describe(card, pictures[0][3], "Anna", qtbot)
    assert not card.people_problem()
    assert card.namesake.isHidden()
    assert [(one.name, one.same_person) for one in card.people()] == [("Anna", False)]


def test_the_second_anna_is_known_by_her_face(app, card, pictures, qtbot):
    from facesorter.pipeline.enrol import Headshot

    app.references.add(app.catalog.person("Anna (2)"), Headshot(pictures[1][0]))
    describe(card, pictures[1][1], "Anna", qtbot)
    assert card.fields.name.text() == "Anna (2)"
    assert not card.people_problem()
