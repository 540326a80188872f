"""How often a picture is looked at, with a detector that only counts."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from facesorter.engines.detector import COLUMNS, Detector
from facesorter.engines.models import Floats
from facesorter.engines.search import CLOSE_UP, HINT, LARGE, MOST_CANDIDATES, find_faces
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

    def look(self, pixels: object, longer_side: float, at_least: float, near: object = None) -> Floats:
        self.looks.append(longer_side)
        return self.rows[self.rows[:, 14] >= at_least]

    def sees_whole(self, pixels: object, longer_side: float) -> bool:
        return self.whole

    def straightened(self, pixels: object, row: Floats) -> Floats:
        self.turned += 1
        return row

    def checked(self, pixels: object, row: Floats) -> Floats:
        return row


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
        (LARGE + 10, HINT + 0.01, True, True),
        (LARGE + 10, HINT - 0.01, True, False),
        (LARGE - 10, 0.95, False, True),
    ],
)
def test_a_close_up_look_is_for_large_faces_and_for_pictures_seen_in_parts(
    face_px: int, score: float, whole: bool, looked: bool
) -> None:
    poster = Poster(1)
    poster.rows[:, 2:4], poster.rows[:, 14], poster.whole = face_px, score, whole
    picture = Picture(np.zeros((750, 1000, 3), np.uint8), 1000, 750)
    found, _ = find_faces(cast("Detector", poster), picture, lambda _: picture)
    assert (CLOSE_UP in poster.looks, len(found)) == (looked, score > 0.9)
