"""Columns of what the user said of pictures come to the same as looking at each saying by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.models import BoundingBox
from facesorter.groups.members import Members
from facesorter.groups.said import PicturesSaid, Said, matched

SHIFT = 0.06
Saying = tuple[int, BoundingBox | None, int, bool]


def box(place: int, shift: int) -> BoundingBox:
    """Near a face's place, so that some overlap by half and some do not."""
    return BoundingBox(0.3 * place + SHIFT * shift, 0.1 + SHIFT * shift, 0.2, 0.2)


boxes = st.builds(box, st.integers(0, 3), st.integers(-2, 2))
pictures = st.lists(st.lists(boxes, max_size=4), max_size=5)
sayings = st.lists(
    st.tuples(st.integers(0, 6), st.none() | boxes, st.sampled_from([1, 2, -3]), st.booleans()), max_size=12
)
unborn = st.dictionaries(st.sampled_from([1, 2]), st.sets(st.integers(0, 6)))


def one_by_one(
    pictures: Sequence[Sequence[BoundingBox]], said: Sequence[Saying], unborn: dict[int, set[int]]
) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """Whose each face is, and pairs of a face and whose it is not."""
    owners: dict[int, int] = {}
    barred: set[tuple[int, int]] = set()
    first = 0
    for number, faces in enumerate(pictures):
        of_this = [(where, owner, theirs) for of, where, owner, theirs in said if of == number]
        of_this += [(None, owner, False) for owner, older in unborn.items() if number in older]
        for where, owner, theirs in of_this:
            if where is not None:
                place = where.same_face(faces)
                places = [] if place is None else [place]
            elif theirs:
                places = [0] if len(faces) == 1 else []
            else:
                places = [*range(len(faces))]
            for place in places:
                if theirs:
                    owners[first + place] = owner
                else:
                    barred.add((first + place, owner))
        first += len(faces)
    return owners, {(face, owner) for face, owner in barred if owners.get(face) != owner}


@given(pictures, sayings, unborn)
def test_each_face_is_whose_it_was_said_to_be_last(
    pictures: list[list[BoundingBox]], said: list[Saying], unborn: dict[int, set[int]]
) -> None:
    contents = [number.to_bytes(32) for number in range(len(pictures))]
    told = PicturesSaid(
        [number.to_bytes(32) for number, _where, _owner, _theirs in said],
        np.array([where or (np.nan,) * 4 for _number, where, _owner, _theirs in said], np.float64).reshape(-1, 4),
        np.array([owner for _number, _where, owner, _theirs in said], np.int64),
        np.array([theirs for _number, _where, _owner, theirs in said], np.bool_),
        lambda of: [(one, np.array([*older & {*range(len(of))}], np.int64)) for one, older in unborn.items()],
    )
    faces = np.array([face for picture in pictures for face in picture], np.float64).reshape(-1, 4)
    found = matched(told, contents, np.array([len(picture) for picture in pictures], np.int64), faces)
    owners, barred = one_by_one(pictures, said, unborn)
    assert dict(zip(found.faces.tolist(), found.owners.tolist(), strict=True)) == owners
    assert len(found.faces) == len(owners)
    assert found.faces.tolist() == sorted(owners)
    assert set(zip(found.barred.tolist(), found.barred_from.tolist(), strict=True)) == barred


def test_of_no_picture_nothing_is_said() -> None:
    found = matched(PicturesSaid(), [], np.zeros(0, np.int64), np.zeros((0, 4)))
    assert [len(part) for part in found] == [0, 0, 0, 0]


def test_a_bar_is_of_whole_groups_and_of_nameless_people_too() -> None:
    members = Members()
    members.add(range(4))
    members.absorb(0, 1)
    members.owners[2], members.owners[3] = -5, 7
    none = Said.nothing().barred
    members.bar(none, none)
    assert members.may_merge(0, 2)
    members.bar(np.array([1, 0]), np.array([-5, 7]))
    assert not members.may_merge(0, 2)
    assert not members.may_merge(3, 0)
