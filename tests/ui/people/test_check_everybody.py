"""The photos that all searches left to check, of everybody who is known: in one list, by keys, after a restart."""

import shutil
import time
from concurrent.futures import CancelledError
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from facesorter.app import ThreadExecutor
from facesorter.domain.models import Decision, Pile
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest
from facesorter.ui.people import check_button
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.routes import Route

WAIT_MS = 30_000
STRICT = 99.9
NAMES = ("Anna", "Ben")


@pytest.fixture
def known(data, tmp_path, open_app):
    """The program after a search for each of two people, and a restart; nearly all of their photos are to check."""
    app = open_app()
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    executor = ThreadExecutor()
    for name, person in zip(NAMES, several, strict=False):
        folder = tmp_path / "photos" / name
        folder.mkdir(parents=True)
        for photo in sorted(person.iterdir())[:4]:
            shutil.copy(photo, folder)
        asked = PersonRequest(name, (Headshot(str(min(folder.iterdir()))),))
        request = SortRequest((asked,), (str(folder),), str(tmp_path / "out"), threshold=STRICT)
        list(app.session().run(request, executor))
    executor.close()
    app.save(replace(app.settings, threshold=STRICT))
    app.close()
    return open_app()


@pytest.fixture
def app(known):
    return known


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """However slow the computer is, what is left is counted at every visit."""
    monkeypatch.setattr(check_button, "LONG_SECONDS", 600)


@pytest.fixture
def window(window):
    window.activateWindow()
    return window


@pytest.fixture
def checking(window, qtbot):
    """The list, asked for on the People page by keys."""
    window.sidebar.places[Route.PEOPLE].setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    page = window._people.everybody
    qtbot.waitUntil(page.check_button.isVisible, timeout=WAIT_MS)
    told = page.check_button.text()
    assert QAccessible.queryAccessibleInterface(page.check_button).text(QAccessible.Text.Name) == told
    page.check_button.setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    run = window.sort.outcome.run
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=WAIT_MS)
    assert told == f"Check {run.left} photos"
    assert run.left >= 4
    return window.sort.outcome


def said_of(app, name):
    return list(app.catalog.decisions(app.catalog.person(name)).values())


def test_keys_answer_the_photos_of_all_people_one_after_the_other(checking, window, known, qtbot):
    run, review = checking.run, checking.review
    assert window.pages.currentWidget() is window.sort
    assert review.tabs.current is Pile.CHECK
    assert window.focusWidget() is review.grid, window.focusWidget()
    strongest = [run.results.similarities(number)[run.results.rows(number, Pile.CHECK, by_similarity=True)[0]]
                 for number in range(2)]  # fmt: skip
    assert strongest == sorted(strongest, reverse=True)
    assert review.number == 0
    asked = []
    while run.left:
        left, number = run.left, review.number
        assert checking.strip.sentence() == f"{left} photo{'s' * (left != 1)} left to check"
        assert review.people.tabText(number) == f"{run.results.names[number]} ({run.results.left(number)})"
        shown = review.grid.selected_rows()
        assert len(shown)
        asked.append(number)
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Y)
        assert np.all(run.results.decisions(number, shown) == 1)
        qtbot.waitUntil(lambda: review.check.answers._job is None and not review.check.answers._said, timeout=WAIT_MS)
    assert asked == sorted(asked), "one person after the other"
    assert set(asked) == {0, 1}
    assert checking.strip.sentence() == "Nothing is left to check here."
    for name in NAMES:
        qtbot.waitUntil(lambda name=name: Decision.YES in said_of(known, name))
    qtbot.waitUntil(lambda: run.copies.to_copy >= 2, timeout=WAIT_MS)
    checking.change.carry_out.click()
    qtbot.waitUntil(lambda: not run.busy and all(run.results.balance(one).copied for one in range(2)), timeout=WAIT_MS)

    window.sidebar.places[Route.PEOPLE].click()
    page = window._people.everybody
    qtbot.waitUntil(lambda: not page.check_button.isVisible(), timeout=WAIT_MS)


