"""The order of the photos, what they are called, and how large they are: chosen, worked out, remembered."""

import random
import threading
from pathlib import PurePath

import made_up
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from facesorter.domain.models import NO_TIME, Pile
from facesorter.ui.review.order import Order, by_date, by_folder, by_name
from facesorter.ui.review.run_state import State
from facesorter.ui.review.short_names import ShortNames


def in_order(rows, paths):
    return [paths[row] for row in rows]


def test_names_are_in_the_order_people_read_them():
    paths = ["/b/IMG_10.jpg", "/a/img_2.jpg", "/a/IMG_10.jpg", "/a/Zoë.jpg", "/a/äpfel.jpg", "s3://c/d/IMG_3.jpg"]
    assert in_order(by_name(paths), paths) == [
        "/a/img_2.jpg",
        "s3://c/d/IMG_3.jpg",
        "/a/IMG_10.jpg",
        "/b/IMG_10.jpg",
        "/a/Zoë.jpg",
        "/a/äpfel.jpg",
    ]


def test_a_folder_comes_before_what_is_in_its_folders():
    paths = ["/a 1/x.jpg", "/a/b/a.jpg", "/a/z.jpg", "/a/b/b.jpg", "/a/10/c.jpg", "/a/9/c.jpg"]
    assert in_order(by_folder(paths), paths) == [
        "/a/z.jpg",
        "/a/9/c.jpg",
        "/a/10/c.jpg",
        "/a/b/a.jpg",
        "/a/b/b.jpg",
        "/a 1/x.jpg",
    ]


def test_many_names_are_in_order_too():
    chance = random.Random(3)
    paths = [f"/{chance.randrange(50)}/IMG_{chance.randrange(10**6)}.jpg" for _ in range(20_000)]
    numbers = [int(PurePath(paths[row]).stem[4:]) for row in by_name(paths).tolist()]
    assert numbers == sorted(numbers)


def test_the_newest_come_first_and_what_has_no_date_last():
    year = 31_536_000
    ids = np.array([1, 2, 3, 4])
    modified = np.array([50 * year * 10**9, NO_TIME, 40 * year * 10**9, 53 * year * 10**9])
    assert by_date(ids, modified, {4: 30 * year}).tolist() == [0, 2, 3, 1]
    assert by_date(ids[:0], modified[:0], {}).tolist() == []


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/p/2019/a.jpg", "/p/2020/b.jpg"], ["a.jpg", "b.jpg"]),
        (["/p/2019/a.jpg", "/p/2020/a.jpg", "/p/b.jpg"], ["2019/a.jpg", "2020/a.jpg", "b.jpg"]),
        (["/x/1/a.jpg", "/y/1/a.jpg", "/y/2/a.jpg"], ["x/1/a.jpg", "y/1/a.jpg", "2/a.jpg"]),
        (["/a.jpg", "/x/a.jpg"], ["/a.jpg", "x/a.jpg"]),
        (["s3://b/k/a.jpg", "s3://c/k/a.jpg"], ["b/k/a.jpg", "c/k/a.jpg"]),
        (["/a.jpg", "/a.jpg"], ["a.jpg", "a.jpg"]),
    ],
)
def test_equal_names_are_told_apart_by_their_folders(paths, names):
    known = ShortNames()
    for path in paths:
        known.add(path)
    assert [known.of(path) for path in paths] == names


def test_names_are_unique_whatever_the_folders():
    chance = random.Random(5)
    paths = {"/" + "/".join(chance.choice("ab") for _ in range(chance.randrange(1, 6))) + "/x.jpg" for _ in range(60)}
    known = ShortNames()
    for path in paths:
        known.add(path)
    names = {path: known.of(path) for path in paths}
    assert len(set(names.values())) == len(paths)
    assert all(path.endswith(name) for path, name in names.items())


def names_shown(page):
    model = page.outcome.review.grid.pile_model
    return [model.results.photos.path(int(row)) for row in model.rows]


@pytest.mark.parametrize("order", [Order.NAME, Order.DATE, Order.FOLDER])
def test_an_order_is_shown_and_remembered(finished, qtbot, app, order):
    review = finished.outcome.review
    review.tabs.choose(Pile.NOT_THEM)
    alike = names_shown(finished)
    place = review.bar.orders.findData(order)
    review.bar.orders.setCurrentIndex(place)
    qtbot.waitUntil(lambda: review.arrangement.is_known)
    assert names_shown(finished) != alike
    shown = names_shown(finished)
    assert sorted(shown) == sorted(alike)
    if order is Order.DATE:
        taken = finished.outcome.run.session.taken_at()
        rows = review.grid.pile_model.rows.tolist()
        photos = [finished.outcome.run.results.photos.at(row) for row in rows]
        moments = [taken.get(photo.id, 1_600_000_000) for photo in photos]
        assert moments == sorted(moments, reverse=True)
    else:
        assert shown == sorted(shown)
    qtbot.waitUntil(lambda: app.settings.photo_order == order)
    review.tabs.choose(Pile.SURE)
    assert len(names_shown(finished)) == finished.outcome.run.results.counts(0)[Pile.SURE]


