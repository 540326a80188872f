"""Groups are like people as often as is told: rarely, however many people are known."""

from __future__ import annotations

import numpy as np
import pytest

from facesorter.groups.grouping import Scale
from facesorter.groups.likeness import STRANGER_RATE, likely

DIMENSIONS = 128
SCALE = Scale(3.09 / DIMENSIONS**0.5, 4.26 / DIMENSIONS**0.5)
"""What random directions in so many dimensions reach once in 1,000 and once in 100,000 pairs."""


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def directions(count, seed=4):
    return unit(np.random.default_rng(seed).normal(size=(count, DIMENSIONS)))


def near(center, cosine, count=4):
    """Faces of somebody, each with this cosine to the center."""
    apart = directions(count, seed=7)
    apart = unit(apart - (apart @ center)[:, None] * center)
    return (cosine * center + (1 - cosine**2) ** 0.5 * apart).astype(np.float32)


def test_the_most_alike_comes_first_and_strangers_not_at_all():
    anna, ben, cleo = directions(3)
    half = unit(0.8 * anna + 0.6 * ben)
    people = [near(ben, 0.7), near(anna, 0.7), near(cleo, 0.7)]
    found = dict(likely(np.stack([directions(1, seed=9)[0], half, np.zeros(DIMENSIONS, np.float32)]), people, SCALE))
    assert list(found) == [1]
    assert [who for who, _cosine in found[1]] == [1, 0]
    assert found[1][0][1] > found[1][1][1] > SCALE.check
    assert list(likely(half[None], [], SCALE)) == []


def test_one_face_that_is_very_much_alike_is_enough():
    anna = directions(1)[0]
    others = directions(8, seed=8)
    others = unit(others - (others @ anna)[:, None] * anna)
    (place, ((who, cosine),)) = next(likely(anna[None], [np.concatenate([others, near(anna, 0.9, 1)])], SCALE))
    assert (place, who) == (0, 0)
    assert cosine == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("people", [2, 200])
def test_strangers_are_asked_about_as_rarely_with_many_people(people):
    known = [one[None] for one in directions(people)]
    strangers = directions(3000, seed=5)
    assert len(list(likely(strangers, known, SCALE))) < 2 * STRANGER_RATE * len(strangers)
