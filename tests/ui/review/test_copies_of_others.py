"""What another profile has copied is there: the window offers to copy only what a click would really copy."""

import hashlib
import threading
from contextlib import closing
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from painted import ANNA, BEN, LIKE_ANNA, PaintedEngine, painted, photographed
from PySide6.QtCore import Qt

from facesorter.app import App, ThreadExecutor
from facesorter.app.sets import PeopleSet
from facesorter.domain.models import Decision, Pile
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort import SortRequest
from facesorter.places.disk import copy_names
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.main_window import MainWindow

WAIT_MS = 30_000
COLORS = {"sure0": ANNA, "sure1": ANNA, "check0": LIKE_ANNA, "check1": LIKE_ANNA, "check2": LIKE_ANNA, "ben": BEN}


@pytest.fixture
def request_(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "anna.png").write_bytes(painted((100, 80, 120, ANNA)))
    for number, (name, color) in enumerate(COLORS.items()):
        (tmp_path / "photos" / f"{name}.jpg").write_bytes(photographed((50, 60, 80, color), seed=number))
    anna = PersonRequest("Anna", (Headshot(str(tmp_path / "anna.png")),))
    return SortRequest((anna,), (str(tmp_path / "photos"),), str(tmp_path / "out"))


@pytest.fixture
def executor():
    with closing(ThreadExecutor()) as made:
        yield made


@pytest.fixture
def app(open_app):
    made = open_app()
    made._engine = cast("LocalEngine", PaintedEngine())
    return made


@pytest.fixture
def copied_by_another(tmp_path, request_, executor):
    """What lies in the destination: what is sure, and two photos that were to check."""
    with closing(App(AppPaths(tmp_path / "other profile"))) as other:
        other._engine = cast("LocalEngine", PaintedEngine())
        other.open()
        list(other.session().run(replace(request_, include_check=True), executor))
    folder = tmp_path / "out" / "PhotosWithAnna"
    (folder / "check2.jpg").unlink()
    return folder


@pytest.fixture
def read(monkeypatch):
    """Which thread has read what in the destination."""
    digest_of, threads = copy_names.digest_of, []

    def reading(path):
        threads.append((path, threading.current_thread()))
        return digest_of(path)

    monkeypatch.setattr(copy_names, "digest_of", reading)
    return threads


@pytest.fixture
def outcome(app, qtbot, jobs, theme, relay):
    """The results of a search that is begun with `begin`."""
    window = MainWindow(app, jobs, theme, relay)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    yield window.sort._shown_outcome()
    window.close()
    jobs.quit()


def run_through(outcome, request, qtbot):
    outcome.begin(request, [None])
    qtbot.waitUntil(lambda: outcome.run.state is State.FINISHED, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(outcome.run.copies.plans), timeout=WAIT_MS)


def answer(outcome, qtbot, name, key, pile=Pile.CHECK):
    run, review = outcome.run, outcome.review
    review.tabs.choose(pile)
    shown = review.grid.pile_model.rows.tolist()
    (row,) = [one for one in shown if run.results.photos.path(one).endswith(name)]
    review.grid.choose_rows(np.array([row]))
    qtbot.keyClick(review.grid, key)
    qtbot.waitUntil(lambda: bool(run.copies.plans), timeout=WAIT_MS)


def test_only_what_is_really_missing_is_offered_and_copied(copied_by_another, request_, outcome, qtbot, read):
    before = {one: (one.stat().st_ino, one.stat().st_mtime_ns) for one in copied_by_another.iterdir()}
    run_through(outcome, request_, qtbot)
    run, button = outcome.run, outcome.change.carry_out
    assert run.results.balance(0).already_there == 2
    assert not button.isVisible(), button.text()
    answer(outcome, qtbot, "check2.jpg", Qt.Key.Key_N)
    answer(outcome, qtbot, "check0.jpg", Qt.Key.Key_Y)
    assert not button.isVisible(), button.text()
    assert run.results.balance(0).already_there in (3, 4), "the answer may have made another one sure"
    answer(outcome, qtbot, "check2.jpg", Qt.Key.Key_Y, Pile.NOT_THEM)
    assert button.text() == "Copy 1 more"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not run.busy and run.results.balance(0).copied == 1, timeout=WAIT_MS)
    assert {one.name for one in copied_by_another.iterdir()} == {f"{name}.jpg" for name in COLORS} - {"ben.jpg"}
    assert {one: (one.stat().st_ino, one.stat().st_mtime_ns) for one in before} == before
    threads = [thread for path, thread in read if path.startswith(str(copied_by_another))]
    assert threads
    assert threading.main_thread() not in threads
    paths = [path for path, _thread in read]
    assert len(set(paths)) == len(paths), "what was read once is known"


def test_a_photo_removed_meanwhile_is_offered_again_and_one_of_others_never_removed(
    copied_by_another, request_, outcome, qtbot
):
    run_through(outcome, request_, qtbot)
    run, button = outcome.run, outcome.change.carry_out
    (copied_by_another / "sure0.jpg").unlink()
    (copied_by_another / "sure1.jpg").write_bytes(b"written over")
    answer(outcome, qtbot, "check0.jpg", Qt.Key.Key_N)
    assert button.text() == "Copy 2 more"
    run.decisions.decide(0, np.arange(6), Decision.NO)
    qtbot.waitUntil(lambda: bool(run.copies.plans), timeout=WAIT_MS)
    assert not button.isVisible(), button.text()


def test_who_looks_first_is_offered_what_is_missing(copied_by_another, request_, outcome, qtbot):
    (copied_by_another / "sure1.jpg").unlink()
    run_through(outcome, replace(request_, dry_run=True), qtbot)
    assert outcome.run.copies.to_copy == 1
    assert outcome.run.results.balance(0).already_there == 1


def test_the_folder_of_a_set_is_up_to_date_too(tmp_path, request_, executor, app):
    def plan(made):
        made.save(replace(made.settings, destination=str(tmp_path / "out")))
        list(made.session().run(replace(request_, dry_run=True), executor))
        made.catalog.person("Ben")
        sure = [hashlib.sha256((tmp_path / "photos" / f"sure{one}.jpg").read_bytes()).digest() for one in range(2)]
        made.catalog.decide(made.catalog.person("Anna"), dict.fromkeys(sure, Decision.YES))
        wanted = PeopleSet(any_of=("Anna",), without=("Ben",))
        return wanted, made.albums.plan_set(wanted)

    with closing(App(AppPaths(tmp_path / "other profile"))) as other:
        other._engine = cast("LocalEngine", PaintedEngine())
        other.open()
        wanted, planned = plan(other)
        assert len(planned.to_copy) == 2
        list(other.albums.copy_set(wanted))
    _wanted, planned = plan(app)
    assert (len(planned.to_copy), len(planned.standing)) == (0, 2)
