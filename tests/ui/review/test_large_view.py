"""The large view: opened from the grid, answered with its keys, enlarged, and as sharp as it is shown."""

import threading
from dataclasses import replace

import made_up
import pytest
from film_making import make_film, plain
from PySide6.QtCore import QBuffer, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QImage, QImageWriter, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication

from facesorter.app.film_frame import frame_of
from facesorter.domain.models import BoundingBox, Decision, Pile, Score
from facesorter.ui.review import large_loading, play_link
from facesorter.ui.review.run_state import State
from facesorter.ui.widgets import in_folder

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def picture(width, height):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#8090a0"))
    data = QBuffer()
    QImageWriter(data, b"PNG").write(image)
    return bytes(data.data().data())


@pytest.fixture
def page(finished, window, qtbot):
    finished.outcome.review.tabs.choose(Pile.CHECK)
    finished.outcome.review.grid.setFocus()
    qtbot.keyClick(finished.outcome.review.grid, Qt.Key.Key_Home)
    return finished


@pytest.fixture
def large(page, qtbot):
    """The large view with the first photo to check."""
    review = page.outcome.review
    qtbot.keyClick(review.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: review.large.view._loaded is not None)
    return review.large.view


def shown_row(page):
    return page.outcome.review.large.view._shown.row


def test_enter_opens_and_escape_goes_back_to_the_same_photo(page, large, qtbot):
    review = page.outcome.review
    assert review.large.on
    assert large.picture.hasFocus()
    assert not page.steps.isVisible()
    assert not page.log.isVisible()
    row = shown_row(page)
    qtbot.keyClick(large.picture, Qt.Key.Key_Escape)
    assert not review.large.on
    assert review.grid.hasFocus()
    assert review.grid.current_row == row
    assert page.steps.isVisible()


