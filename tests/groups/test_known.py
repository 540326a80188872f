"""Groups last: they are what they were after they were kept, with their numbers, and follow what the user says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox
from facesorter.groups.known import KnownGroups, KnownPortrait, PictureSaid, SeenFace, SeenPicture, StoredGroups
from tests.groups.test_grouping import DIMENSIONS, SCALE, people

Floats = NDArray[np.float32]
BOX = BoundingBox(0.25, 0.25, 0.5, 0.5)
ANNA, BEN = 1, 2


def picture(number: int, vector: Floats) -> SeenPicture:
    return SeenPicture(number.to_bytes(32), [SeenFace(BOX, clear=True, sharpness=80.0)], vector[None])


def kept(
    stored: StoredGroups,
    vectors: Floats,
    said: Mapping[bytes, PictureSaid] | None = None,
    portraits: Sequence[KnownPortrait] = (),
) -> StoredGroups:
    """What was kept, written, read, taken up, grown by what is new, and kept again."""
    stored = StoredGroups.decode(stored.encode())
    groups = KnownGroups(DIMENSIONS, SCALE)
    pictures = [picture(number, vector) for number, vector in enumerate(vectors)]
    groups.restore(stored, [(one.content, one.vectors) for one in pictures], portraits, said or {})
    groups.add(pictures, said or {})
    return groups.stored()


def shape(stored: StoredGroups) -> list[tuple[int, int, list[int]]]:
    """Number, owner and pictures of each group."""
    return [
        (
            int(stored.faces["group"][faces[0]]),
            int(stored.faces["owner"][faces[0]]),
            sorted(int.from_bytes(content) for content in stored.pictures_of(faces)),
        )
        for faces in stored.by_group()
    ]


def test_groups_keep_their_numbers_while_pictures_come_and_go() -> None:
    vectors = people(3, 6)
    order = [0, 1, 2, 6, 7, 8, 12, 13, 14, 15]
    first = kept(StoredGroups.empty(), vectors[order])
    assert [(number, len(pictures)) for number, _, pictures in shape(first)] == [(1, 4), (2, 3), (3, 3)]
    again = kept(first, vectors[order])
    assert shape(again) == shape(first)
    grown = kept(first, np.concatenate([vectors[order], vectors[3:6], people(1, 2, seed=7)]))
    assert [(number, len(pictures)) for number, _, pictures in shape(grown)] == [(2, 6), (1, 4), (3, 3), (4, 2)]
    fewer = kept(grown, vectors[order[:6]])
    assert [(number, len(pictures)) for number, _, pictures in shape(fewer)] == [(2, 3), (3, 3)]
    assert fewer.next_number == 5


def test_a_named_group_keeps_its_owner_and_loses_the_face_that_is_not_theirs() -> None:
    vectors = people(1, 6, spread=0.5)
    first = kept(StoredGroups.empty(), vectors)
    said = {
        (0).to_bytes(32): PictureSaid(owners=((BOX, ANNA),)),
        (5).to_bytes(32): PictureSaid(barred=((None, ANNA),)),
    }
    named = kept(first, vectors, said)
    assert shape(named) == [(1, ANNA, [0, 1, 2, 3, 4]), (2, 0, [5])]
    assert shape(kept(named, vectors)) == [(1, 0, [0, 1, 2, 3, 4]), (2, 0, [5])]


def test_a_portrait_names_the_group_that_is_like_it_as_long_as_it_is_there() -> None:
    vectors = people(2, 6)
    first = kept(StoredGroups.empty(), vectors[:11])
    portrait = KnownPortrait(1, vectors[11], BEN)
    named = kept(first, vectors[:11], portraits=[portrait])
    assert {owner: pictures for _, owner, pictures in shape(named)} == {0: [*range(6)], BEN: [*range(6, 11)]}
    assert shape(kept(named, vectors[:11], portraits=[portrait])) == shape(named)
    assert {owner for _, owner, _ in shape(kept(named, vectors[:11]))} == {0}


def test_a_new_layout_begins_anew() -> None:
    data = bytearray(kept(StoredGroups.empty(), people(1, 3)).encode())
    data[0] = 99
    assert len(StoredGroups.decode(bytes(data)).faces) == 0
