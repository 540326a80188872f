"""Why a photo is not a person's, in the real window: dropped on their page, told, and decided by a button or a box."""

import shutil
from urllib.parse import quote

import pytest
from fitting import cut_off
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDropEvent

from facesorter.app import ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.people.why_dialog import WhyDialog
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route

WAIT_MS = 20_000


@pytest.fixture
def folder(data, tmp_path):
    """Three photos each of two people, one of a third, and one without a face."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person, count in zip(several[:3], (3, 3, 1), strict=True):
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:count]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    Image.new("RGB", (400, 300), "gray").save(tmp_path / "photos" / "back.png")
    return tmp_path / "photos"


@pytest.fixture
def window(folder, open_app, qtbot, jobs, theme, relay):
    """Knows Anna and Ben, three photos each."""
    app, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(app, [str(folder)], executor))
    executor.close()
    for group, name in zip(People(app).unknown(), ("Anna", "Ben"), strict=True):
        People(app).name(group.number, name)
    made = MainWindow(app, jobs, theme, relay)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    yield made
    made.close()


@pytest.fixture
def anna(window, qtbot):
    """Anna's page."""
    window.sidebar.places[Route.PEOPLE].click()
    place = window.pages.currentWidget()
    qtbot.waitUntil(lambda: len(place.findChildren(PersonCard)) == 2, timeout=WAIT_MS)
    place.open(window._app.catalog.person("Anna"))
    qtbot.waitUntil(lambda: len(place.one.grid.album.photos) == 3, timeout=WAIT_MS)
    return place.one


def drop(widget, *paths):
    data = QMimeData()
    data.setData("text/uri-list", "\r\n".join(f"file://{quote(str(path))}" for path in paths).encode())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    widget.dropEvent(QDropEvent(QPoint(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier))


def dialog_of(page, qtbot):
    qtbot.waitUntil(lambda: any(one.isVisible() for one in page.findChildren(WhyDialog)), timeout=WAIT_MS)
    (dialog,) = [one for one in page.findChildren(WhyDialog) if one.isVisible()]
    qtbot.waitUntil(dialog.hint.isVisible, timeout=WAIT_MS)
    return dialog


def test_a_photo_of_somebody_else_dropped_on_the_page_says_whose_it_is(anna, window, folder, qtbot):
    app = window._app
    photo = app.catalog.photos_of([People(app).faces_of(app.catalog.person("Ben"))[0].content])
    drop(anna, next(photo).path)
    dialog = dialog_of(anna, qtbot)
    assert dialog.summary.text() == "This photo does not seem to show Anna."
    assert "more like Ben" in dialog.face.text() or "You said that this is Ben." in dialog.face.text()
    assert [mark.text for mark in dialog.picture.marks if mark.strong] == ["Ben"]

    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.summary.text() == "This photo is one of Anna.", timeout=WAIT_MS)
    assert "The next search copies it." in dialog.advice.text()
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 4, timeout=WAIT_MS)
    qtbot.mouseClick(dialog.no, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "You said that Anna is not in it." in dialog.reasons.text(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 3, timeout=WAIT_MS)


def test_a_box_drawn_where_no_face_is_found_makes_the_photo_hers(anna, folder, qtbot):
    drop(anna, folder / "back.png", next((folder).rglob("*.jpg")))
    dialog = dialog_of(anna, qtbot)
    assert dialog.reasons.text() == "No face was found in it."
    picture = dialog.picture
    middle = QPoint(picture.width() // 2, picture.height() // 2)
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=middle - QPoint(30, 30))
    qtbot.mouseMove(picture, middle)
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 30))
    assert dialog.face.text() == "The box that you have drawn"
    drawn = picture.box
    assert drawn.center == pytest.approx((0.5, 0.5), abs=0.02)
    assert not dialog.no.isEnabled()
    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.summary.text() == "This photo is one of Anna.", timeout=WAIT_MS)
    assert [(mark.box, mark.text) for mark in picture.marks] == [(drawn, "Anna")]
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 4, timeout=WAIT_MS)
    assert drawn in [photo.box for photo in anna.grid.album.photos]

    assert dialog.following.isVisible()
    qtbot.mouseClick(dialog.following, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(picture.marks) > 0 and dialog.hint.isVisible(), timeout=WAIT_MS)
    assert not dialog.following.isVisible()
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert picture.box is None


def test_it_becomes_as_high_as_its_text(anna, folder, qtbot):
    drop(anna, folder / "back.png")
    dialog = dialog_of(anna, qtbot)
    dialog.advice.setText("To have it looked at, search its folder on the Sort page. " * 20)
    dialog.advice.show()
    dialog._show_choice()
    qtbot.waitUntil(lambda: cut_off(dialog) == [])


def test_a_photo_dropped_on_a_card_is_asked_about_and_what_cannot_be_read_is_told(anna, window, tmp_path, qtbot):
    place = window.pages.currentWidget()
    place.show_everybody()
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (card,) = [one for one in place.findChildren(PersonCard) if one.accessibleName().startswith("Ben")]
    drop(card, tmp_path / "broken.jpg")
    qtbot.waitUntil(lambda: place.one.person is not None and place.one.person.name == "Ben", timeout=WAIT_MS)
    (dialog,) = place.one.findChildren(WhyDialog)
    qtbot.waitUntil(lambda: "cannot be searched" in dialog.summary.text(), timeout=WAIT_MS)
    assert "It cannot be used." in dialog.reasons.text()
    assert dialog.yes.isHidden()
    assert dialog.no.isHidden()
