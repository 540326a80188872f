"""What is said on a person's page is in the results of a search for them that are open beside it."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from facesorter.app import ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.routes import Route

WAIT_MS = 30_000


@pytest.fixture
def app(data, tmp_path, open_app):
    """Knows Anna, who is in four photos, by a scan; another four photos show somebody else."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person in several[:2]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:4]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    made, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(made, [str(tmp_path / "photos")], executor))
    executor.close()
    People(made).name(People(made).unknown()[0].number, "Anna")
    return made


@pytest.fixture
def run(window, app, tmp_path, qtbot):
    """A search for Anna that has ended, nothing copied."""
    window.activateWindow()
    photos = [one.photo.path for one in app.people.photos_of(app.people.find("Anna"))]
    page = window.sort
    page.look_first.setChecked(True)
    page.who.add_person("Anna", photos[:1])
    page.where.add_folders([str(tmp_path / "photos")])
    qtbot.waitUntil(page.go.isEnabled, timeout=WAIT_MS)
    page.go.click()
    qtbot.waitUntil(lambda: page.outcome is not None and page.outcome.run.state is State.FINISHED, timeout=WAIT_MS)
    assert pile_sizes(page.outcome.run)[Pile.SURE] == 4
    return page.outcome.run


def pile_sizes(run):
    return Counter({which: count for which, count in run.results.counts(0).items() if count})


def pile_of(run, path):
    (row,) = [row for row in range(len(run.results)) if run.results.photos.path(row) == path]
    return run.results.pile_of(row, 0)


@pytest.fixture
def anna(window, run, app, qtbot):
    """Her page."""
    window.go_to(Route.PEOPLE)
    place = window.pages.currentWidget()
    place.open(app.people.find("Anna"))
    qtbot.waitUntil(lambda: len(place.one.grid.album.photos) == 4, timeout=WAIT_MS)
    return place.one


def take_out(page, qtbot):
    """Take out the first photo, by keys."""
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_Home)
    (chosen,) = page.grid.chosen
    qtbot.keyClick(page.grid, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: chosen.photo.id not in page.grid.album.photos.ids, timeout=WAIT_MS)
    return chosen.photo


def test_who_was_taken_out_is_not_sure_any_more_and_comes_back(window, run, anna, qtbot):
    taken = take_out(anna, qtbot)
    gone = 4 - len(anna.grid.album.photos)
    qtbot.waitUntil(lambda: pile_sizes(run)[Pile.SURE] == 4 - gone, timeout=WAIT_MS)
    assert pile_of(run, taken.path) is Pile.NOT_THEM
    window.go_to(Route.SORT)
    assert run.results.counts(0)[Pile.SURE] == 4 - gone
    qtbot.waitUntil(lambda: window.sort.outcome.review.grid.pile_model.rowCount() == 4 - gone, timeout=WAIT_MS)
    window.go_to(Route.PEOPLE)
    qtbot.waitUntil(lambda: anna.banner.action.isVisibleTo(anna.banner), timeout=WAIT_MS)
    anna.banner.action.click()
    qtbot.waitUntil(lambda: pile_of(run, taken.path) is Pile.SURE, timeout=WAIT_MS)
    assert pile_sizes(run)[Pile.SURE] == 4


def test_a_yes_elsewhere_is_sure_and_what_is_said_in_the_results_stays(run, app, qtbot):
    other = next(row for row in range(len(run.results)) if run.results.pile_of(row, 0) is not Pile.SURE)
    photo, anna = run.results.photos.at(other), app.people.find("Anna")
    app.session().decide(anna, [(photo, Decision.YES)])
    qtbot.waitUntil(lambda: run.results.pile_of(other, 0) is Pile.SURE, timeout=WAIT_MS)
    assert not run.decisions.can_undo, "it is taken back where it was said"
    told = []
    run.answered.connect(lambda *said: told.append(said))
    for decision in (Decision.NO, Decision.YES, Decision.NO):
        run.decisions.decide(0, np.array([other]), decision)
    assert len(told) == 3
    qtbot.waitUntil(lambda: app.catalog.decisions(anna)[photo.content] is Decision.NO, timeout=WAIT_MS)
    qtbot.wait(500)
    assert len(told) == 3, "its own words do not come back to it"


def test_somebody_else_is_none_of_these_results(run, app, qtbot):
    before = run.changes
    photo = run.results.photos.at(0)
    app.session().decide(app.catalog.person("Ben"), [(photo, Decision.YES)])
    qtbot.wait(300)
    assert run.changes == before
    assert Path(photo.path).exists()
