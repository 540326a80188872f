"""Faces that look alike, and the order in which they are asked about."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from facesorter.groups.alike import alike
from facesorter.groups.blocks import in_blocks
from facesorter.groups.grouping import Scale
from facesorter.groups.neighbors import Floats

SCALE = Scale(0.28, 0.40)


def faces_of(people: list[int], spread: float = 0.05) -> Floats:
    chance = np.random.default_rng(3)
    everybody = np.eye(max(people) + 1, 128)[people] + spread * chance.normal(size=(len(people), 128))
    return (everybody / np.linalg.norm(everybody, axis=1, keepdims=True)).astype(np.float32)


def test_faces_of_one_person_have_one_number() -> None:
    people = [0, 1, 0, 2, 1, 0, 3]
    found = alike(faces_of(people), SCALE, [0] * len(people))
    assert [[one == other for one in found] for other in found] == [
        [one == other for one in people] for other in people
    ]


def test_faces_of_one_known_group_are_alike_too() -> None:
    found = alike(faces_of([0, 1, 2, 2, 3]), SCALE, [7, 7, 0, 7, 0])
    assert found[0] == found[1] == found[2] == found[3] != found[4]


def test_no_faces_have_no_numbers() -> None:
    assert alike(np.zeros((0, 128), np.float32), SCALE, []) == []


def test_the_strongest_comes_first_and_what_is_like_it_follows() -> None:
    similarities = np.array([60.0, 79.0, 55.0, 70.0, 78.0, 50.0])
    assert in_blocks(similarities, np.array([4, 9, 9, -1, 4, -1])).tolist() == [1, 2, 4, 0, 3, 5]


@given(st.lists(st.tuples(st.floats(50, 80), st.integers(-1, 4)), max_size=30))
def test_blocks_are_whole_and_each_begins_with_its_strongest(rows: list[tuple[float, int]]) -> None:
    similarities = np.array([row[0] for row in rows], float)
    numbers = np.array([row[1] for row in rows], int)
    order = in_blocks(similarities, numbers).tolist()
    assert sorted(order) == list(range(len(rows)))
    starts: list[float] = []
    for place, row in enumerate(order):
        number = numbers[row]
        if place and number >= 0 and numbers[order[place - 1]] == number:
            assert similarities[row] <= similarities[order[place - 1]]
        else:
            starts.append(float(similarities[row]))
            assert number < 0 or number not in numbers[order[:place]]
    assert starts == sorted(starts, reverse=True)
