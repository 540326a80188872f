"""Answering by keys: after any sequence of keys and clicks exactly the photos shown as chosen are answered."""

import random

import numpy as np
import pytest
from PySide6.QtCore import Qt

from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.decision_codes import same_decision
from facesorter.ui.review.run_state import State

NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
BOTH = SHIFT | CTRL
ANSWERS = {Qt.Key.Key_Y: Decision.YES, Qt.Key.Key_N: Decision.NO, Qt.Key.Key_Space: Decision.UNSURE}
ARROWS = [getattr(Qt.Key, f"Key_{name}") for name in ("Left", "Right", "Up", "Down", "Home", "End", "PageDown")]


@pytest.fixture
def page(ready, qtbot, app):
    app.photos = 150
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    ready.outcome.review.tabs.choose(Pile.CHECK)
    ready.outcome.review.grid.setFocus()
    return ready


def highlighted(grid):
    """The rows of the photos that are painted as chosen."""
    places = sorted(index.row() for index in grid.selectionModel().selectedIndexes())
    return [int(grid.pile_model.rows[place]) for place in places]


def decisions(page):
    return page.outcome.run.results.decisions(0, np.arange(len(page.outcome.run.results))).copy()


def answered_by(page, act):
    before = decisions(page)
    act()
    return np.flatnonzero(decisions(page) != before).tolist()


def test_undoing_twice_leaves_one_photo_chosen(page, qtbot):
    grid = page.outcome.review.grid
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_Y):
        qtbot.keyClick(grid, key)
    for _ in range(2):
        qtbot.keyClick(grid, Qt.Key.Key_Z, CTRL)
    shown = highlighted(grid)
    assert len(shown) == 1
    assert page.outcome.review.detail._shown[1] == shown[0]
    assert answered_by(page, lambda: qtbot.keyClick(grid, Qt.Key.Key_Y)) == shown


@pytest.mark.parametrize("seed", range(12))
def test_exactly_what_is_shown_as_chosen_is_answered(page, qtbot, seed):
    chance = random.Random(seed)
    review, grid = page.outcome.review, page.outcome.review.grid
    results = page.outcome.run.results
    many = 0
    for _ in range(120):
        what = chance.random()
        if what < 0.35:
            qtbot.keyClick(grid, chance.choice(ARROWS), chance.choice([NONE, NONE, SHIFT, CTRL, BOTH]))
        elif what < 0.45:
            place = chance.randrange(max(1, min(12, grid.pile_model.rowCount())))
            middle = grid.visualRect(grid.pile_model.index(place)).center()
            held = chance.choice([NONE, SHIFT, CTRL])
            qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, held, middle)
        elif what < 0.55:
            qtbot.keyClick(grid, Qt.Key.Key_Z, CTRL)
        elif what < 0.6:
            qtbot.keyClick(grid, Qt.Key.Key_Space, chance.choice([CTRL, SHIFT]))
        elif what < 0.63:
            qtbot.keyClick(grid, chance.choice([Qt.Key.Key_A, Qt.Key.Key_X]), chance.choice([NONE, SHIFT]))
        elif what < 0.66:
            review.tabs.choose(chance.choice([Pile.CHECK, Pile.SURE, Pile.NOT_THEM, Pile.PROBLEM]))
            grid.setFocus()
        else:
            shown = highlighted(grid)
            assert sorted(grid.selected_rows().tolist()) == sorted(shown)
            looked_at = review.detail._shown
            assert (looked_at is not None and looked_at[1] in shown) if shown else looked_at is None
            answerable = results.answerable(np.array(shown, np.intp)).tolist()
            yes = review.detail.decisions.presses[Decision.YES]
            assert yes.isEnabled() == bool(answerable)
            assert yes.text() == ("Yes" if len(answerable) < 2 else f"Yes to {len(answerable)}")
            many += len(answerable) > 1
            before, key = decisions(page), chance.choice(list(ANSWERS))
            expected = before.copy()
            expected[answerable] = same_decision(ANSWERS[key], len(answerable))
            qtbot.keyClick(grid, key)
            assert decisions(page).tolist() == expected.tolist()
            if answerable and grid.pile_model.rowCount():
                assert len(highlighted(grid)) == 1
    assert many


def test_several_are_answered_by_buttons_that_say_so_and_undone_at_once(page, qtbot):
    review, grid = page.outcome.review, page.outcome.review.grid
    before = decisions(page)
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    for _ in range(2):
        qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    shown = highlighted(grid)
    assert [press.text() for press in review.detail.decisions.presses.values()] == [
        "Yes to 3",
        "No to 3",
        "Not sure of 3",
    ]
    assert review.detail._title.text() == "3 photos selected"
    assert answered_by(page, review.detail.decisions.presses[Decision.NO].click) == sorted(shown)
    assert review.detail.decisions.presses[Decision.NO].text() == "No"
    review.detail.undo.click()
    assert decisions(page).tolist() == before.tolist()
    assert sorted(highlighted(grid)) == sorted(shown)
    assert review.detail.decisions.presses[Decision.NO].text() == "No to 3"
    assert not review.detail.undo.isEnabled()


def test_letters_lead_to_no_file(page, qtbot):
    grid = page.outcome.review.grid
    qtbot.keyClick(grid, Qt.Key.Key_End)
    shown = highlighted(grid)
    for key, held in ((Qt.Key.Key_I, NONE), (Qt.Key.Key_Y, SHIFT), (Qt.Key.Key_Space, SHIFT)):
        assert answered_by(page, lambda key=key, held=held: qtbot.keyClick(grid, key, held)) == []
    assert highlighted(grid) == shown
