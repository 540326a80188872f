"""Somebody is in a photo once, unless the user says otherwise: a mirror or a collage, in the large view."""

from contextlib import closing

import pytest
from PIL import Image, ImageOps
from PySide6.QtCore import QPointF, Qt

from facesorter.app import ThreadExecutor
from facesorter.domain.events import PhotoCompared
from facesorter.domain.models import Decision, Pile
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.main_window import MainWindow

WAIT_MS = 30_000
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def request_(data, tmp_path):
    """A search for Anna in a mirror: she is in it twice."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    first, second = sorted(several[0].iterdir())[:2]
    photo, headshot = Image.open(second), tmp_path / "head.jpg"
    Image.open(first).save(headshot)
    mirror = Image.new("RGB", (2 * photo.width, photo.height))
    mirror.paste(photo, (0, 0))
    mirror.paste(ImageOps.mirror(photo), (photo.width, 0))
    (tmp_path / "photos").mkdir()
    mirror.save(tmp_path / "photos" / "mirror.png")
    anna = PersonRequest("Anna", (Headshot(str(headshot)),))
    return SortRequest((anna,), (str(tmp_path / "photos"),), str(tmp_path / "out"), dry_run=True)


@pytest.fixture
def app(open_app):
    return open_app()


@pytest.fixture
def page(app, request_, qtbot, jobs, theme, relay):
    window = MainWindow(app, jobs, theme, relay)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.sort._shown_outcome().begin(request_, [None])
    outcome = window.sort.outcome
    assert outcome is not None
    run = outcome.run
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=WAIT_MS)
    assert run.results is not None
    assert run.results.pile_of(0, 0) is Pile.SURE
    yield window.sort
    window.close()
    jobs.quit()


@pytest.fixture
def large(page, qtbot):
    grid = page.outcome.review.grid
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    view = page.outcome.review.large.view
    qtbot.waitUntil(lambda: view._loaded is not None and len(view.picture.marks) >= 2, timeout=WAIT_MS)
    return view


def of_anna(view):
    return [mark.text.startswith("Anna") for mark in view.picture.marks]


def boxes_said(app):
    faces = app.catalog.face_decisions(app.catalog.person("Anna"))
    return sorted(face.box.left for face, said in faces.items() if said is Decision.YES and face.box is not None)


def choose_other(large, qtbot):
    """By keys, the face that is not taken for Anna."""
    for _ in range(len(large.picture.marks)):
        qtbot.keyClick(large.picture, Qt.Key.Key_F)
        if "too" in large.bottom.face.text():
            return
    raise AssertionError("no face can be said to be Anna's too")


def test_keys_say_that_both_are_her_and_later_runs_show_it(page, large, app, request_, qtbot):
    assert of_anna(large).count(True) == 1
    assert not large.bottom.face.isVisible()
    choose_other(large, qtbot)
    assert large.bottom.face.text() == "This face is Anna too"
    chosen = [mark.strong for mark in large.picture.marks]
    assert chosen.count(True) == 1
    qtbot.keyClick(large.picture, Qt.Key.Key_M)
    assert of_anna(large).count(True) == 2
    qtbot.waitUntil(lambda: len(boxes_said(app)) == 2, timeout=WAIT_MS)
    assert boxes_said(app)[0] < 0.5 <= boxes_said(app)[1]
    teaching = page.outcome.review.check.answers
    qtbot.waitUntil(lambda: teaching._job is None and not teaching._said, timeout=WAIT_MS)
    reconsidering = page.outcome.run.begun._sort.reconsidering
    assert len(reconsidering.person_queries[0].said_faces(page.outcome.run.results.photos.at(0).identities)) == 2
    qtbot.keyClick(large.picture, Qt.Key.Key_Y)  # says nothing new, and takes nothing back
    with closing(ThreadExecutor()) as executor:
        session = app.session()
        events = list(session.run(request_, executor))
    (compared,) = [one for one in events if isinstance(one, PhotoCompared) and one.final]
    assert compared.verdicts[0].decision is Decision.YES
    assert len(session.said_faces(compared.photo.id)[compared.verdicts[0].person.id]) == 2
    session.close()


def test_a_click_chooses_a_face_and_the_button_takes_it_back(large, app, qtbot):
    def click(place):
        target, box = large.picture._target(), large.picture.marks[place].box
        at = QPointF(
            target.left() + box.center[0] * target.width(), target.top() + box.center[1] * target.height()
        ).toPoint()
        qtbot.mouseClick(large.picture, Qt.MouseButton.LeftButton, pos=at)

    other = of_anna(large).index(False)
    click(other)
    assert large.picture.marks[other].strong
    large.bottom.face.click()
    assert of_anna(large)[other]
    assert large.bottom.face.text() == "This face is not Anna"
    large.bottom.face.click()
    assert of_anna(large).count(True) == 1
    qtbot.waitUntil(lambda: len(boxes_said(app)) == 1, timeout=WAIT_MS)
    click(of_anna(large).index(True))
    assert not large.bottom.face.isVisible(), "she is in it"


def test_undo_takes_it_back(large, app, qtbot):
    choose_other(large, qtbot)
    qtbot.keyClick(large.picture, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: len(boxes_said(app)) == 2, timeout=WAIT_MS)
    qtbot.keyClick(large.picture, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not app.catalog.face_decisions(app.catalog.person("Anna")), timeout=WAIT_MS)
    assert of_anna(large).count(True) == 1


def test_after_a_restart_both_faces_are_hers(page, large, app, qtbot):
    choose_other(large, qtbot)
    qtbot.keyClick(large.picture, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: len(boxes_said(app)) == 2, timeout=WAIT_MS)
    request = page.outcome.run.request
    page.outcome.begin(request, [None])
    qtbot.waitUntil(lambda: page.outcome.run.state is State.FINISHED, timeout=WAIT_MS)
    grid = page.outcome.review.grid
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: of_anna(large).count(True) == 2, timeout=WAIT_MS)