def test_not_sure_leads_on_too(checking, window, qtbot):
    run = checking.run
    presses = 0
    while run.left:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
        presses += 1
        assert presses < 20
    assert sum(run.results.counts(number)[Pile.CHECK] for number in range(2)) >= 4, "they stay in the pile"


def test_a_search_that_goes_on_is_not_disturbed(window, qtbot, monkeypatch):
    window.sidebar.places[Route.PEOPLE].click()
    page = window._people.everybody
    qtbot.waitUntil(page.check_button.isVisible, timeout=WAIT_MS)
    monkeypatch.setattr(type(window.sort), "busy", property(lambda _page: True))
    page.check_button.click()
    assert window.sort.outcome is None
    assert window.sort.banner.isVisible()


def test_a_count_waits_for_a_page_that_is_opened_and_goes_on_instead_of_beginning_anew(
    window, known, qtbot, monkeypatch
):
    begun, told = [], []

    def left_of_everybody(_app, _threshold, between):
        begun.append(True)
        while not told:
            time.sleep(0.005)
            began = time.monotonic()
            between()
            if time.monotonic() - began > check_button.REST_SECONDS / 2:
                told.append(True)
        return []

    monkeypatch.setattr(type(known), "left_of_everybody", left_of_everybody)
    window.go_to(Route.PEOPLE)
    place = window._people
    qtbot.waitUntil(lambda: bool(begun) and bool(place.everybody._person_cards), timeout=WAIT_MS)
    with qtbot.waitSignal(place.one.later.seen, timeout=WAIT_MS):
        place.open(known.people.find("Anna"))
    qtbot.waitUntil(lambda: bool(told) and not place.everybody.check.counts, timeout=WAIT_MS)
    assert len(begun) == 1


def test_a_count_that_is_begun_anew_ends_the_one_before(window, known, qtbot, monkeypatch):
    ended = []

    def left_of_everybody(_app, _threshold, between):
        try:
            for _page in range(400 if not ended else 0):
                time.sleep(0.005)
                between()
        except CancelledError:
            ended.append(True)
            raise
        return []

    monkeypatch.setattr(type(known), "left_of_everybody", left_of_everybody)
    window.go_to(Route.PEOPLE)
    check = window._people.everybody.check
    qtbot.wait(50)
    assert check.counts
    check.count()
    qtbot.waitUntil(lambda: bool(ended) and not check.counts, timeout=WAIT_MS)


def test_cards_say_what_is_left_and_a_persons_page_leads_to_it(window, known, qtbot):
    window.sidebar.places[Route.PEOPLE].click()
    place = window._people
    qtbot.waitUntil(place.everybody.check_button.isVisible, timeout=WAIT_MS)
    cards = {card.person.name: card for card in place.everybody._person_cards}
    left = {one.person.name: one.photos for one in known.left_of_everybody(STRICT)}
    assert set(left) == set(NAMES)
    for name, card in cards.items():
        assert card.left.text() == f"{left[name]} to check"
        assert card.accessibleName().endswith(f"photos, {left[name]} to check")

    cards["Ben"].setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    check = place.one.check.button
    qtbot.waitUntil(check.isVisible, timeout=WAIT_MS)
    assert check.text() == f"Check {left['Ben']} photos"
    check.setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    run = window.sort.outcome.run
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=WAIT_MS)
    assert list(run.results.names) == ["Ben"]
    assert run.left == left["Ben"]

    while run.left:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Y)
    window.sidebar.places[Route.PEOPLE].click()
    qtbot.waitUntil(lambda: cards_left(place) == {"Anna": f"{left['Anna']} to check", "Ben": "\u00a0"}, timeout=WAIT_MS)
    place.open(known.catalog.person("Ben"))
    qtbot.waitUntil(lambda: place.one.shown is not None, timeout=WAIT_MS)
    assert not check.isVisible()


def cards_left(place):
    """What the cards say of what is left, by name; a card that was made anew may be there beside the old one."""
    return {card.person.name: card.left.text() for card in place.everybody._person_cards}
