"""What a run has found, decided anew in memory whenever the user says something, just as a new run would decide it.

Only photos that are like somebody of the run are kept: another one becomes somebody's only when references have grown
far from the headshots, which a pass over all photos tells (`Reconsidering.everything`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from facesorter.domain.models import BoundingBox, Decision, Person, Photo
from facesorter.domain.ports import Catalog, Example, FaceEngine
from facesorter.pipeline.counter_examples import StoredAnalyses, with_counter_examples
from facesorter.pipeline.decide import decide_pages
from facesorter.pipeline.decided_page import DecidedPage
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.near_photos import NearPhotos
from facesorter.pipeline.page_scores import make_scores
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.teachable import grow_from

Said = Iterable[tuple[Person, Photo, Decision | None]]
"""What the user said of people in photos, in that order; None takes it back."""


class Rescored(NamedTuple):
    """One person in many photos: their ids, the similarity of each (0-100), and which face that is (-1: none)."""

    person: Person
    photos: Sequence[int]
    similarities: Sequence[float]
    faces: Sequence[int]


class Reconsidering:
    """The decisions of one run, as they change. `catalog` has the run's photos selected. One call at a time.

    Where only the first so many `people` are the run's, the others have a say in whose a face is, and learn nothing.
    """

    def __init__(
        self, person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: Catalog, people: int | None = None
    ) -> None:
        self._people = len(person_queries) if people is None else people
        self._engine = engine
        self._catalog = catalog
        self._near = NearPhotos()
        self.person_queries = tuple(
            replace(
                one,
                decisions=dict(one.decisions),
                unborn=one.unborn and _remembered(one.unborn),
                faces=dict(one.faces),
            )
            for one in person_queries
        )

    def take_faces(self, person: Person, photo: Photo, boxes: Sequence[BoundingBox]) -> None:
        """The user said that these faces of a photo, and no others, are this person's; `again` takes it in."""
        for one in self.person_queries:
            if one.person.id == person.id:
                _faces_of(one).update(dict.fromkeys(photo.identities, boxes))

    def take(self, decided: DecidedPage) -> None:
        """Keep those photos of a page of the run that are like anybody, or of which anything was said."""
        self._near.take(decided)

    def again(self, said: Said, threshold: float) -> list[Rescored]:
        """Take in what was said, let it teach whom it is about, and score the photos that are like anybody.

        What it teaches of others, because a face is one person's, follows with `everything`.
        """
        about, engine = self._take_in(said), self._engine
        near = self._near.ready(self.person_queries[: self._people], engine)
        if about:
            near.compare([one.reference for one in self.person_queries])
            self._set_apart(_Stored(near, self._catalog), about, threshold)
            run = enumerate(self.person_queries[: self._people])
            learners = [number for number, one in run if one.person.id in about]
            teaching = near.teaching(learners, self.person_queries)
            self.person_queries, _added = grow_from([teaching], self.person_queries, engine, learners)
        found = near.highest([one.reference for one in self.person_queries])
        make_scores(found, self.person_queries, threshold, engine, near.looked_at)
        of_run = zip(self.person_queries[: self._people], found, strict=False)
        return [Rescored(one.person, near.ids, scores.similarities, scores.faces) for one, scores in of_run]

    def everything(self, threshold: float) -> list[Rescored]:
        """The same for all photos of the run; those that are like anybody now are kept from here on."""
        about = {one.person.id for one in self.person_queries[: self._people]}
        self._set_apart(self._catalog, about, threshold)
        self.person_queries, _added = grow_references(self.person_queries, self._engine, self._catalog, self._people)
        self._near = NearPhotos()
        for decided in decide_pages(self.person_queries, threshold, self._engine, self._catalog):
            self._near.take(decided.of_first(self._people))
        return self.again((), threshold)

    def faces(self, wanted: Mapping[int, int]) -> dict[int, tuple[bytes | None, Example]]:
        """Of photos (ids) that are like anybody, the face of this index, and the photo's content."""
        near = self._near
        return {
            photo: (near.contents[place], Example(near.analyses[place], wanted[photo]))
            for place, photo in enumerate(near.ids)
            if photo in wanted
        }

    def _set_apart(self, stored: StoredAnalyses, about: Set[int], threshold: float) -> None:
        """Let what is known of these people (ids) begin anew, with the headshots and what the user said no to."""
        run, others = self.person_queries[: self._people], self.person_queries[self._people :]
        taught = [one for one in run if one.person.id in about]
        begun = iter(with_counter_examples(taught, self._engine, stored, threshold))
        self.person_queries = (*(next(begun) if one.person.id in about else one for one in run), *others)

    def _take_in(self, said: Said) -> set[int]:
        """Whom it is about (ids)."""
        by_person: Mapping[int, dict[bytes, Decision]] = {
            one.person.id: cast("dict[bytes, Decision]", one.decisions) for one in self.person_queries
        }
        faces = {one.person.id: _faces_of(one) for one in self.person_queries}
        about: set[int] = set()
        for person, photo, decision in said:
            about.add(person.id)
            decisions = by_person[person.id]
            for known in photo.identities:
                decisions.pop(known, None)
                if decision is not Decision.YES:
                    faces[person.id].pop(known, None)
                if decision is not None:
                    decisions[known] = decision
        return about


@dataclass(frozen=True, slots=True)
class _Stored:
    """Stored analyses, those of the photos at hand before all."""

    near: NearPhotos
    rest: StoredAnalyses

    def analysis(self, content: bytes, query: str) -> bytes | None:
        """The only analysis of this content, also of one that the run did not find."""
        place = self.near.places.get(content)
        return self.rest.analysis(content, query) if place is None else self.near.analyses[place][0]


def _faces_of(one: PersonQuery) -> dict[bytes, Sequence[BoundingBox]]:
    """Which faces are somebody's, where this room may change it."""
    return cast("dict[bytes, Sequence[BoundingBox]]", one.faces)


def _remembered(unborn: Callable[[Iterable[bytes]], Set[bytes]]) -> Callable[[Iterable[bytes]], Set[bytes]]:
    """The same, asked once of each content."""
    known: dict[bytes, bool] = {}

    def remembered(contents: Iterable[bytes]) -> Set[bytes]:
        asked = set(contents)
        new = [content for content in asked if content not in known]
        if new:
            before = unborn(new)
            known.update((content, content in before) for content in new)
        return {content for content in asked if known[content]}

    return remembered
