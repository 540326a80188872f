"""What is decided in arrays, page by page, is what plain loops over faces and people decide."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Set
from contextlib import closing
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from facesorter.domain.films import TOGETHER_MORE, final_film_scores
from facesorter.domain.formats import is_film
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.matching import PILES, final_scores, pile
from facesorter.domain.models import (
    BoundingBox,
    Decision,
    Face,
    Landmarks,
    Person,
    Photo,
    Pile,
    Point,
    Pose,
    Quality,
    Reference,
    Score,
    Verdict,
)
from facesorter.domain.ports import AnalyzedPage, AnalyzedPhoto, Example
from facesorter.engines.local.calibrate import unit
from facesorter.engines.local.codec import pack, pack_film
from facesorter.engines.local.engine import LocalEngine
from facesorter.engines.local.references import KnownFaces, Times, known_faces
from facesorter.pipeline.decide import decide_page, decide_pages, similarities
from facesorter.pipeline.decided_page import UNKNOWN
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.person_query import PersonQuery
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

PEOPLE, PHOTOS = 4, 300

ROUNDING = 1e-3
"""Of similarities (0-100): whoever multiplies more vectors at once adds in another order."""


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine()


def a_face(chance: Random, number: int, seconds: float | None) -> Face:
    box = BoundingBox(0.2 * number, 0.1, 0.15, 0.15)
    quality = Quality(50.0, chance.choice([10.0, 60.0]))
    return Face(box, 99.0, Landmarks(*[Point(0.1, 0.1)] * 5), Pose(0, 0, 0), quality, seconds)


class Made:
    """A random library: faces more or less like the people of a run, or like two of them, and all that is said."""

    def __init__(self, seed: int, engine: LocalEngine, people: int) -> None:
        self.engine = engine
        self.chance, self.numbers = Random(seed), np.random.default_rng(seed)
        self.centers = unit(self.numbers.normal(size=(people + 2, engine.dimensions)).astype(np.float32))
        self.photos = [self._photo(number) for number in range(PHOTOS)]
        self.queries = tuple(self._query(number) for number in range(people))

    def _vector(self) -> Any:
        near, also = self.chance.choices(range(len(self.centers)), k=2)
        own = self.numbers.normal(size=self.engine.dimensions)
        mixed = self.chance.uniform(0, 0.9) * self.centers[near] + self.chance.choice([0, 0, 0.4]) * self.centers[also]
        vector = mixed + self.chance.uniform(0.3, 0.9) * own / np.linalg.norm(own)
        means = self.engine._calibration.means
        return unit((vector + (0 if means is None else means[0])).astype(np.float32))

    def _photo(self, number: int) -> AnalyzedPhoto:
        film = self.chance.random() < 0.1
        count = self.chance.choice([0, 0, 1, 1, 2, 3, 4])
        times = [float(self.chance.choice([1, 2, 3])) if film else None for _ in range(count)]
        faces = [a_face(self.chance, place, seconds) for place, seconds in enumerate(times)]
        vectors = np.array([self._vector() for _ in faces], np.float32).reshape(count, self.engine.dimensions)
        taken = self.chance.choice([None, 1990.0, 2004.5, 2020.0])
        analysis = pack_film(faces, vectors) if film else pack(faces, vectors, taken)
        content = hashlib.sha256(b"%d" % number).digest()
        key, told_by_s3 = self.chance.choice([(content, None), (content, content[:9]), (None, content[:9])])
        photo = Photo(number, f"/p/{number}.{'mp4' if film else 'jpg'}", 1, 1, key, told_by_s3)
        problem = "It is damaged." if self.chance.random() < 0.05 else None
        return AnalyzedPhoto(photo, None if problem else (analysis,), problem)

    def _examples(self, count: int) -> list[Example]:
        shown = [one.analyses for one in self.photos if one.analyses and self.engine.faces_in(one.analyses)]
        return [Example(self.chance.choice(shown), 0) for _ in range(count)]

    def _query(self, number: int) -> PersonQuery:
        headshots = self.engine.cleared(np.stack([self.centers[number]] * self.chance.choice([1, 2, 6])))
        times = Times(*(np.full(len(headshots), value, np.float32) for value in (30.0, 2005.0)))
        person = Person(number, f"Person {number}", f"PhotosWithPerson{number}")
        reference = Reference(person.name, a_face(self.chance, 0, None), KnownFaces.of(headshots, times))
        if self.chance.random() < 0.6:
            reference = self.engine.set_apart(reference, self._examples(2), self.chance.choice([60.0, 80.0]))
        grown = self.engine.grow(reference, self._examples(5)) if self.chance.random() < 0.7 else None
        keys = [known for one in self.photos for known in one.photo.identities]
        decisions = {known: self.chance.choice(list(Decision)) for known in self.chance.sample(keys, 40)}
        said = {known: [a_face(self.chance, self.chance.choice([0, 1, 4]), None).box] for known in list(decisions)[:20]}
        query = PersonQuery(person, reference, decisions, grown, faces=said)
        if self.chance.random() < 0.5:
            early = set(self.chance.sample(keys, 60))

            def unborn(contents: Iterable[bytes]) -> Set[bytes]:
                return early & set(contents)

            query = replace(query, unborn=unborn)
        return query


def plainly(made: Made, one: AnalyzedPhoto, threshold: float) -> tuple[Verdict, ...]:
    """The verdicts on one photo by the rules of `domain`, a face and a person at a time."""
    if one.analyses is None:
        return ()
    people, engine, keys = len(made.queries), made.engine, one.photo.identities
    [alone], [grown] = similarities(made.queries, engine, [one.analyses])
    for number, query in enumerate(made.queries):
        seems_there = max((row[number] for row in grown), default=0.0) >= min(50.0, threshold) - TOGETHER_MORE
        if seems_there and query.unborn is not None and query.decided(keys) is None and query.unborn(keys):
            for row in (*alone, *(grown if grown is not alone else ())):
                row[number] = 0.0
    faces = engine.faces_in(one.analyses)
    if not faces:
        scores = [Score(0.0, None)] * people
    elif is_film(one.photo.path):
        scores = final_film_scores(alone, grown, faces, people, threshold)
    else:
        scores = final_scores(alone, grown, people, threshold)
    verdicts: list[Verdict] = []
    for query, scored in zip(made.queries, scores, strict=True):
        score = scored
        decision, boxes = query.decided(keys), query.said_faces(keys)
        if boxes and decision is Decision.YES:
            score = by_said_faces(score, [box.same_face([face.box for face in faces]) for box in boxes])
        verdicts.append(Verdict(query.person, pile(score, threshold, decision), score, decision))
    return tuple(verdicts)


def by_said_faces(score: Score, found: list[int | None]) -> Score:
    """The score where the user said which faces are the person's: `found` by this engine, or not."""
    said = [face for face in found if face is not None]
    if not said:
        return Score(0.0, None)
    return score if score.face_index in said else Score(score.similarity, said[0])


