"""What was asked for in one run belongs to it, though the next one begins before a worker gets to it."""

import threading

import pytest
from made_up import MadeUpApp, MadeUpSession

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.run_copies import PLAN_AFTER_MS
from facesorter.ui.review.run_state import State


class Closed(MadeUpSession):
    """Tells who was closed."""

    def __init__(self, app, let_go):
        super().__init__(app)
        self._let_go = let_go

    def close(self):
        self._let_go.append(self)


class SlowDrive(MadeUpApp):
    """Photos are read once `drive` is there; `let_go` are the sessions that were closed."""

    def __init__(self, profile):
        super().__init__(profile)
        self.drive = threading.Event()
        self.drive.set()
        self.let_go = []

    def session(self):
        return Closed(self, self.let_go)

    def read(self, path):
        assert not path.startswith("/photos") or self.drive.wait(10)
        return super().read(path)


@pytest.fixture
def app(tmp_path):
    return SlowDrive(tmp_path)


@pytest.fixture
def held(jobs):
    """Workers that are busy with something else until `set`."""
    gate = threading.Event()

    def steps():
        yield gate.wait(10)

    for start in (jobs.write, jobs.select, jobs.run, jobs.run, jobs.run, jobs.run):
        start(steps)
    yield gate
    gate.set()


def choose(page, pile):
    page.outcome.review.tabs.choose(pile)
    page.outcome.review.grid.setCurrentIndex(page.outcome.review.grid.pile_model.index(0))


def test_a_decision_and_a_report_are_of_the_run_they_were_asked_for_in(finished, qtbot, app, held):
    run, failed, saved = finished.outcome.run, [], []
    finished.outcome.failed.connect(failed.append)
    finished.outcome.report_saved.connect(saved.append)
    choose(finished, Pile.CHECK)
    finished.outcome.review.decide(Decision.YES)
    finished.outcome.save_report("/report.csv")
    finished.start()
    assert run.session is None
    held.set()
    qtbot.waitUntil(lambda: len(app.decided) == 1 and saved == ["/report.csv"])
    qtbot.waitUntil(lambda: run.state is State.FINISHED)
    assert not failed


def test_a_search_that_is_stopped_before_its_turn_ends_at_once(ready, qtbot, held):
    ready.start()
    run = ready.outcome.run
    run.stop()
    qtbot.waitUntil(lambda: run.state is State.STOPPED)
    qtbot.wait(2 * PLAN_AFTER_MS)
    assert not held.is_set()
    held.set()
    ready.start()
    qtbot.waitUntil(lambda: run.state is State.FINISHED)


def test_pictures_are_loaded_of_the_run_that_is_shown(finished, qtbot, app, caplog):
    review, run = finished.outcome.review, finished.outcome.run
    app.drive.clear()
    review.thumbnails.clear()
    choose(finished, Pile.SURE)
    finished.grab()
    assert review.thumbnails._loading
    finished.start()
    assert review.grid.pile_model.rowCount() == 0
    finished.grab()
    assert not review.thumbnails._loading
    app.drive.set()
    qtbot.waitUntil(lambda: run.state is State.FINISHED)
    qtbot.waitUntil(lambda: bool(review.thumbnails._kept) and not review.thumbnails._loading)
    assert all(one.pixmap is not None for one in review.thumbnails._kept.values())
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


def test_a_session_is_closed_once_its_results_are_not_shown_any_more(finished, qtbot, app):
    run = finished.outcome.run
    first = run.session
    finished.start()
    qtbot.waitUntil(lambda: run.state is State.FINISHED)
    second = run.session
    qtbot.waitUntil(lambda: app.let_go == [first])

    app.fails_with = StorageUnavailable("The folder is out of reach.", "Connect the drive.")
    finished.start()
    qtbot.waitUntil(lambda: run.state is State.FINISHED)
    assert run.session is second
    qtbot.waitUntil(lambda: len(app.let_go) == 2)
    assert second not in app.let_go

    finished.outcome.close_results()
    qtbot.waitUntil(lambda: len(app.let_go) == 3)
    assert app.let_go[-1] is second
