"""Nobody is in a photo that was taken before they were born, and nobody takes a face from others there."""

from __future__ import annotations

from collections.abc import Iterable, Set

import pytest
from fakes import TextEngine, a_face

from facesorter.domain.models import Decision, Person, Photo, Pile, Reference, Verdict
from facesorter.domain.ports import AnalyzedPhoto
from facesorter.pipeline.decide import decide
from facesorter.pipeline.person_query import PersonQuery

OLD, NEW = b"1975", b"2020"


def query(number: int, name: str, *, born_later: bool = False, decision: Decision | None = None) -> PersonQuery:
    def unborn(contents: Iterable[bytes]) -> Set[bytes]:
        return {content for content in contents if content == OLD}

    decisions = {} if decision is None else {OLD: decision}
    reference = Reference(name, a_face(), {name: 0.0})
    return PersonQuery(Person(number, name, name), reference, decisions, unborn=unborn if born_later else None)


def verdicts(data: bytes, content: bytes, *queries: PersonQuery) -> list[Verdict]:
    photo = AnalyzedPhoto(Photo(1, "/photos/a.jpg", 1, 1, content), (data,), None)
    ((_, found),) = decide(queries, 80.0, TextEngine(), [photo])
    return list(found)


@pytest.mark.parametrize("data", [b"Mother 85 Daughter 96", b"Mother 92 Daughter 94"])
def test_who_is_not_born_yet_takes_no_face_from_somebody_else(data: bytes) -> None:
    mother, daughter = verdicts(data, OLD, query(1, "Mother"), query(2, "Daughter", born_later=True))
    (alone,) = verdicts(data, OLD, query(1, "Mother"))
    assert (mother.pile, mother.score) == (alone.pile, alone.score) == (Pile.SURE, alone.score)
    assert (daughter.pile, daughter.score.similarity) == (Pile.NOT_THEM, 0.0)


def test_the_photos_since_are_as_ever() -> None:
    known = query(1, "Mother"), query(2, "Daughter", born_later=True)
    undated = query(1, "Mother"), query(2, "Daughter")
    assert verdicts(b"Mother 85 Daughter 96", NEW, *known) == verdicts(b"Mother 85 Daughter 96", NEW, *undated)


def test_what_the_window_sorts_by_says_the_same_as_the_pile() -> None:
    (found,) = verdicts(b"Daughter 96", OLD, query(2, "Daughter", born_later=True))
    assert (found.pile, found.score.similarity) == (Pile.NOT_THEM, 0.0)


def test_a_decision_outranks_the_date() -> None:
    (found,) = verdicts(b"Daughter 96", OLD, query(2, "Daughter", born_later=True, decision=Decision.YES))
    assert (found.pile, found.score.similarity) == (Pile.SURE, 96.0)
