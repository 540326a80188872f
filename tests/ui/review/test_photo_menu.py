"""A right click on a photo: its folder, or its path."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QDesktopServices, QGuiApplication

from facesorter.domain.models import Pile
from facesorter.ui.widgets import in_folder


def texts(menu):
    return [action.text() for action in menu.actions()]


def test_a_photo_can_be_shown_in_its_folder_and_its_path_copied(finished, qtbot, monkeypatch):
    menu = finished.outcome.review.menu
    grid = finished.outcome.review.grid
    place = grid.visualRect(grid.pile_model.index(0, 0)).center()
    path = menu.path_at(place)
    assert path == finished.outcome.run.results.photos.path(int(grid.pile_model.rows[0]))
    assert menu.path_at(QPoint(-5, -5)) == ""
    show, copy = menu.menu_for(path).actions()  # a sure photo: nobody asks why not
    copy.trigger()
    assert QGuiApplication.clipboard().text() == path
    shown, opened = [], []
    monkeypatch.setattr(in_folder, "reveal", lambda one: shown.append(one) or len(shown) == 1)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    show.trigger()
    qtbot.waitUntil(lambda: shown == [path])
    qtbot.wait(50)
    assert opened == []
    show.trigger()
    qtbot.waitUntil(lambda: opened == ["/photos"])


def test_what_lies_in_s3_has_no_folder_here(finished):
    assert texts(finished.outcome.review.menu.menu_for("s3://bucket/a.jpg")) == ["Copy path"]


def test_of_a_photo_that_is_not_sure_it_can_be_asked_why_not(finished, qtbot):
    review = finished.outcome.review
    review.tabs.choose(Pile.NOT_THEM)
    qtbot.waitUntil(lambda: review.grid.pile is Pile.NOT_THEM and review.grid.pile_model.rowCount() > 0)
    row = int(review.grid.pile_model.rows[0])
    asked = []
    review.menu.why_asked.disconnect()
    review.menu.why_asked.connect(asked.append)
    menu = review.menu.menu_for(finished.outcome.run.results.photos.path(row), row)
    name = finished.outcome.run.results.names[0]
    assert texts(menu)[-1] == f"Why not {name}?"
    menu.actions()[-1].trigger()
    assert asked == [row]
