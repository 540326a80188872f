"""What a run does around the window: sleep held off, progress beside the icon, a notice of an end that nobody saw."""

import threading
from typing import ClassVar

import pytest

from facesorter.domain.errors import StorageUnavailable
from facesorter.ui.review import outcome
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import run_manners
from facesorter.ui.shell.run_manners import RunManners


class Held:
    """Stands in for `Awake`: `now` are those that hold sleep off."""

    now: ClassVar[list] = []
    begun = 0

    def __init__(self, reason):
        assert reason
        Held.begun += 1
        Held.now.append(self)

    def end(self):
        Held.now.remove(self)


class Bar:
    def __init__(self):
        self.shown = []

    def show(self, percent):
        self.shown.append(percent)

    def close(self):
        self.shown.append("closed")


class NotedManners(RunManners):
    """Notes its notices and `bars`."""

    def __init__(self, outcome, window, bars):
        self.bars, self.notices = bars, []
        super().__init__(outcome, window)

    def show_notice(self, title, text):
        self.notices.append((title, text))


@pytest.fixture
def manners(window, monkeypatch):
    Held.now, Held.begun = [], 0
    monkeypatch.setattr(run_manners, "Awake", Held)
    bars = []

    def bar(handle):
        assert handle == int(window.winId())
        bars.append(Bar())
        return bars[-1]

    monkeypatch.setattr(run_manners, "progress_beside_icon", bar)
    return NotedManners(window.sort.prepare(), window, bars)


def test_the_computer_stays_awake_exactly_while_a_run_works(manners, ready, app, qtbot):
    app.gate = threading.Event()
    assert not Held.now
    ready.start()
    run = ready.outcome.run
    assert len(Held.now) == 1
    run.pause()
    assert not Held.now, "a run that somebody paused needs no wakeful computer"
    run.resume()
    assert len(Held.now) == 1
    app.gate.set()
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=10000)
    assert not Held.now
    run.copies.undo()
    assert len(Held.now) == 1
    qtbot.waitUntil(lambda: not run.copies.changing, timeout=10000)
    assert not Held.now
    assert Held.begun == 3


def test_it_sleeps_again_after_a_run_that_failed(manners, ready, app, qtbot):
    app.fails_with = RuntimeError("broken")
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FAILED, timeout=10000)
    assert Held.begun == 1
    assert not Held.now


def test_progress_is_shown_in_whole_percents_and_taken_away(manners, ready, app, qtbot):
    app.photos = 2000
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    [bar] = manners.bars
    assert bar.shown[-2:] == [None, "closed"]
    percents = bar.shown[:-2]
    assert percents == sorted(set(percents))
    assert percents[-1] == 100


@pytest.mark.parametrize(("seen", "long"), [(True, True), (True, False), (False, True), (False, False)])
def test_only_the_end_of_a_long_run_that_nobody_saw_is_told(manners, ready, monkeypatch, qtbot, seen, long):
    monkeypatch.setattr(ready.window(), "isActiveWindow", lambda: seen)
    monkeypatch.setattr(run_manners, "LONG_SECONDS", 0 if long else 3600)
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=10000)
    if seen or not long:
        assert manners.notices == []
    else:
        [(title, text)] = manners.notices
        assert title == "The search has ended."
        assert "60 photos" in text
        assert "copied" in text


def test_a_search_that_could_not_start_is_told_once_and_the_one_before_it_not_again(
    manners, ready, app, window, monkeypatch, qtbot
):
    ready.start()
    run = ready.outcome.run
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=10000)
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    monkeypatch.setattr(run_manners, "LONG_SECONDS", 0)
    announced = []
    monkeypatch.setattr(outcome, "announce", lambda _widget, text, **_how: announced.append(text))
    app.fails_with = StorageUnavailable("The folder is out of reach.", "Connect the drive.")
    ready.start()
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=10000)
    [(_title, text)] = manners.notices
    assert text.startswith("The search could not start.")
    assert announced == []
    assert not Held.now
    assert manners.bars[-1].shown[-1] == "closed"


def test_a_run_that_waits_for_room_is_told_too(manners, ready, app, window, monkeypatch, qtbot):
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    monkeypatch.setattr(run_manners, "LONG_SECONDS", 0)
    app.pauses = 1
    ready.start()
    qtbot.waitUntil(lambda: manners.notices != [], timeout=10000)
    [(title, text)] = manners.notices
    assert title == "FaceSorter is waiting for you."
    assert "The disk is full." in text
    assert not Held.now
    ready.outcome.run.stop()
    qtbot.waitUntil(lambda: not ready.outcome.run.busy, timeout=10000)
