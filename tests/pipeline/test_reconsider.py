"""What a run found, decided anew after each answer: just as a new run decides it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from fakes import TextEngine
from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.events import PhotoCompared
from facesorter.domain.loaded_photos import ScoredAnew
from facesorter.domain.matching import Highest, final_scores, highest
from facesorter.domain.models import Decision, EncodedPicture, Person, Photo, Portrait, Reference
from facesorter.domain.ports import Analyses
from facesorter.pipeline.page_scores import LookedAt, make_scores
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.reconsider import Rescored
from facesorter.pipeline.sort import Sort
from tests.pipeline.test_sort import Desk
from tests.pipeline.test_sort import desk as desk  # noqa: PLC0414 - a fixture

Found = dict[tuple[str, str], tuple[float, int]]


def found_by(desk: Desk, *names: str) -> tuple[Sort, Found, dict[str, Photo]]:
    """A run: the score of each person in each photo by its name, and the photos."""
    sort = desk.prepare(*names, dry_run=True)
    scores: Found = {}
    photos: dict[str, Photo] = {}
    for event in sort.run():
        if isinstance(event, PhotoCompared) and event.final:
            name = Path(event.photo.path).name
            photos[name] = event.photo
            for verdict in event.verdicts:
                face = verdict.score.face_index
                scores[verdict.person.name, name] = verdict.score.similarity, -1 if face is None else face
    return sort, scores, photos


def as_found(rescored: list[Rescored], photos: dict[str, Photo]) -> Found:
    by_id = {photo.id: name for name, photo in photos.items()}
    return {
        (one.person.name, by_id[photo]): (similarity, face)
        for one in rescored
        for photo, similarity, face in zip(one.photos, one.similarities, one.faces, strict=True)
    }


def put_many(desk: Desk, chance: Random, photos: int) -> None:
    """Each face is some look, of Anna, of Ben or of nobody, and more or less like the two."""
    for number in range(photos):
        lines = []
        for _ in range(chance.randint(0, 3)):
            anna, ben = chance.choices([20, 35, 45, 55, 65, 75, 85], k=2)
            lines.append(f"Anna {anna} Ben {ben} look{chance.randrange(12)} {chance.choice([90, 97])}")
        desk.put(f"{number}.jpg", "\n".join(lines) or "empty")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("names", [("Anna",), ("Anna", "Ben")])
def test_answers_change_what_a_new_run_finds_in_the_same_way(desk: Desk, names: tuple[str, ...], seed: int) -> None:
    chance = Random(seed)
    put_many(desk, chance, 40)
    sort, before, photos = found_by(desk, *names)
    assert sort.reconsidering is not None
    changed = False
    for _ in range(4):
        said = [
            (desk.catalog.person(chance.choice(names)), photos[name], chance.choice([*Decision, None]))
            for name in chance.sample(sorted(photos), 3)
        ]
        for person, photo, decision in said:
            desk.catalog.decide(person, dict.fromkeys(photo.identities, decision))
        now = as_found(sort.reconsidering.again(said, 80.0), photos)
        everything = as_found(sort.reconsidering.everything(80.0), photos)
        _sort, new_run, _photos = found_by(desk, *names)
        assert everything.items() <= new_run.items()
        assert {key for key, (similarity, _face) in new_run.items() if similarity >= 30} <= everything.keys()
        if len(names) == 1:
            assert {key: value for key, value in everything.items() if key in now} == {
                key: value for key, value in now.items() if key in everything
            }
        changed |= any(before[key] != value for key, value in new_run.items())
    assert changed


def test_what_was_said_of_a_photo_of_another_run_counts_too(desk: Desk) -> None:
    desk.put("like it.jpg", "Anna 65 Cleo 97")
    away = desk.put("no.jpg", "Anna 70 Cleo 99")
    found_by(desk, "Anna")
    anna, content = desk.catalog.person("Anna"), hashlib.sha256(away.read_bytes()).digest()
    desk.catalog.decide(anna, {content: Decision.NO})
    away.unlink()
    sort, scores, photos = found_by(desk, "Anna")
    assert sort.reconsidering is not None
    assert as_found(sort.reconsidering.again([(anna, photos["like it.jpg"], None)], 80.0), photos) == scores


def test_the_same_is_asked_of_the_engine_once(desk: Desk) -> None:
    desk.put("a.jpg", "Anna 65 Cleo 97")
    sort, _scores, photos = found_by(desk, "Anna")
    assert sort.reconsidering is not None
    desk.engine.asked.clear()
    sort.reconsidering.again([(desk.catalog.person("Anna"), photos["a.jpg"], Decision.YES)], 80.0)
    sort.reconsidering.everything(80.0)
    assert desk.engine.asked == []


def test_whoever_learned_nothing_is_not_compared_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put_many(desk, Random(1), 40)
    sort, _scores, photos = found_by(desk, "Anna", "Ben", "Cleo")
    assert sort.reconsidering is not None
    sort.reconsidering.again((), 80.0)
    compared: list[tuple[str, int]] = []
    plain = ScoredAnew.highest

    def counted(loaded: ScoredAnew, people: Sequence[Reference]) -> Sequence[Highest]:
        compared.extend((one.name, len(loaded.photos)) for one in people)
        return plain(loaded, people)

    monkeypatch.setattr(ScoredAnew, "highest", counted)
    anna = desk.catalog.person("Anna")
    for name in sorted(photos)[:3]:
        sort.reconsidering.again([(anna, photos[name], Decision.YES)], 80.0)
    at_hand = len(sort.reconsidering.again((), 80.0)[0].photos)
    assert {who for who, _photos in compared} == {"Anna"}
    assert [who for who, photos in compared if photos == at_hand] == ["Anna"] * 3, "those that may teach are fewer"


@pytest.mark.parametrize("seed", range(4))
def test_what_claims_came_to_is_kept_only_as_long_as_it_holds(desk: Desk, seed: int) -> None:
    """Whose a face is among several is worked out again for photos of whoever learned, or was answered about."""
    chance, names = Random(seed), ("Anna", "Ben")
    put_many(desk, chance, 40)
    sort, _scores, photos = found_by(desk, *names)
    assert sort.reconsidering is not None
    kept = 0
    for _ in range(6):
        person, photo = desk.catalog.person(chance.choice(names)), photos[chance.choice(sorted(photos))]
        threshold = chance.choice([80.0, 80.0, 65.0])
        said = [(person, photo, chance.choice([*Decision, None]))]
        now = as_found(sort.reconsidering.again(said, threshold), photos)
        looked_at = sort.reconsidering._near.looked_at
        assert looked_at.weighed is not None
        kept += len(looked_at.weighed._scores)
        looked_at.weighed.__init__()
        assert as_found(sort.reconsidering.again((), threshold), photos) == now
    assert kept


@dataclass
class TableEngine(TextEngine):
    """An engine that has one photo, with these similarities by face and reference."""

    table: dict[str, list[float]]

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        faces = len(next(iter(self.table.values())))
        return [[[self.table[str(one.payload)][face] for one in people] for face in range(faces)] for _ in photos]


@given(st.integers(1, 4), st.integers(1, 4), st.randoms(use_true_random=False), st.sampled_from([60.0, 80.0, 95.0]))
def test_faces_that_nobody_else_wants_need_no_second_look(
    faces: int, people: int, chance: Random, threshold: float
) -> None:
    """`make_scores` passes over photos with one person; the outcome is that of the full rule."""
    alone = [
        [chance.choice([10, 30, 48, 49, 50, 60, 79, 80, 90, 99]) * 1.0 for _ in range(people)] for _ in range(faces)
    ]
    grown = [[min(100.0, value + chance.choice([0, 0, 10, 25])) for value in row] for row in alone]
    table = {f"alone {n}": [row[n] for row in alone] for n in range(people)}
    table |= {f"grown {n}": [row[n] for row in grown] for n in range(people)}
    engine = TableEngine(table)
    face = engine.enrol("x", [Portrait(EncodedPicture("", b"x 1"))]).face
    queries = [
        PersonQuery(Person(n, str(n), str(n)), Reference("", face, f"alone {n}"), {}, Reference("", face, f"grown {n}"))
        for n in range(people)
    ]
    found = highest([grown], people)
    looked_at = LookedAt(1, [(b"",)].__getitem__, engine.load([(b"",)]), set(), lambda _place: (b"",))
    make_scores(found, queries, threshold, engine, looked_at)
    expected = final_scores(alone, grown, people, threshold)
    assert [(one.similarities[0], one.faces[0]) for one in found] == [(s.similarity, s.face_index) for s in expected]
