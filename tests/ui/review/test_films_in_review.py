"""A film shows the frame with the person, its time, and a way to play it from there."""

from dataclasses import replace
from typing import cast

import made_up
import numpy as np
import pytest
from film_making import make_film, plain
from made_up import MadeUpSession
from PySide6.QtCore import Qt

from facesorter.app.film_frame import frame_of
from facesorter.app.services import SessionService
from facesorter.domain.events import PhotosFound
from facesorter.domain.models import Pile
from facesorter.ui.review import play_link
from facesorter.ui.shell import words
from facesorter.ui.widgets.pictures import load_photo

RED, BLUE = (200, 30, 30), (30, 30, 200)


class FilmSession:
    """Two faces: one that is like nobody at 0.5 s, in red, and one that is like somebody at 2.5 s, in blue."""

    def faces_of(self, photo_id):
        return [(replace(made_up.FACE, seconds=0.5), [10.0]), (replace(made_up.FACE, seconds=2.5), [90.0])]

    def frame(self, path, seconds):
        return frame_of(path, seconds, lambda _: b"")


@pytest.fixture
def film(tmp_path):
    return make_film(tmp_path / "party.mp4", [plain(RED), plain(BLUE)])


def color_of(image):
    color = image.pixelColor(image.width() // 2, image.height() // 2)
    return [color.red(), color.green(), color.blue()]


@pytest.mark.parametrize(("face", "seconds", "color"), [(None, 2.5, BLUE), (0, 0.5, RED), (1, 2.5, BLUE)])
def test_the_frame_of_the_face_is_loaded(film, face, seconds, color):
    loaded = load_photo(cast("SessionService", FilmSession()), 1, str(film), 160, face)
    assert loaded.seconds == seconds
    assert np.abs(np.subtract(color_of(loaded.image), color)).max() < 15
    assert len(loaded.faces) == 2


def test_a_film_without_a_face_shows_a_frame_all_the_same(film, monkeypatch):
    monkeypatch.setattr(FilmSession, "faces_of", lambda *_: [])
    assert load_photo(cast("SessionService", FilmSession()), 1, str(film), 160).seconds == pytest.approx(0, abs=0.4)


def test_times_are_told_as_players_tell_them():
    assert [words.moment(seconds) for seconds in (0.4, 61.9, 3723)] == ["0:00", "1:01", "1:02:03"]


def test_the_pane_tells_the_time_and_plays_the_film_from_there(ready, window, qtbot, film, monkeypatch):
    played = []
    photo_of = made_up.photo_of
    monkeypatch.setattr(made_up, "photo_of", lambda number: replace(photo_of(number), path=str(film)))
    monkeypatch.setattr(made_up.MadeUpSession, "faces_of", FilmSession.faces_of)
    monkeypatch.setattr(made_up.MadeUpSession, "frame", FilmSession.frame)
    monkeypatch.setattr(play_link, "play", lambda *given: played.append(given))
    ready.start()
    review = ready.outcome.review
    qtbot.waitUntil(lambda: review.grid.pile_model.rowCount() > 0, timeout=10000)
    review.tabs.choose(Pile.CHECK)
    qtbot.keyClick(review.grid, Qt.Key.Key_Home)
    detail = review.detail
    qtbot.waitUntil(lambda: detail._photo.shows_something, timeout=10000)
    assert "video, at 0:00" in detail.file_line.facts.text()
    assert "1 face" in detail.file_line.facts.text()
    assert len(detail._photo.marks) == 1
    assert detail.play.isVisible()
    detail.play.click()
    qtbot.waitUntil(lambda: bool(played))
    assert played == [(str(film), 0.5)]
    qtbot.waitUntil(lambda: "No player" in detail._problem.text())


def test_a_photo_cannot_be_played(finished, qtbot):
    review = finished.outcome.review
    qtbot.keyClick(review.grid, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: review.detail._photo.shows_something)
    assert not review.detail.play.isVisible()


def test_photos_are_counted_anew_with_films_or_without(ready, window, qtbot, monkeypatch):
    def count(_session, request):
        yield PhotosFound(70 if request.films else 60, {})

    monkeypatch.setattr(MadeUpSession, "count", count)
    forgotten = []
    monkeypatch.setattr(ready.where.engine, "forget_price", lambda: forgotten.append(True))
    box = window._settings_page().films
    box.click()
    qtbot.waitUntil(lambda: ready.where.counter.text == "60 photos")
    assert forgotten
    box.click()
    qtbot.waitUntil(lambda: ready.where.counter.text == "70 photos")
    assert ready.request().films


def test_films_are_left_out_by_the_settings(window, app, qtbot):
    box = window._settings_page().films
    assert box.isChecked()
    box.click()
    qtbot.waitUntil(lambda: not app.settings.films)
    assert not window.sort.request().films