def test_photos_that_come_later_stand_at_the_end_until_the_run_is_over(ready, qtbot, app):
    app.gate = threading.Event()
    ready.start()
    run, review = ready.outcome.run, ready.outcome.review
    qtbot.waitUntil(lambda: run.done == 11)
    review.tabs.choose(Pile.NOT_THEM)
    review.bar.orders.setCurrentIndex(review.bar.orders.findData(Order.DATE))
    qtbot.waitUntil(lambda: review.arrangement.is_known)
    before = names_shown(ready)
    app.gate.set()
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=10000)
    qtbot.waitUntil(lambda: review.arrangement.is_known)
    assert len(before) < len(names_shown(ready))
    assert len(names_shown(ready)) == run.results.counts(0)[Pile.NOT_THEM]


def test_whoever_is_at_the_top_stays_there_when_a_run_ends(ready, qtbot, app):
    app.photos, app.gate = 400, threading.Event()
    ready.start()
    run, review = ready.outcome.run, ready.outcome.review
    qtbot.waitUntil(lambda: run.done == 11)
    review.tabs.choose(Pile.NOT_THEM)
    first = names_shown(ready)[0]
    app.gate.set()
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=20000)
    qtbot.waitUntil(lambda: review.arrangement.is_known)
    qtbot.waitUntil(lambda: names_shown(ready)[0] != first)
    assert review.grid.verticalScrollBar().maximum() > 0 == review.grid.verticalOffset()


def test_an_order_that_cannot_be_worked_out_leaves_photos_as_they_came(finished, qtbot, monkeypatch):
    asked = []

    def fails(_session):
        asked.append(True)
        raise OSError("disk")

    monkeypatch.setattr(made_up.MadeUpSession, "taken_at", fails)
    review = finished.outcome.review
    told = []
    finished.outcome.failed.connect(told.append)
    review.bar.orders.setCurrentIndex(review.bar.orders.findData(Order.DATE))
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(100)
    assert len(asked) == 1
    assert review.grid.pile_model.rowCount() > 0


def wheel(grid, notches, held):
    middle = QPointF(grid.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(grid.viewport().mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - Qt's only way to say it
    )
    QApplication.sendEvent(grid.viewport(), event)


def test_the_size_follows_slider_wheel_and_keys_and_is_remembered(finished, qtbot, app):
    review, grid = finished.outcome.review, finished.outcome.review.grid
    columns = grid.cells.columns
    wheel(grid, 3, Qt.KeyboardModifier.ControlModifier)
    larger = grid.least_width_px
    assert larger > 140
    assert review.bar.slider.value() == larger
    assert grid.cells.columns < columns
    wheel(grid, 3, Qt.KeyboardModifier.NoModifier)
    assert grid.least_width_px == larger
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert grid.least_width_px < larger
    review.bar.slider.setValue(400)
    assert grid.least_width_px == 400
    assert grid.thumbnail_side_px == round(840 * grid.devicePixelRatioF())
    qtbot.waitUntil(lambda: app.settings.thumbnail_px == 400)
    wheel(grid, -60, Qt.KeyboardModifier.ControlModifier)
    assert grid.least_width_px == review.bar.slider.minimum()


def test_the_chosen_photo_stays_in_view_when_thumbnails_grow(ready, qtbot, app):
    app.photos = 400
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    grid = ready.outcome.review.grid
    ready.outcome.review.tabs.choose(Pile.NOT_THEM)
    grid.setCurrentIndex(grid.pile_model.index(90))
    for size in (300, 100, 420, 90):
        ready.outcome.review.bar.slider.setValue(size)
        assert grid.viewport().rect().intersects(grid.visualRect(grid.currentIndex()))


def test_a_picture_is_scaled_and_cut_once_for_its_cell(finished, qtbot, theme, monkeypatch):
    from facesorter.ui.review.thumbnail_delegate import ThumbnailDelegate

    review, drawn = finished.outcome.review, []
    paint = ThumbnailDelegate._paint_picture
    monkeypatch.setattr(ThumbnailDelegate, "_paint_picture", lambda *given: drawn.append(1) or paint(*given))
    first, end = review.grid.in_view()
    photos = [review.grid.pile_model.results.photos.at(int(row)) for row in review.grid.pile_model.rows[first:end]]
    qtbot.waitUntil(lambda: all(review.thumbnails.get(photo, 0) is not None for photo in photos))
    review.grid.viewport().repaint()
    drawn.clear()
    before = review.grid.viewport().grab().toImage()
    assert drawn == []
    theme.choose("dark")
    review.grid.viewport().repaint()
    assert len(drawn) == end - first
    theme.choose("light")
    assert review.grid.viewport().grab().toImage() == before


def test_a_larger_thumbnail_is_loaded_when_it_is_wanted(finished, qtbot, monkeypatch):
    thumbnails = finished.outcome.review.thumbnails
    photo = finished.outcome.run.results.photos.at(0)
    qtbot.waitUntil(lambda: thumbnails.get(photo, 100) is not None)
    qtbot.waitUntil(lambda: thumbnails.get(photo, 3000).side_px == 3000)
    assert thumbnails.get(photo, 100).side_px == 3000
    assert thumbnails._kept_bytes == sum(one.size_bytes for one in thumbnails._kept.values())
