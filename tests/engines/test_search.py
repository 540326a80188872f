"""How often a picture is looked at, with a detector that only counts."""

from __future__ import annotations

from typing import cast

import numpy as np

from facesorter.engines.detector import COLUMNS, Detector
from facesorter.engines.models import Floats
from facesorter.engines.search import MOST_CANDIDATES, find_faces
from facesorter.images import Picture


class Poster:
    """In the place of the detector: sees so many portraits side by side, the last ones the most clearly."""

    def __init__(self, portraits: int) -> None:
        self.rows = np.zeros((portraits, COLUMNS), np.float32)
        self.rows[:, 0] = np.arange(portraits) * 100
        self.rows[:, 2:4] = 90
        self.rows[:, 14] = np.linspace(0.91, 0.99, portraits)
        self.turned = 0

    def look(self, pixels: object, longer_side: float, at_least: float, near: object = None) -> Floats:
        return self.rows.copy()

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
