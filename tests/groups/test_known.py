"""Groups last: they are what they were after they were kept, with their numbers, and follow what the user says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox
from facesorter.groups.known import KnownGroups
from facesorter.groups.said import PicturesSaid
from facesorter.groups.seen import Kept, KnownPortrait, SeenFace, SeenPicture
from facesorter.groups.stored import StoredGroups, decode_means, encode_means
from tests.groups.test_grouping import DIMENSIONS, SCALE, people

Floats = NDArray[np.float32]
BOX = BoundingBox(0.25, 0.25, 0.5, 0.5)
ANNA, BEN = 1, 2


NOTHING_SAID = PicturesSaid()


def told(*sayings: tuple[int, BoundingBox | None, int, bool]) -> PicturesSaid:
    """Of pictures by their numbers: of which face, or of the whole, whose it is or is not."""
    numbers, boxes, owners, theirs = zip(*sayings, strict=True)
    return PicturesSaid(
        [number.to_bytes(32) for number in numbers],
        np.array([box or (np.nan,) * 4 for box in boxes], np.float64),
        np.array(owners, np.int64),
        np.array(theirs, np.bool_),
    )


def picture(number: int, vector: Floats) -> SeenPicture:
    return SeenPicture(number.to_bytes(32), [SeenFace(BOX, clear=True, sharpness=80.0)], vector[None])


class Pictures:
    """Pictures of one face each, whose vectors can be read; `read` are those that were."""

    def __init__(self, vectors: Floats) -> None:
        self.seen = [picture(number, vector) for number, vector in enumerate(vectors)]
        self.read: set[int] = set()

    def known(self, contents: Sequence[bytes]) -> list[bool]:
        return [int.from_bytes(content) < len(self.seen) for content in contents]

    def vectors(self, contents: Sequence[bytes]) -> Iterator[tuple[bytes, Floats]]:
        for content in contents:
            self.read.add(int.from_bytes(content))
            yield content, self.seen[int.from_bytes(content)].vectors


class Record(NamedTuple):
    """Groups and their means, as they are kept."""

    groups: bytes
    means: bytes | None

    @property
    def stored(self) -> StoredGroups:
        return StoredGroups.decode(self.groups)


def written(groups: KnownGroups) -> Record:
    stored, means = groups.stored()
    faces = stored.encode()
    return Record(faces, encode_means(means, faces))


NOTHING = Record(StoredGroups.empty().encode(), None)


def taken_up(
    record: Record,
    pictures: Pictures,
    said: PicturesSaid = NOTHING_SAID,
    portraits: Sequence[KnownPortrait] = (),
    is_current: bool = False,
) -> KnownGroups:
    groups = KnownGroups(DIMENSIONS, SCALE)
    means = decode_means(record.means, record.groups, DIMENSIONS)
    groups.restore(Kept(record.stored, means, is_current), pictures, portraits, said)
    return groups


def kept(
    record: Record,
    vectors: Floats,
    said: PicturesSaid = NOTHING_SAID,
    portraits: Sequence[KnownPortrait] = (),
) -> Record:
    """What was kept, taken up, grown by what is new, and kept again."""
    pictures = Pictures(vectors)
    groups = taken_up(record, pictures, said, portraits)
    groups.add(pictures.seen, said)
    return written(groups)


def shape(record: Record) -> list[tuple[int, int, list[int]]]:
    """Number, owner and pictures of each group."""
    stored = record.stored
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
    first = kept(NOTHING, vectors[order])
    assert [(number, len(pictures)) for number, _, pictures in shape(first)] == [(1, 4), (2, 3), (3, 3)]
    again = kept(first, vectors[order])
    assert shape(again) == shape(first)
    grown = kept(first, np.concatenate([vectors[order], vectors[3:6], people(1, 2, seed=7)]))
    assert [(number, len(pictures)) for number, _, pictures in shape(grown)] == [(2, 6), (1, 4), (3, 3), (4, 2)]
    fewer = kept(grown, vectors[order[:6]])
    assert [(number, len(pictures)) for number, _, pictures in shape(fewer)] == [(2, 3), (3, 3)]
    assert fewer.stored.next_number == 5


def test_a_named_group_keeps_its_owner_and_loses_the_face_that_is_not_theirs() -> None:
    vectors = people(1, 6, spread=0.5)
    first = kept(NOTHING, vectors)
    said = told((0, BOX, ANNA, True), (5, None, ANNA, False))
    named = kept(first, vectors, said)
    assert shape(named) == [(1, ANNA, [0, 1, 2, 3, 4]), (2, 0, [5])]
    assert shape(kept(named, vectors)) == [(1, 0, [0, 1, 2, 3, 4]), (2, 0, [5])]


def test_a_portrait_names_the_group_that_is_like_it_as_long_as_it_is_there() -> None:
    vectors = people(2, 6)
    first = kept(NOTHING, vectors[:11])
    portrait = KnownPortrait(1, vectors[11], BEN)
    named = kept(first, vectors[:11], portraits=[portrait])
    assert {owner: pictures for _, owner, pictures in shape(named)} == {0: [*range(6)], BEN: [*range(6, 11)]}
    assert shape(kept(named, vectors[:11], portraits=[portrait])) == shape(named)
    assert {owner for _, owner, _ in shape(kept(named, vectors[:11]))} == {0}


def test_a_new_layout_begins_anew() -> None:
    data = bytearray(kept(NOTHING, people(1, 3)).groups)
    data[0] = 99
    assert len(StoredGroups.decode(bytes(data)).faces) == 0


def test_more_faces_join_without_reading_a_vector_if_nothing_was_said_since() -> None:
    vectors = people(3, 8)
    first = kept(NOTHING, vectors[:20])
    pictures = Pictures(vectors)
    groups = taken_up(first, pictures, is_current=True)
    groups.add(pictures.seen, NOTHING_SAID)
    assert pictures.read == set()
    assert [len(found) for _, _, found in shape(written(groups))] == [8, 8, 8]
    assert len(groups) == 24


@pytest.mark.parametrize("harm", ["none", "of other groups", "cut off"])
def test_without_the_means_of_these_groups_they_are_made_anew(harm: str) -> None:
    vectors = people(3, 8)
    first = kept(NOTHING, vectors[:20])
    others = kept(NOTHING, people(5, 4, seed=5))
    means = {"none": None, "of other groups": others.means, "cut off": (first.means or b"")[:5]}[harm]
    pictures = Pictures(vectors)
    groups = taken_up(Record(first.groups, means), pictures, is_current=True)
    assert pictures.read == set(range(20))
    groups.add(pictures.seen, NOTHING_SAID)
    assert [len(found) for _, _, found in shape(written(groups))] == [8, 8, 8]


def test_where_a_picture_went_only_its_groups_are_read_again() -> None:
    vectors = people(3, 8)
    first = kept(NOTHING, vectors)
    pictures = Pictures(vectors[:23])  # the last one is gone
    groups = taken_up(first, pictures, is_current=True)
    assert pictures.read == set(range(16, 23))
    assert shape(written(groups))[2] == (3, 0, [*range(16, 23)])


def test_whose_a_group_is_stays_while_nothing_is_said() -> None:
    vectors = people(2, 8, spread=0.5)
    said = told((0, BOX, ANNA, True), (5, None, ANNA, False))
    named = kept(kept(NOTHING, vectors[:15]), vectors[:15], said)
    pictures = Pictures(vectors)
    groups = taken_up(named, pictures, said, is_current=True)
    groups.add(pictures.seen, said)
    grown = written(groups)
    assert shape(grown)[1:] == [(1, ANNA, [0, 1, 2, 3, 4, 6, 7]), (3, 0, [5])]


def test_a_face_that_is_not_clear_joins_a_group_that_comes_later() -> None:
    vectors = people(1, 5)
    unclear = SeenPicture((9).to_bytes(32), [SeenFace(BOX, clear=False, sharpness=5.0)], vectors[4:])
    groups = KnownGroups(DIMENSIONS, SCALE)
    groups.add([unclear], NOTHING_SAID)
    groups.add(Pictures(vectors[:4]).seen, NOTHING_SAID)
    assert [len(found) for _, _, found in shape(written(groups))] == [5]


def film(number: int, vectors: Floats, seconds: Sequence[float]) -> SeenPicture:
    faces = [SeenFace(BOX, clear=True, sharpness=70.0 + at, seconds=at) for at in seconds]
    return SeenPicture(number.to_bytes(32), faces, vectors)


def test_a_person_of_a_film_is_one_group_that_counts_the_film_once() -> None:
    vectors = people(2, 8)
    groups = KnownGroups(DIMENSIONS, SCALE)
    groups.add([film(50, np.concatenate([vectors[:4], vectors[8:10]]), [1, 2, 3, 4, 1, 2])], NOTHING_SAID)
    groups.add([picture(number, vector) for number, vector in enumerate(vectors[10:12])], NOTHING_SAID)
    stored = written(groups).stored
    anna, ben = (stored.faces["group"][0], stored.faces["group"][4])
    assert anna != ben  # in the same frames
    assert (stored.faces["group"] == anna).sum() == 4
    largest, other = stored.by_group()
    assert stored.faces["group"][largest].tolist() == [ben] * 3
    assert stored.pictures_of(other) == [(50).to_bytes(32)]
    assert stored.seconds(int(other[0])) == 4.0  # where it is sharpest
    assert stored.seconds(int(largest[-1])) is None
    assert groups.sizes(2) == (3, 1)
