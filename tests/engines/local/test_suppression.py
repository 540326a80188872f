"""Detections of the same face, against the definition itself."""

from __future__ import annotations

import numpy as np
import pytest

from facesorter.engines.local.detect import COLUMNS
from facesorter.engines.local.models import Floats
from facesorter.engines.local.suppression import BLOCK, overlapping, suppressed


def detections(count: int) -> Floats:
    chance = np.random.default_rng(count)
    rows = np.zeros((count, COLUMNS), np.float32)
    rows[:, :2] = chance.random((count, 2)) * 900
    rows[:, 2:4] = np.exp(chance.uniform(2, 5.5, (count, 1))) * (1 + 0.2 * chance.random((count, 2)))
    rows[:, 14] = chance.random(count).round(2)
    return rows


@pytest.mark.parametrize("count", [0, 1, 2, BLOCK, 5 * BLOCK])
def test_the_most_certain_of_each_face_is_kept(count: int) -> None:
    rows = detections(count)
    left = list(rows[np.argsort(-rows[:, 14], kind="stable")])
    kept: list[Floats] = []
    while left:
        kept.append(left.pop(0))
        left = [row for row in left if not len(overlapping(kept[-1], row[None]))]
    assert np.array_equal(suppressed(rows), np.reshape(kept, (-1, COLUMNS)))


@pytest.mark.parametrize(
    ("box", "same"),
    [
        ((0, 0, 100, 100), True),
        ((50, 0, 100, 100), True),
        ((60, 0, 100, 100), False),
        ((30, 30, 20, 20), True),
        ((90, 30, 20, 20), False),
        ((200, 0, 100, 100), False),
    ],
)
def test_what_overlaps_much_or_lies_within_is_the_same_face(box: tuple[int, ...], same: bool) -> None:
    face, other = np.zeros((2, COLUMNS), np.float32)
    face[:4], other[:4] = (0, 0, 100, 100), box
    assert len(overlapping(face, other[None])) == same
