"""Score stored analyses and decide, photo by photo; nothing is read and nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from facesorter.domain.films import final_film_scores
from facesorter.domain.formats import is_film
from facesorter.domain.matching import final_scores, pile, scores
from facesorter.domain.models import Decision, Person, Photo, Reference, Score, Verdict
from facesorter.domain.ports import Analyses, AnalyzedPhoto, Catalog, FaceEngine


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """A person of this run: who, how they look, and what the user has said of photos of them, by content or object.

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

    def decided(self, photo: Photo) -> Decision | None:
        """What the user said of them in this photo."""
        return next((self.decisions[known] for known in photo.identities if known in self.decisions), None)


def similarities(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, photos: Sequence[Analyses]
) -> tuple[Similarities, Similarities]:
    """`[photo][face][person]` (0-100) by the headshots alone, and by the references as they are now."""
    headshots = [one.headshots for one in person_queries]
    if not any(one.grown for one in person_queries):
        alone = engine.similarities(headshots, photos)
        return alone, alone
    people = len(person_queries)
    both = engine.similarities([*headshots, *(one.reference for one in person_queries)], photos)
    return (
        [[face[:people] for face in faces] for faces in both],
        [[face[people:] for face in faces] for faces in both],
    )


Similarities = list[list[list[float]]]


def decide(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, photos: Sequence[AnalyzedPhoto]
) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
    """Each photo with one verdict a person, in the order given; no verdict where a problem or no analysis is stored."""
    found = iter(_scores(person_queries, threshold, engine, [photo for photo in photos if photo.analyses is not None]))
    for photo in photos:
        if photo.analyses is None:
            yield photo, ()
            continue
        verdicts: list[Verdict] = []
        for one, score in zip(person_queries, next(found), strict=True):
            decision = one.decided(photo.photo) if one.decisions else None
            verdicts.append(Verdict(one.person, pile(score, threshold, decision), score, decision))
        yield photo, tuple(verdicts)


def _scores(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, photos: Sequence[AnalyzedPhoto]
) -> list[list[Score]]:
    """One score a person for each photo or film, of which all have analyses."""
    people = len(person_queries)
    analyses = [photo.analyses or () for photo in photos]
    films = {place for place, photo in enumerate(photos) if is_film(photo.photo.path)}
    if people == 1 and not films:  # with nobody else to lose a face to, what the headshots alone say cannot be lost
        return [scores(faces, 1) for faces in engine.similarities([person_queries[0].reference], analyses)]
    alone, now = similarities(person_queries, engine, analyses)
    return [
        final_film_scores(*both, engine.faces_in(analyses[place]), people, threshold)
        if place in films
        else final_scores(*both, people, threshold)
        for place, both in enumerate(zip(alone, now, strict=True))
    ]


def decide_all(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, catalog: Catalog
) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
    """Every selected photo, in the order of the selection."""
    queries = engine.queries([one.reference for one in person_queries])
    for chunk in catalog.analyzed(queries):
        yield from decide(person_queries, threshold, engine, chunk)
