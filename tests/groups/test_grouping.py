"""Faces of one person come together, however many at a time they come; two people in one photo never do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from facesorter.groups.former import FormerGroups, GroupMeans
from facesorter.groups.grouping import Groups, Scale
from facesorter.groups.neighbors import near
from facesorter.groups.said import Said

SCALE = Scale(check=0.29, sure=0.44)
DIMENSIONS = 128
Floats = NDArray[np.float32]


def unit(vectors: Floats) -> Floats:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def people(count: int, faces: int, spread: float = 0.8, seed: int = 1) -> Floats:
    """(count * faces, dimensions): so many faces of each of so many made-up people, one after the other."""
    random = np.random.default_rng(seed)
    centers = unit(random.normal(size=(count, DIMENSIONS)).astype(np.float32))
    noise = unit(random.normal(size=(count * faces, DIMENSIONS)).astype(np.float32))
    return unit((np.repeat(centers, faces, axis=0) + spread * noise).astype(np.float32))


def grouped(vectors: Floats, photos: Sequence[int], together: int | None = None) -> list[list[int]]:
    groups = Groups(DIMENSIONS, SCALE)
    step = together or len(vectors)
    for start in range(0, len(vectors), step):
        part = vectors[start : start + step]
        groups.add(part, photos[start : start + step], [True] * len(part))
    return groups.groups()


@pytest.mark.parametrize("together", [None, 7, 1])
def test_each_person_is_one_group_whatever_comes_together(together: int | None) -> None:
    vectors = people(6, 10)
    order = np.random.default_rng(2).permutation(60)
    groups = grouped(vectors[order], range(60), together)
    assert [len(group) for group in groups] == [10] * 6
    assert all(len({order[face] // 10 for face in group}) == 1 for group in groups)


def test_the_largest_group_comes_first_and_strangers_stay_alone() -> None:
    vectors = np.concatenate([people(1, 3), people(1, 8, seed=5), people(20, 1, seed=9)])
    sizes = [len(group) for group in grouped(vectors, range(31))]
    assert sizes == [8, 3] + [1] * 20


def test_two_faces_of_one_photo_are_two_people_however_alike() -> None:
    vectors = people(1, 2, spread=0.1)
    assert grouped(vectors, [7, 7]) == [[0], [1]]
    assert grouped(vectors, [7, 8]) == [[0, 1]]


def test_a_mirror_now_and_then_does_not_tear_a_person_apart() -> None:
    vectors = people(1, 40)
    photos = [*range(20), 3, *range(20, 39)]  # in photo 3 there is a mirror
    assert len(grouped(vectors, photos)[0]) >= 39


def test_faces_that_are_not_clear_join_and_never_found_a_group() -> None:
    vectors = people(2, 6)
    groups = Groups(DIMENSIONS, SCALE)
    groups.add(vectors[:5], range(5), [True] * 5)
    groups.add(vectors[5:], range(5, 12), [False] * 7)
    assert groups.groups() == [[0, 1, 2, 3, 4, 5], *([face] for face in range(6, 12))]


def test_the_more_groups_there_are_the_more_alike_they_must_be() -> None:
    few, many = Groups(DIMENSIONS, SCALE), Groups(DIMENSIONS, SCALE)
    few.add(people(10, 1), range(10), [True] * 10)
    many.add(people(3000, 1), range(3000), [True] * 3000)
    assert few.least_cosine == 0.4
    assert many.least_cosine == pytest.approx(0.44 + 0.075 * np.log10(3))
    assert len(many.groups()) == 3000


def test_neighbors_are_exact() -> None:
    vectors = people(50, 4)
    products = vectors @ vectors.T - 2 * np.eye(200, dtype=np.float32)
    seen = 0
    chosen = np.arange(0, 200, 3)
    for number, others, cosines in near(vectors[chosen], vectors, 0.3, own_rows=chosen):
        row = int(chosen[number])
        assert set(others.tolist()) == set(np.flatnonzero(products[row] >= 0.3).tolist())
        assert cosines.tolist() == sorted(products[row][others].tolist(), reverse=True)
        seen += 1
    assert seen == 67


ANNA, BEN = 1, 2


def said(owners: dict[int, int], barred: dict[int, int] | None = None) -> Said:
    """Whose faces are, and whose they are not."""
    barred = barred or {}
    return Said(*(np.array([*part], np.int64) for part in (owners, owners.values(), barred, barred.values())))


def restored(
    vectors: Floats,
    labels: Sequence[int],
    told: Said | None = None,
    means: GroupMeans | None = None,
    owners: dict[int, int] | None = None,
) -> Groups:
    """Groups of clear faces, each in a photo of its own, taken up again; without means from their vectors."""
    groups = Groups(DIMENSIONS, SCALE)
    none = GroupMeans(np.empty(0, np.int64), np.empty((0, DIMENSIONS), np.float16), np.empty(0, np.float32))

    def vectors_of(faces: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], Floats]]:
        assert means is None, "Nothing needs to be read where the means are known."
        return [(faces, vectors[faces])]

    former = FormerGroups(
        np.array(labels, np.int64),
        range(len(labels)),
        np.ones(len(labels), bool),
        means or none,
        vectors_of,
        owners or {},
    )
    groups.restore(former, told)
    return groups


def made_of(vectors: Floats, told: Said) -> Groups:
    groups = Groups(DIMENSIONS, SCALE)
    groups.add(vectors, range(len(vectors)), [True] * len(vectors), told)
    return groups


def test_faces_of_one_owner_are_one_group_however_unlike() -> None:
    vectors = people(2, 5)
    groups = made_of(vectors, said({0: ANNA, 7: ANNA}))
    assert groups.group_of(0) == groups.group_of(7)
    assert groups.owner_of(7) == ANNA


def test_two_owners_are_two_groups_however_alike() -> None:
    vectors = people(1, 10, spread=0.3)
    groups = made_of(vectors, said({0: ANNA, 1: BEN}))
    assert len(groups.groups()) == 2
    assert groups.owner_of(0) == ANNA
    assert groups.owner_of(1) == BEN


def test_a_face_never_comes_to_whom_it_is_barred_from() -> None:
    vectors = people(1, 10, spread=0.3)
    groups = made_of(vectors, said({0: ANNA}, {4: ANNA}))
    assert groups.owner_of(4) is None
    assert len(groups.groups()[0]) == 9
    groups.add(vectors[:1], [20], [True])
    assert groups.owner_of(10) == ANNA


@pytest.mark.parametrize("clear", [True, False])
@pytest.mark.parametrize("kept", [True, False])
def test_restored_groups_are_what_they_were_and_grow_on(clear: bool, kept: bool) -> None:
    vectors = people(4, 10)
    at_once = Groups(DIMENSIONS, SCALE)
    at_once.add(vectors, range(40), [True] * 35 + [clear] * 5)
    former = Groups(DIMENSIONS, SCALE)
    former.add(vectors[:35], range(35), [True] * 35)
    groups = restored(vectors[:35], former.labels.tolist(), means=former.means() if kept else None)
    assert groups.groups() == former.groups()
    groups.add(vectors[35:], range(35, 40), [clear] * 5)
    assert groups.groups() == at_once.groups()


def test_a_restored_group_of_two_people_is_taken_apart_and_sorted_anew() -> None:
    vectors = people(2, 10)
    groups = restored(vectors, [0] * 20, said({3: ANNA, 14: BEN}))
    assert groups.groups() == [[*range(10)], [*range(10, 20)]]
    assert (groups.owner_of(0), groups.owner_of(19)) == (ANNA, BEN)


def test_restored_groups_of_one_owner_come_together() -> None:
    vectors = people(2, 10)
    groups = restored(vectors, [0] * 10 + [10] * 10, said({3: ANNA, 14: ANNA}, {14: BEN}))
    assert groups.groups() == [[*range(20)]]
    assert groups.owner_of(0) == ANNA
