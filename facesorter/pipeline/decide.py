"""Score stored answers and decide, photo by photo; nothing is read and nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from facesorter.domain.matching import pile, settled_scores
from facesorter.domain.models import Decision, Person, Reference, Verdict
from facesorter.domain.ports import AnsweredPhoto, Answers, Catalog, FaceEngine


@dataclass(frozen=True, slots=True)
class Sought:
    """A person of this run: who, how they look, and what the user has said of photos of them, by content.

    `headshots` is how they look by the headshots alone; `grown` has confident matches beside them.
    """

    person: Person
    headshots: Reference
    decisions: Mapping[bytes, Decision]
    grown: Reference | None = None

    @property
    def reference(self) -> Reference:
        """All that is known of how they look."""
        return self.grown or self.headshots


def similarities(
    sought: Sequence[Sought], engine: FaceEngine, photos: Sequence[Answers]
) -> tuple[Similarities, Similarities]:
    """`[photo][face][person]` (0-100) by the headshots alone, and by the references as they are now."""
    alone = engine.similarities([one.headshots for one in sought], photos)
    if not any(one.grown for one in sought):
        return alone, alone
    return alone, engine.similarities([one.reference for one in sought], photos)


Similarities = list[list[list[float]]]


def decide(
    sought: Sequence[Sought], threshold: float, engine: FaceEngine, photos: Sequence[AnsweredPhoto]
) -> Iterator[tuple[AnsweredPhoto, tuple[Verdict, ...]]]:
    """Each photo with one verdict a person, in the order given; no verdict where a problem or no answer is stored."""
    answered = [photo for photo in photos if photo.answers is not None]
    found = zip(*similarities(sought, engine, [photo.answers for photo in answered if photo.answers]), strict=True)
    for photo in photos:
        if photo.answers is None:
            yield photo, ()
            continue
        content = photo.photo.content
        of_photo = settled_scores(*next(found), len(sought), threshold)
        yield (
            photo,
            tuple(
                Verdict(one.person, pile(score, threshold, decision), score, decision)
                for one, score in zip(sought, of_photo, strict=True)
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
