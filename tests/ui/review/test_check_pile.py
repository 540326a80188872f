"""Checking by keys alone: the strongest first, like photos together, and what each answer teaches."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from facesorter.domain.models import Decision, Pile
from facesorter.ui.review import check_pile
from facesorter.ui.review.run_state import State


@pytest.fixture
def page(ready, qtbot, app):
    app.photos, app.alike = 300, 10
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    return ready


def open_check(page, qtbot):
    review = page.outcome.review
    qtbot.waitUntil(lambda: review.check.blocks._job is None and not review.check.blocks._timer.isActive())
    tabs = review.tabs
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    return review, review.grid


def highlighted(grid):
    return [int(grid.pile_model.rows[index.row()]) for index in grid.selectionModel().selectedIndexes()]


def answers(page):
    return page.outcome.run.results.decisions(0, np.arange(len(page.outcome.run.results)))


def at_rest(qtbot, review):
    """Wait until all answers were taken in."""
    teaching = review.check.answers
    qtbot.waitUntil(lambda: teaching._job is None and not teaching._said)


def test_the_strongest_are_chosen_at_once_with_all_that_look_like_them(page, qtbot):
    review, grid = open_check(page, qtbot)
    results = page.outcome.run.results
    assert grid.hasFocus()
    shown = highlighted(grid)
    checked = results.rows(0, Pile.CHECK, by_similarity=True)
    assert int(checked[0]) in shown
    assert len(shown) > 1
    yes = review.detail.decisions.presses[Decision.YES]
    assert yes.text() == f"Yes to {len(shown)}"
    assert review.check.bar.isVisible()
    assert review.check.bar.alike.text() == f"These {len(shown)} look like one another."
    assert not review.check.bar.choose_alike.isVisible()
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Y)
    assert sorted(np.flatnonzero(answers(page) == 1).tolist()) == sorted(shown)
    following = highlighted(grid)
    assert following
    assert set(following).isdisjoint(shown)


def test_keys_alone_answer_everything_as_shown(page, qtbot):
    review, grid = open_check(page, qtbot)
    left = len(page.outcome.run.results.rows(0, Pile.CHECK, by_similarity=True))
    pressed = 0
    while grid.pile_model.rowCount():
        shown = highlighted(grid)
        before = answers(page).copy()
        qtbot.keyClick(grid, Qt.Key.Key_N if pressed % 3 else Qt.Key.Key_Y)
        changed = np.flatnonzero(answers(page) != before).tolist()
        assert sorted(changed) == sorted(shown)
        pressed += 1
    assert pressed < left / 2, "one answer decides on many"
    at_rest(qtbot, review)


def test_like_photos_stand_side_by_side_and_the_strongest_of_each_first(page, qtbot):
    review, grid = open_check(page, qtbot)
    results = page.outcome.run.results
    rows = grid.pile_model.rows.tolist()
    assert sorted(rows) == sorted(results.rows(0, Pile.CHECK, by_similarity=True).tolist())
    blocks = [tuple(sorted(review.check.blocks.block(0, row).tolist())) for row in rows]
    starts = [row for place, row in enumerate(rows) if place == 0 or blocks[place] != blocks[place - 1]]
    assert len(starts) == len(set(blocks))
    similarity = [results.verdict(row, 0)[0].similarity for row in starts]
    assert similarity == sorted(similarity, reverse=True)


def test_whoever_answers_one_of_several_goes_on_one_by_one(page, qtbot):
    review, grid = open_check(page, qtbot)
    block = highlighted(grid)
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert highlighted(grid) == block[:1]
    assert review.check.bar.choose_alike.text() == f"Choose all {len(block)}"
    qtbot.keyClick(grid, Qt.Key.Key_Y)
    assert highlighted(grid) == block[1:2]
    review.check.bar.choose_alike.click()
    assert sorted(highlighted(grid)) == sorted(block[1:])
    assert grid.hasFocus()


def test_answers_move_what_is_left_and_say_so(page, qtbot, app):
    app.learns = 1.0
    review, grid = open_check(page, qtbot)
    results = page.outcome.run.results
    similarity = results.similarities(0)
    shown = highlighted(grid)
    qtbot.keyClick(grid, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: not np.array_equal(results.similarities(0), similarity))
    at_rest(qtbot, review)
    now = results.similarities(0)
    undecided = results.undecided(0)
    found = np.flatnonzero(undecided & (similarity < 80) & (now >= 80))
    assert len(found)
    assert review.check.bar.found.text() == f"Your answers found {len(found)} more photos."
    chosen = highlighted(grid)
    assert chosen
    assert set(chosen).isdisjoint(shown)
    review.check.bar.show_found.click()
    assert review.tabs.current is Pile.SURE
    assert sorted(highlighted(grid)) == found.tolist()
    qtbot.waitUntil(lambda: page.outcome.run.copies.to_copy == len(found) + len(shown))
    page.outcome.run.decisions.undo()
    at_rest(qtbot, review)
    qtbot.waitUntil(lambda: np.allclose(results.similarities(0), similarity))
    review.tabs.choose(Pile.CHECK)
    assert review.check.bar.found.text() == ""


def test_many_answers_are_taken_in_together_and_in_order(page, qtbot, app):
    app.learns = 0.01
    review, grid = open_check(page, qtbot)
    for key in [Qt.Key.Key_Y, Qt.Key.Key_N] * 4:
        qtbot.keyClick(grid, key)
    at_rest(qtbot, review)
    said = [(photo, decision) for _name, photo, decision in app.said]
    assert said == [(photo, decision) for _name, photo, decision in app.decided]


def test_answers_given_while_photos_are_searched_count_when_they_are_found(ready, qtbot, app):
    import threading

    app.photos, app.gate = 60, threading.Event()
    ready.start()
    review = ready.outcome.review
    qtbot.waitUntil(lambda: len(ready.outcome.run.results or ()) > 8, timeout=10000)
    ready.outcome.run.decisions.decide(0, np.array([2]), Decision.YES)
    assert app.said == []
    app.gate.set()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    at_rest(qtbot, review)
    assert [decision for _name, _photo, decision in app.said] == ["yes"]


def test_twenty_answers_suggest_a_threshold_that_a_button_takes(page, qtbot, app):
    review, _grid = open_check(page, qtbot)
    results, bar = page.outcome.run.results, review.check.bar
    rows = results.rows(0, Pile.CHECK, by_similarity=True)
    assert not bar.use.isVisible()
    page.outcome.run.decisions.decide(0, rows[5:25], Decision.YES)
    page.outcome.run.decisions.decide(0, rows[-6:-4], Decision.NO)
    at_rest(qtbot, review)
    review.refresh()
    lowest = int(results.similarities(0)[rows[24]])
    fewer = int(np.sum(results.undecided(0) & (results.similarities(0) >= lowest) & (results.similarities(0) < 80)))
    assert bar.fits.text() == f"After 22 answers, a threshold of {lowest} would fit."
    assert bar.use.text() == f"Use {lowest}: {fewer} fewer to check"
    assert results.threshold == 80.0, "never by itself"
    bar.use.click()
    assert results.threshold == lowest
    assert review.slider.threshold == lowest
    qtbot.waitUntil(lambda: app.settings.threshold == lowest)
    assert not bar.use.isVisible()


def test_letters_answer_from_the_tabs_as_well(page, qtbot):
    review, grid = open_check(page, qtbot)
    shown = highlighted(grid)
    review.tabs.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(review.tabs, Qt.Key.Key_N)
    assert sorted(np.flatnonzero(answers(page) == 2).tolist()) == sorted(shown)


def test_in_the_large_view_one_photo_is_answered_though_many_look_like_it(page, qtbot):
    review, grid = open_check(page, qtbot)
    assert len(highlighted(grid)) > 1
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.waitUntil(review.large.view.isVisible)
    for _ in range(3):
        (shown,) = highlighted(grid)
        before = answers(page).copy()
        qtbot.keyClick(review.large.view, Qt.Key.Key_N)
        assert np.flatnonzero(answers(page) != before).tolist() == [shown]


def test_keys_go_on_with_the_next_person_once_nothing_is_left_of_the_first(ready, qtbot, app):
    app.photos = 40
    ready.who.add_person("Ben", ["/heads/ben.jpg"])
    qtbot.waitUntil(ready.go.isEnabled, timeout=10000)
    ready.start()
    run = ready.outcome.run
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=20000)
    review, grid = open_check(ready, qtbot)
    left = [run.results.counts(number)[Pile.CHECK] for number in range(2)]
    assert all(left)
    for _ in range(left[0]):
        assert review.number == 0
        qtbot.keyClick(grid, Qt.Key.Key_N)
    assert review.number == 1
    assert review.tabs.current is Pile.CHECK
    shown = highlighted(grid)
    assert len(shown) == 1
    qtbot.keyClick(grid, Qt.Key.Key_Y)
    assert run.results.decisions(1, np.array(shown)).tolist() == [1]
    for _ in range(left[1] - 1):
        qtbot.keyClick(grid, Qt.Key.Key_N)
    assert review.number == 1
    assert not grid.pile_model.rowCount()


def test_what_is_found_to_be_alike_while_the_pile_is_opened_is_chosen_too(ready, qtbot, app, monkeypatch):
    app.photos, app.alike = 300, 10
    monkeypatch.setattr(check_pile, "OPENING_SECONDS", 60.0)
    ready.start()
    review = ready.outcome.review
    review.check.blocks._timer.blockSignals(True)  # noqa: FBT003  (nobody knows yet what is alike)
    review.tabs.choose(Pile.CHECK)
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    qtbot.waitUntil(lambda: len(highlighted(review.grid)) == 1)
    (first,) = highlighted(review.grid)
    review.check.blocks._work_out()
    qtbot.waitUntil(lambda: len(highlighted(review.grid)) > 1)
    assert first in highlighted(review.grid)


@pytest.mark.parametrize("late", [True, False])
def test_what_is_found_later_or_beside_another_choice_is_not(ready, qtbot, app, monkeypatch, late):
    app.photos, app.alike = 300, 10
    ready.start()
    review = ready.outcome.review
    review.check.blocks._timer.blockSignals(True)  # noqa: FBT003
    review.tabs.choose(Pile.CHECK)
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    qtbot.waitUntil(lambda: len(highlighted(review.grid)) == 1)
    if late:
        now = check_pile.monotonic()
        monkeypatch.setattr(check_pile, "monotonic", lambda: now + 2 * check_pile.OPENING_SECONDS)
    else:
        qtbot.keyClick(review.grid, Qt.Key.Key_Right)
        qtbot.keyClick(review.grid, Qt.Key.Key_Left)
    chosen = highlighted(review.grid)
    assert len(chosen) == 1
    with qtbot.waitSignal(review.check.blocks.changed):
        review.check.blocks._work_out()
    assert highlighted(review.grid) == chosen
    assert review.check.bar.choose_alike.isVisibleTo(review)
