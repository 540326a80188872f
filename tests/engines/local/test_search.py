"""How often a picture is looked at, with a detector that only counts."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from facesorter.engines.local.detect import COLUMNS, CONFIDENT, HINT, POSSIBLE, Detector
from facesorter.engines.local.models import Floats
from facesorter.engines.local.search import CLEAR, CLOSE_UP, GLANCES, LARGE, MOST_CANDIDATES, SMALL, TINY, find_faces
from facesorter.images import Picture


class Poster:
    """In the place of the detector: sees so many portraits side by side, the last ones the most clearly."""

    whole = True

    def __init__(self, portraits: int) -> None:
        self.looks: list[float] = []
        self.rows = np.zeros((portraits, COLUMNS), np.float32)
        self.rows[:, 0] = np.arange(portraits) * 100
        self.rows[:, 2:4] = 90
        self.rows[:, 14] = np.linspace(0.91, 0.99, portraits)
        self.turned = 0
        self.glanced_at = 0
        self.clear = 0.0

    def look(self, pixels: object, longer_side: float, at_least: float, near: object = None) -> Floats:
        self.looks.append(longer_side)
        return self.rows[self.rows[:, 14] >= at_least]

    def sees_whole(self, pixels: object, longer_side: float) -> bool:
        return self.whole

    def glances(self, pixels: object, rows: Floats) -> Floats:
        self.glanced_at += len(rows)
        return np.full(len(rows), self.clear, np.float32)

    def lying(self, pixels: object, rows: Floats) -> Floats:
        return rows[:0]

    def straightened(self, pixels: object, row: Floats) -> Floats:
        self.turned += 1
        return row

    def checked(self, pixels: object, row: Floats) -> Floats:
        return row[None]


def look_through_a_larger_photo(poster: Poster) -> None:
    """Twice as large as it is decoded at first."""
    small = Picture(np.zeros((750, 1000, 3), np.uint8), 2000, 1500)
    large = Picture(np.zeros((1500, 2000, 3), np.uint8), 2000, 1500)
    find_faces(cast("Detector", poster), small, lambda _: large)


def test_a_poster_of_portraits_takes_no_minutes() -> None:
    picture = Picture(np.zeros((100, 1000, 3), np.uint8), 1000, 100)
    for portraits in (10, MOST_CANDIDATES + 500):
        poster = Poster(portraits)
        found, _ = find_faces(cast("Detector", poster), picture, lambda _: picture)
        assert poster.turned == len(found) == min(portraits, MOST_CANDIDATES)
        assert {float(score) for score in found[:, 14]} == {float(score) for score in poster.rows[-len(found) :, 14]}


@pytest.mark.parametrize(
    ("face_px", "score", "whole", "looked"),
    [
        (LARGE - 10, 0.95, True, False),
        (LARGE + 10, 0.95, True, False),
        (LARGE + 10, HINT + 0.01, True, True),
        (LARGE + 10, HINT - 0.01, True, False),
        (LARGE - 10, 0.95, False, True),
    ],
)
def test_a_close_up_look_is_for_doubtful_large_faces_and_for_pictures_seen_in_parts(
    face_px: int, score: float, whole: bool, looked: bool
) -> None:
    poster = Poster(1)
    poster.rows[:, 2:4], poster.rows[:, 14], poster.whole = face_px, score, whole
    picture = Picture(np.zeros((750, 1000, 3), np.uint8), 1000, 750)
    found, _ = find_faces(cast("Detector", poster), picture, lambda _: picture)
    assert (CLOSE_UP in poster.looks, len(found)) == (looked, score > 0.9)


@pytest.mark.parametrize(
    ("face_px", "score", "clear", "larger"),
    [
        (SMALL - 2, HINT + 0.01, CLEAR + 0.01, True),
        (SMALL - 2, HINT + 0.01, CLEAR - 0.01, False),
        (SMALL - 2, HINT - 0.01, CLEAR + 0.01, False),
        (SMALL - 2, CONFIDENT + 0.01, CLEAR + 0.01, False),
        (SMALL + 2, HINT + 0.01, CLEAR + 0.01, False),
        (TINY - 2, CONFIDENT + 0.01, CLEAR - 0.01, True),
    ],
)
def test_a_small_candidate_is_worth_a_larger_look_if_a_glance_shows_a_face(
    face_px: int, score: float, clear: float, larger: bool
) -> None:
    poster = Poster(1)
    poster.rows[:, 2:4], poster.rows[:, 14], poster.clear = face_px, score, clear
    look_through_a_larger_photo(poster)
    assert poster.looks == ([1024, 2048] if larger else [1024])


@pytest.mark.parametrize("score", [HINT + 0.01, POSSIBLE + 0.01])
def test_of_a_crowd_no_face_needs_a_glance(score: float) -> None:
    poster = Poster(GLANCES + 1)
    poster.rows[:, 2:4], poster.rows[:, 14] = SMALL - 2, score
    look_through_a_larger_photo(poster)
    crowd = score > POSSIBLE
    assert (len(poster.looks), poster.glanced_at) == ((2, 0) if crowd else (1, GLANCES))