def test_a_double_click_opens_and_closes_nothing_else(page, qtbot):
    review = page.outcome.review
    middle = review.grid.visualRect(review.grid.pile_model.index(2)).center()
    qtbot.mouseClick(review.grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseDClick(review.grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert review.large.on
    assert shown_row(page) == int(review.grid.pile_model.rows[2])
    review.large.show_grid()
    empty = QPoint(review.grid.viewport().width() - 1, review.grid.viewport().height() - 1)
    if not review.grid.indexAt(empty).isValid():
        qtbot.mouseDClick(review.grid.viewport(), Qt.MouseButton.LeftButton, pos=empty)
        assert not review.large.on


def test_arrows_go_through_the_pile_and_stop_at_its_ends(page, large, qtbot):
    rows = page.outcome.review.grid.pile_model.rows.tolist()
    seen = [shown_row(page)]
    for _ in range(len(rows) + 1):
        qtbot.keyClick(large.picture, Qt.Key.Key_Right)
        seen.append(shown_row(page))
    assert seen[: len(rows)] == rows
    assert seen[-1] == rows[-1]
    assert not large.top.next.isEnabled()
    qtbot.keyClick(large.picture, Qt.Key.Key_Left)
    assert shown_row(page) == rows[-2]
    qtbot.keyClick(large.picture, Qt.Key.Key_Home)
    assert shown_row(page) == rows[0]
    large.top.next.click()
    assert shown_row(page) == rows[1]


@pytest.mark.parametrize(
    ("key", "decision"),
    [(Qt.Key.Key_Y, Decision.YES), (Qt.Key.Key_N, Decision.NO), (Qt.Key.Key_Space, Decision.UNSURE)],
)
def test_an_answer_goes_on_to_the_next_and_can_be_taken_back(page, large, qtbot, app, key, decision):
    results = page.outcome.run.results
    row = shown_row(page)
    qtbot.keyClick(large.picture, key)
    assert results.verdict(row, 0)[1] is decision
    assert shown_row(page) != row
    qtbot.waitUntil(lambda: [one[2] for one in app.decided] == [decision])
    assert large.bottom.undo.isEnabled()
    qtbot.keyClick(large.picture, Qt.Key.Key_Z, CTRL)
    assert results.verdict(row, 0)[1] is None
    assert shown_row(page) == row
    assert page.outcome.review.large.on


def test_several_chosen_photos_become_one(page, qtbot, app):
    review = page.outcome.review
    review.grid.selectAll()
    review.detail.larger.click()
    row = shown_row(page)
    qtbot.keyClick(review.large.view.picture, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: len(app.decided) == 1)
    assert page.outcome.run.results.verdict(row, 0)[1] is Decision.YES


def test_an_undone_answer_to_several_is_shown_one_by_one(page, qtbot, app):
    review = page.outcome.review
    review.grid.selectAll()
    qtbot.keyClick(review.grid, Qt.Key.Key_N)
    qtbot.keyClick(review.grid, Qt.Key.Key_Z, CTRL)
    several = len(review.grid.selected_rows())
    review.detail.larger.click()
    view = review.large.view
    qtbot.keyClick(view.picture, Qt.Key.Key_Y)
    qtbot.keyClick(view.picture, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(view.picture, Qt.Key.Key_Z, CTRL)
    before = len(app.decided)
    qtbot.keyClick(view.picture, Qt.Key.Key_Y)
    assert several > 1
    assert len(review.grid.selected_rows()) == 1
    qtbot.waitUntil(lambda: len(app.decided) == before + 1)


def test_the_last_answer_leaves_a_sentence_and_undo_brings_the_photo_back(page, large, qtbot):
    review = page.outcome.review
    for _ in range(review.grid.pile_model.rowCount()):
        qtbot.keyClick(large.picture, Qt.Key.Key_N)
    assert review.large.on
    assert not large.picture.shows_something
    assert large.picture.accessibleDescription() == "Nothing to check."
    assert not large.bottom.decision_buttons[Decision.YES].isEnabled()
    qtbot.keyClick(large.picture, Qt.Key.Key_Y)
    qtbot.keyClick(large.picture, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: large.picture.shows_something)
    assert review.grid.pile_model.rowCount() == 1


def test_every_face_is_boxed_and_named(page, qtbot, monkeypatch):
    other = replace(made_up.FACE, box=BoundingBox(0.75, 0.1, 0.2, 0.3))
    monkeypatch.setattr(
        made_up.MadeUpSession, "faces_of", lambda *_: [(made_up.FACE, [64.0]), (other, [3.5])], raising=True
    )
    review = page.outcome.review
    review.detail.larger.click()
    view = review.large.view
    qtbot.waitUntil(lambda: len(view.picture.marks) == 2)
    first, second = view.picture.marks
    similarity = int(page.outcome.run.results.verdict(shown_row(page), 0)[0].similarity)
    assert (first.text, first.tone, first.strong) == (f"Anna? {similarity}%", "warn", True)
    assert (second.text, second.tone, second.strong) == ("3%", "bad", False)
    assert "Somebody else, 3% similar to Anna" in view.picture.accessibleDescription()


def test_a_face_bears_the_name_of_whom_it_shows(ready, window, qtbot, app, monkeypatch):
    ready.who.add_person("Ben", ["/heads/ben.jpg"])
    qtbot.waitUntil(ready.go.isEnabled)
    other = replace(made_up.FACE, box=BoundingBox(0.75, 0.1, 0.2, 0.3))
    monkeypatch.setattr(
        made_up.MadeUpSession, "faces_of", lambda *_: [(made_up.FACE, [99.0, 1.0]), (other, [2.0, 98.0])]
    )
    monkeypatch.setattr(made_up, "score_of", lambda _number, person: Score(98.0, person))
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=10000)
    review = ready.outcome.review
    review.grid.setCurrentIndex(review.grid.pile_model.index(0))
    review.detail.larger.click()
    qtbot.waitUntil(lambda: len(review.large.view.picture.marks) == 2)
    assert [(mark.text, mark.strong) for mark in review.large.view.picture.marks] == [
        ("Anna, 98%", True),
        ("Ben, 98%", False),
    ]


class TestZoom:
    @pytest.fixture
    def app(self, app):
        app.picture = picture(3000, 2000)
        return app

    @pytest.fixture
    def sides(self, monkeypatch):
        """How large photos were asked for."""
        asked = []
        load = large_loading.load_photo

        def note(session, photo_id, path, side_px, face_index):
            asked.append(side_px)
            return load(session, photo_id, path, side_px, face_index)

        monkeypatch.setattr(large_loading, "load_photo", note)
        return asked

    def test_keys_enlarge_and_fit(self, page, large, qtbot):
        picture = large.picture
        fitted = picture.zoom
        assert picture.fits
        qtbot.keyClick(picture, Qt.Key.Key_Plus)
        assert picture.zoom == pytest.approx(1.25 * fitted)
        qtbot.keyClick(picture, Qt.Key.Key_Minus)
        assert picture.fits
        qtbot.keyClick(picture, Qt.Key.Key_Minus)
        assert picture.zoom == fitted
        qtbot.keyClick(picture, Qt.Key.Key_1)
        assert picture.zoom == 1.0
        assert large.top._zoom.text() == "100%"
        for _ in range(30):
            qtbot.keyClick(picture, Qt.Key.Key_Plus)
        assert picture.zoom == 8 * picture.devicePixelRatioF()
        qtbot.keyClick(picture, Qt.Key.Key_0)
        assert picture.fits

    def test_what_is_below_the_mouse_stays_there(self, large, qtbot):
        picture = large.picture
        picture.zoom_to(0.8)
        for place in (QPointF(200, 150), QPointF(picture.width() / 2, picture.height() / 2)):
            before = picture._target()
            part = (place.x() - before.left()) / before.width(), (place.y() - before.top()) / before.height()
            event = QWheelEvent(
                place,
                QPointF(picture.mapToGlobal(place.toPoint())),
                QPoint(0, 0),
                QPoint(0, 240),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,  # noqa: FBT003 - Qt's only way to say it
            )
            QApplication.sendEvent(picture, event)
            after = picture._target()
            assert after.width() > before.width()
            assert (place.x() - after.left()) / after.width() == pytest.approx(part[0], abs=1e-6)
            assert (place.y() - after.top()) / after.height() == pytest.approx(part[1], abs=1e-6)

    def test_it_is_moved_with_mouse_and_keys_and_never_out_of_view(self, large, qtbot):
        picture = large.picture
        picture.zoom_to(2.0)
        before = picture._target().topLeft()
        qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
        qtbot.mouseMove(picture, QPoint(250, 170))
        qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(250, 170))
        moved = picture._target().topLeft() - before
        assert (round(moved.x()), round(moved.y())) == (-50, -30)
        row = large._shown.row
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
            for _ in range(80):
                qtbot.keyClick(picture, key, SHIFT)
            target = picture._target()
            assert target.left() <= 0.01
            assert target.top() <= 0.01
            assert target.right() >= picture.width() - 0.01
            assert target.bottom() >= picture.height() - 0.01
        assert large._shown.row == row

    def test_the_deciding_face_comes_to_the_middle(self, large):
        large.picture.zoom_to(2.0)
        box, target = made_up.FACE.box, large.picture._target()
        x = target.left() + box.center[0] * target.width()
        assert x == pytest.approx(large.picture.width() / 2, abs=1)

    def test_more_pixels_are_loaded_only_where_they_are_shown(self, page, sides, qtbot):
        review = page.outcome.review
        review.detail.larger.click()
        view = review.large.view
        qtbot.waitUntil(lambda: view._loaded is not None)
        qtbot.wait(300)
        view_px = max(view.picture.width(), view.picture.height()) * view.devicePixelRatioF()
        assert view_px <= max(sides) < view_px + large_loading.STEP_PX
        qtbot.keyClick(view.picture, Qt.Key.Key_1)
        qtbot.waitUntil(lambda: view._loaded.image.width() == 3000)
        assert view.picture.zoom == 1.0
        assert max(sides) <= large_loading.MOST_PX

    def test_the_next_photo_is_loaded_ahead_and_shown_at_once(self, page, sides, qtbot):
        review = page.outcome.review
        review.detail.larger.click()
        view = review.large.view
        qtbot.waitUntil(lambda: len(view._loading._kept) == 2)
        loads = len(sides)
        qtbot.keyClick(view.picture, Qt.Key.Key_Right)
        assert view._loaded is not None
        assert len(sides) == loads

    def test_what_is_kept_has_a_bound(self, page, qtbot, monkeypatch):
        monkeypatch.setattr(large_loading, "KEPT_BYTES", 8_000_000)
        review = page.outcome.review
        review.detail.larger.click()
        view = review.large.view
        for _ in range(5):
            qtbot.waitUntil(lambda: view._loaded is not None)
            qtbot.keyClick(view.picture, Qt.Key.Key_Right)
        qtbot.wait(200)
        kept = view._loading._kept
        assert len(kept) == 1 or sum(one.image.sizeInBytes() for _side, one in kept.values()) <= 8_000_000


def test_nothing_is_read_in_the_windows_thread(page, qtbot, monkeypatch):
    threads = set()
    read = made_up.MadeUpSession.read

    def note(session, path):
        threads.add(threading.current_thread())
        return read(session, path)

    monkeypatch.setattr(made_up.MadeUpSession, "read", note)
    page.outcome.review.detail.larger.click()
    view = page.outcome.review.large.view
    qtbot.waitUntil(lambda: view._loaded is not None)
    qtbot.keyClick(view.picture, Qt.Key.Key_1)
    qtbot.wait(300)
    assert threads
    assert threading.main_thread() not in threads


def test_a_photo_that_is_damaged_says_so(page, qtbot, app):
    app.picture = b""
    page.outcome.review.thumbnails.clear()
    page.outcome.review.detail.larger.click()
    view = page.outcome.review.large.view
    qtbot.waitUntil(lambda: view.bottom.problem.text() == "This file is damaged.")
    assert view.bottom.problem.isVisible()


def test_a_problem_is_told_and_cannot_be_answered(ready, window, qtbot, app):
    app.photos = 120
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    review = ready.outcome.review
    review.tabs.choose(Pile.PROBLEM)
    review.grid.setCurrentIndex(review.grid.pile_model.index(0))
    review.detail.larger.click()
    assert review.large.view.bottom.problem.text() == "This file is damaged."
    assert not review.large.view.bottom.decision_buttons[Decision.YES].isEnabled()


def test_a_photo_is_shown_in_its_folder_and_its_path_copied(page, large, qtbot, monkeypatch):
    path = page.outcome.run.results.photos.path(shown_row(page))
    large.bottom.copy.click()
    assert QGuiApplication.clipboard().text() == path
    shown = []
    monkeypatch.setattr(in_folder, "reveal", lambda one: shown.append(one) or True)
    large.bottom.folder.click()
    qtbot.waitUntil(lambda: shown == [path])


def test_a_film_shows_its_best_frame_and_plays_from_there(ready, window, qtbot, tmp_path, monkeypatch):
    film = make_film(tmp_path / "party.mp4", [plain((200, 30, 30)), plain((30, 30, 200))])
    photo_of, played = made_up.photo_of, []
    monkeypatch.setattr(made_up, "photo_of", lambda number: replace(photo_of(number), path=str(film)))
    faces = [(replace(made_up.FACE, seconds=seconds), [60.0]) for seconds in (0.5, 2.5)]
    monkeypatch.setattr(made_up.MadeUpSession, "faces_of", lambda *_: faces)
    monkeypatch.setattr(made_up.MadeUpSession, "frame", lambda _, path, at: frame_of(path, at, lambda _: b""))
    monkeypatch.setattr(play_link, "play", lambda *given: played.append(given) or True)
    ready.start()
    review = ready.outcome.review
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=10000)
    review.tabs.choose(Pile.CHECK)
    review.grid.setCurrentIndex(review.grid.pile_model.index(0))
    review.detail.larger.click()
    view = review.large.view
    qtbot.waitUntil(lambda: view._loaded is not None, timeout=10000)
    assert "video, at 0:00" in view.top._facts.text()
    assert len(view.picture.marks) == 1
    view.bottom.play.click()
    qtbot.waitUntil(lambda: played == [(str(film), 0.5)])


