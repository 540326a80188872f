"""Which photos references grow from when there are more than are kept."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest
from fakes import TextEngine, a_face

from facesorter.domain.models import Decision, Face, Person, Photo, Pile, Reference
from facesorter.domain.ports import Analyses, AnalyzedPage, AnalyzedPhoto, Example, FacePacking
from facesorter.pipeline.decide import decide
from facesorter.pipeline.grow_references import POOL, _Pool, grow_references
from facesorter.pipeline.person_query import PersonQuery


def photos(count: int) -> list[bytes]:
    chance = random.Random(5)
    return [chance.randbytes(32) for _ in range(count)]


def test_a_pool_is_bounded_and_depends_on_no_order() -> None:
    found = photos(3 * POOL)
    pools: list[set[bytes]] = []
    for order in (found, found[::-1]):
        pool = _Pool()
        for photo in order + order:
            pool.add(photo, (b"",), always=False)
        pools.append(set(pool.photos))
    assert len(pools[0]) == POOL
    assert pools[0] == pools[1]


def test_what_the_user_decided_always_stays() -> None:
    decided, *others = photos(2 * POOL)
    pool = _Pool()
    pool.add(decided, (b"",), always=True)
    for photo in others:
        pool.add(photo, (b"",), always=False)
    assert decided in pool.photos
    assert len(pool.photos) == POOL + 1


class TwoFaces(TextEngine):
    """Two faces a photo, side by side, each on a line of its own."""

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]:
        return tuple(a_face(0.5 * number) for number, _line in enumerate(analyses[0].split(b"\n")))

    def __init__(self) -> None:
        super().__init__()
        self.learned: list[Example] = []

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:
        self.learned += examples
        return person


class OnePhoto(NamedTuple):
    content: bytes
    analysis: bytes

    def analyzed(
        self, queries: Sequence[str], chunk: int = 2000, packing: FacePacking | None = None
    ) -> Iterator[AnalyzedPage]:
        photo = Photo(1, "/photos/a.jpg", 1, 1, self.content)
        yield AnalyzedPage([AnalyzedPhoto(photo, (self.analysis,), None)])


@pytest.mark.parametrize(("left", "taught"), [(0.0, 0), (0.5, 1), (0.25, None)])
def test_the_face_that_the_user_said_is_theirs_counts_and_not_the_one_most_alike(
    left: float, taught: int | None
) -> None:
    engine, photo = TwoFaces(), OnePhoto(b"c", b"Anna 90\nAnna 40")
    box = a_face(left).box
    query = PersonQuery(
        Person(1, "Anna", "A"), Reference("Anna", a_face(), {"Anna": 0.0}), {b"c": Decision.YES}, faces={b"c": [box]}
    )
    grow_references([query], engine, photo)
    assert {example.face_index for example in engine.learned} == (set() if taught is None else {taught})

    analyzed = AnalyzedPhoto(Photo(1, "/photos/a.jpg", 1, 1, b"c"), (photo.analysis,), None)
    [(_photo, [verdict])] = decide([query], 80.0, engine, [analyzed])
    assert (verdict.pile, verdict.score.face_index) == (Pile.SURE, taught)


@pytest.mark.parametrize(
    ("said", "taught"),
    [(None, set()), ([], {0}), ([0.5], {1}), ([0.0, 0.5], {0, 1}), ([0.5, 0.0], {0, 1}), ([0.25, 0.5], {1})],
)
def test_of_two_faces_like_one_person_both_count_only_if_the_user_says_so(
    said: list[float] | None, taught: set[int]
) -> None:
    """In a mirror or a collage somebody may be twice; without a word nobody is, and the photo teaches nothing."""
    engine, photo = TwoFaces(), OnePhoto(b"c", b"Anna 95\nAnna 90")
    decisions = {} if said is None else {b"c": Decision.YES}
    faces = {b"c": [a_face(left).box for left in said]} if said else {}
    query = PersonQuery(Person(1, "Anna", "A"), Reference("Anna", a_face(), {"Anna": 0.0}), decisions, faces=faces)
    grow_references([query], engine, photo)
    assert {example.face_index for example in engine.learned} == taught

    analyzed = AnalyzedPhoto(Photo(1, "/photos/a.jpg", 1, 1, b"c"), (photo.analysis,), None)
    [(_photo, [verdict])] = decide([query], 80.0, engine, [analyzed])
    assert verdict.pile is Pile.SURE
    assert verdict.score.face_index in (taught or {0})


@pytest.mark.parametrize(
    ("refused", "pile", "similarity", "face"),
    [
        ([], Pile.SURE, 95.0, 0),
        ([0.0], Pile.CHECK, 60.0, 1),
        ([0.5], Pile.SURE, 95.0, 0),
        ([0.0, 0.5], Pile.NOT_THEM, 0.0, 0),
    ],
)
@pytest.mark.parametrize("others", [0, 1])
def test_a_face_that_is_somebody_elses_as_the_user_said_counts_and_teaches_nothing(
    refused: list[float], pile: Pile, similarity: float, face: int, others: int
) -> None:
    engine, photo = TwoFaces(), OnePhoto(b"c", b"Anna 95 Ben 70\nAnna 60 Ben 65")
    not_theirs = {b"c": [a_face(left).box for left in refused]} if refused else {}
    anna = PersonQuery(Person(1, "Anna", "A"), Reference("Anna", a_face(), {"Anna": 0.0}), {}, not_theirs=not_theirs)
    ben = PersonQuery(Person(2, "Ben", "B"), Reference("Ben", a_face(), {"Ben": 0.0}), {})
    grow_references([anna], engine, photo)
    assert {example.face_index for example in engine.learned} == ({0} if refused == [0.5] else set()), "one sure face"

    analyzed = AnalyzedPhoto(Photo(1, "/photos/a.jpg", 1, 1, b"c"), (photo.analysis,), None)
    [(_photo, [verdict, *_])] = decide([anna, ben][: 1 + others], 80.0, engine, [analyzed])
    assert (verdict.pile, verdict.score.similarity, verdict.score.face_index) == (pile, similarity, face)