@pytest.mark.parametrize("people", [1, 2, PEOPLE])
@pytest.mark.parametrize("seed", range(6))
def test_arrays_decide_as_plain_loops_do(engine: LocalEngine, seed: int, people: int) -> None:
    made = Made(seed, engine, people)
    seen: set[object] = set()
    for threshold in (60.0, 80.0, 95.0):
        decided = decide_page(made.queries, threshold, engine, AnalyzedPage(made.photos))
        verdicts = [decided.verdicts(place) for place in range(PHOTOS)]
        for found, expected in zip(verdicts, (plainly(made, one, threshold) for one in made.photos), strict=True):
            assert len(found) == len(expected)
            for verdict, other in zip(found, expected, strict=True):
                assert (verdict.person, verdict.decision) == (other.person, other.decision)
                assert verdict.score.similarity == pytest.approx(other.score.similarity, abs=ROUNDING)
                if all(abs(other.score.similarity - bar) > ROUNDING for bar in (threshold, 50.0)):
                    assert verdict.pile is other.pile
                if other.score.similarity > ROUNDING:
                    assert verdict.score.face_index == other.score.face_index
                seen.add(other.pile)
        for place, found in enumerate(verdicts):
            assert decided.piles(place) == tuple(verdict.pile for verdict in found)
        sure = [place for place, found in enumerate(verdicts) if Pile.SURE in [verdict.pile for verdict in found]]
        assert decided.in_any({PILES.index(Pile.SURE)}) == sure
        assert decided.in_any({UNKNOWN}) == [place for place, found in enumerate(verdicts) if not found]
    assert len(seen) == 4


@pytest.mark.parametrize("seed", range(6))
def test_packs_decide_as_rows_do(engine: LocalEngine, seed: int) -> None:
    made = Made(seed, engine, PEOPLE)
    on_disk = [one for one in made.photos if one.photo.object is None and one.photo.content is not None]
    queries = [replace(one, grown=None) for one in made.queries]
    with closing(Database(":memory:")) as database:
        catalog = SqliteCatalog(database)
        for folder, photos in (("/p", on_disk[:40]), ("/q", on_disk[40:])):
            names = sorted(os.path.basename(one.photo.path) for one in photos)
            catalog.select(Listing(folder, tuple(FolderEntry(name, 1, 1) for name in names), {}))
        by_name = {os.path.basename(one.photo.path): one for one in on_disk}
        for photo in list(catalog.unanalyzed((engine.name,))):
            one = by_name[os.path.basename(photo.path)]
            content = one.photo.content or b""
            if one.analyses is None:
                catalog.record_problem(photo, "It is damaged.", content)
            else:
                catalog.record_analyses(photo, content, {engine.name: one.analyses[0]})

        def run(engine: LocalEngine) -> tuple[object, ...]:
            grown, added = grow_references(queries, engine, catalog)
            pages = list(decide_pages(grown, 80.0, engine, catalog))
            assert all(one.page.packs for one in pages) == (engine.packing is not None)
            looks = [known_faces(one.reference).looks.tolist() for one in grown]
            return (
                added,
                looks,
                [(one.looked_at(place), one.piles(place)) for one in pages for place in range(len(one))],
            )

        by_rows = run(ByRows())
        assert run(engine) == by_rows  # references grow by rows, which are packed then
        assert run(engine) == by_rows
        assert by_rows[0]


class ByRows(LocalEngine):
    """The engine as it was before it packed anything."""

    @property
    def packing(self) -> Any:
        return None
