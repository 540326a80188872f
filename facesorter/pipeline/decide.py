"""Score stored answers and decide, photo by photo; nothing is read and nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from facesorter.domain.matching import pile, scores
from facesorter.domain.models import Decision, Person, Reference, Verdict
from facesorter.domain.ports import AnsweredPhoto, Catalog, FaceEngine


@dataclass(frozen=True, slots=True)
class Sought:
    """A person of this run: who, how they look, and what the user has said of photos of them, by content."""

    person: Person
    reference: Reference
    decisions: Mapping[bytes, Decision]


def decide(
    sought: Sequence[Sought], threshold: float, engine: FaceEngine, photos: Sequence[AnsweredPhoto]
) -> Iterator[tuple[AnsweredPhoto, tuple[Verdict, ...]]]:
    """Each photo with one verdict a person, in the order given; no verdict where a problem or no answer is stored."""
    answered = [photo for photo in photos if photo.answers is not None]
    similarities = iter(
        engine.similarities([one.reference for one in sought], [photo.answers for photo in answered if photo.answers])
    )
    for photo in photos:
        if photo.answers is None:
            yield photo, ()
            continue
        content = photo.photo.content
        yield (
            photo,
            tuple(
                Verdict(one.person, pile(score, threshold, decision), score, decision)
                for one, score in zip(sought, scores(next(similarities), len(sought)), strict=True)
                for decision in [one.decisions.get(content) if content else None]
            ),
        )


def decide_all(
    sought: Sequence[Sought], threshold: float, engine: FaceEngine, catalog: Catalog
) -> Iterator[tuple[AnsweredPhoto, tuple[Verdict, ...]]]:
    """Every selected photo, in the order of the selection."""
    questions = engine.questions([one.reference for one in sought])
    for chunk in catalog.answered(questions):
        yield from decide(sought, threshold, engine, chunk)
