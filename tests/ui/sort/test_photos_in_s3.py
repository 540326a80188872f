"""Photos in S3, chosen and sorted in the window, with a real app and an S3 service on this computer."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QInputDialog
from rekognition_server import aws_environment
from s3_server import BUCKET, s3_server
from skimage import data as pictures

from facesorter.domain.models import Pile
from facesorter.ui.review.run_state import State

PLACE = f"s3://{BUCKET}/family"


@pytest.fixture(scope="module")
def aws():
    with s3_server() as (address, s3):
        for name, pixels in (("person", pictures.astronaut()), ("coffee", pictures.coffee())):
            encoded = io.BytesIO()
            Image.fromarray(pixels).save(encoded, "JPEG", quality=92)
            s3.put_object(Bucket=BUCKET, Key=f"family/{name}.jpg", Body=encoded.getvalue())
        yield address


@pytest.fixture
def app(tmp_path, monkeypatch, aws, open_app):
    for name, value in aws_environment(tmp_path, aws, aws).items():
        monkeypatch.setenv(name, value)
    return open_app()


@pytest.fixture
def written(monkeypatch):
    """What the user writes when asked for an address."""
    answer = ["", True]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: tuple(answer))
    return answer


@pytest.mark.parametrize(
    ("answer", "folders"),
    [
        ((PLACE, True), (PLACE,)),
        ((f"  {BUCKET}/family ", True), (PLACE,)),
        ((PLACE, False), ()),
        (("s3://", True), ()),
    ],
)
def test_a_place_is_asked_for(window, written, answer, folders):
    written[:] = answer
    asked = next(action for action in window.sort.where.choose.menu().actions() if "Amazon S3" in action.text())
    asked.trigger()
    assert window.sort.where.folders == folders


def test_the_menu_opens_by_a_key_too(window, qtbot):
    choose = window.sort.where.choose
    choose.setFocus()
    opened = []

    def look():
        opened.append(choose.menu().isVisible())
        choose.menu().hide()

    QTimer.singleShot(300, look)
    qtbot.keyClick(choose, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: opened == [True])


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("s3:///family", "“s3:///family” names no bucket."),
        ("s3://nobodys-bucket/family", "There is no bucket for s3://nobodys-bucket/family."),
        (f"s3://{BUCKET}/famly", f"There is nothing at s3://{BUCKET}/famly."),
    ],
)
def test_a_place_that_is_none_is_told_of(window, qtbot, place, sentence):
    where = window.sort.where
    where.add_folders([place])
    qtbot.waitUntil(lambda: where._told.text().startswith(sentence))


def test_they_are_counted_anew_once_there_is_an_account(window, qtbot, app, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    where = window.sort.where
    where.add_folders([PLACE])
    qtbot.waitUntil(lambda: where._told.text().startswith("No AWS region is set."))
    qtbot.waitUntil(lambda: not where.counting)
    app.save(replace(app.settings, aws_region="eu-west-1"))
    app.use_account()
    window.sort.take_settings()
    qtbot.waitUntil(lambda: where._count.text().startswith("2 photos"))


def test_its_photos_are_counted_found_shown_and_copied(window, qtbot, tmp_path):
    page = window.sort
    page.where.copies_to.destination = str(tmp_path / "out")
    page.where.add_folders([PLACE])
    qtbot.waitUntil(lambda: page.where._count.text().startswith("2 photos"))
    assert not page.where._gone.isVisible()
    head = tmp_path / "anna.png"
    Image.fromarray(pictures.astronaut()).crop((140, 20, 320, 220)).save(head)
    page.who.add_headshots([str(head)])
    qtbot.waitUntil(page.go.isEnabled, timeout=20000)
    page.go.click()
    qtbot.waitUntil(lambda: page.outcome.run.state is State.FINISHED, timeout=30000)
    assert page.outcome.run.results.counts(0)[Pile.SURE] == 1
    copies = [path.name for path in (tmp_path / "out").rglob("*.jpg")]
    assert copies == ["person.jpg"]
    assert page.outcome.change.open.isVisible()
    review = page.outcome.review
    qtbot.waitUntil(lambda: review.grid.pile_model.rowCount() == 1)
    assert not review.keep.isVisible()
    review.grid.setCurrentIndex(review.grid.pile_model.index(0))
    qtbot.waitUntil(lambda: review.detail._loaded is not None)


def test_no_folder_is_opened_where_copies_go_to_s3(window, qtbot, tmp_path):
    page = window.sort
    page.where.copies_to.destination = f"s3://{BUCKET}/found"
    page.where.add_folders([PLACE])
    head = tmp_path / "anna.png"
    Image.fromarray(pictures.astronaut()).crop((140, 20, 320, 220)).save(head)
    page.who.add_headshots([str(head)])
    qtbot.waitUntil(page.go.isEnabled, timeout=20000)
    page.go.click()
    change = page.outcome.change
    qtbot.waitUntil(lambda: change.undo.isVisible() and change.undo.isEnabled(), timeout=30000)
    assert not change.open.isVisible()