def test_what_comes_in_does_not_move_the_photo_that_is_looked_at(ready, window, qtbot, app):
    app.gate = threading.Event()
    ready.start()
    run, review = ready.outcome.run, ready.outcome.review
    qtbot.waitUntil(lambda: run.done == 11)
    review.tabs.choose(Pile.NOT_THEM)
    review.grid.setCurrentIndex(review.grid.pile_model.index(0))
    review.detail.larger.click()
    row = review.large.view._shown.row
    app.gate.set()
    qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=10000)
    assert review.large.on
    assert review.large.view._shown.row == row


def test_another_run_begins_with_the_grid(page, large, qtbot):
    page.start()
    assert not page.outcome.review.large.on
    assert page.steps.isVisible()
    qtbot.waitUntil(lambda: page.outcome.run.state is State.FINISHED, timeout=10000)


def test_its_controls_are_named_and_reached_with_the_tab_key(window, page, large, qtbot):
    buttons = [one for one in large.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) >= 12
    for one in buttons:
        heard = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
        assert heard == (one.text() or one.accessibleName())
        assert heard
    large.picture.setFocus()
    reached = set()
    for _ in range(60):
        window.focusNextChild()
        reached.add(window.focusWidget())
    assert {one for one in buttons if one.isEnabled()} <= reached


def test_enter_on_a_button_presses_it(page, large, qtbot):
    row = shown_row(page)
    large.top.next.setFocus()
    qtbot.keyClick(large.top.next, Qt.Key.Key_Return)
    assert page.outcome.review.large.on
    assert shown_row(page) != row


@pytest.mark.parametrize("size", [(900, 600), (1024, 700), (1366, 768), (1920, 1040)])
@pytest.mark.parametrize("points", [10, 16])
def test_nothing_is_cut_off(window, page, qtbot, qapp, size, points):
    from fitting import cut_off

    font, usual = qapp.font(), qapp.font()
    font.setPointSize(points)
    qapp.setFont(font)
    try:
        window.resize(*size)
        page.outcome.review.detail.larger.click()
        qtbot.waitUntil(lambda: page.outcome.review.large.view._loaded is not None)
        assert cut_off(page.outcome.review.large.view) == []
        assert page.outcome.review.large.view.picture.height() > 200
    finally:
        qapp.setFont(usual)
