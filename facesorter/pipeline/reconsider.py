"""What a run has found, decided anew in memory whenever the user says something, just as a new run would decide it.

Only photos that are like somebody of the run are kept: another one becomes somebody's only when references have grown
far from the headshots, which a pass over all photos tells (`Reconsidering.everything`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple, cast

from facesorter.domain.matching import ANCHOR, Highest
from facesorter.domain.models import BoundingBox, Decision, Person, Photo, Reference
from facesorter.domain.ports import Analyses, Catalog, Example, FaceEngine, LoadedPhotos
from facesorter.pipeline.counter_examples import with_counter_examples
from facesorter.pipeline.decide import LookedAt, PersonQuery, decide_pages, make_scores
from facesorter.pipeline.decided_page import DecidedPage
from facesorter.pipeline.grow_references import POOL, grow_references

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
        self._near = _Near()
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
        about = self._take_in(said)
        near, engine = self._near.ready(self.person_queries, self._engine), self._engine
        if about:
            self._learn(cast("Catalog", _Teachable(near, self.person_queries, about, self._catalog)), about, threshold)
        found = near.highest([one.reference for one in self.person_queries])
        looked_at = LookedAt(near.analyses, near.films, near.identities.__getitem__)
        make_scores(found, self.person_queries, threshold, engine, looked_at)
        of_run = zip(self.person_queries[: self._people], found, strict=False)
        return [Rescored(one.person, near.ids, scores.similarities, scores.faces) for one, scores in of_run]

    def everything(self, threshold: float) -> list[Rescored]:
        """The same for all photos of the run; those that are like anybody now are kept from here on."""
        self._learn(self._catalog, {one.person.id for one in self.person_queries[: self._people]}, threshold)
        self._near = _Near()
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

    def _learn(self, photos: Catalog, about: Set[int], threshold: float) -> None:
        """Let what is known of these people (ids) grow anew."""
        before = self.person_queries
        taught = [one for one in before if one.person.id in about]
        learning = iter(with_counter_examples(taught, self._engine, photos, threshold))
        queries = [next(learning) if one.person.id in about else one for one in before]
        grown, _added = grow_references(queries, self._engine, photos)
        self.person_queries = tuple(
            new if new.person.id in about else old for old, new in zip(before, grown, strict=True)
        )

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


@dataclass(slots=True)
class _Near:
    """Photos in columns, and what can be worked out of them once: faces at hand, and whom each may teach."""

    ids: list[int] = field(default_factory=list[int])
    contents: list[bytes | None] = field(default_factory=list[bytes | None])
    identities: list[tuple[bytes, ...]] = field(default_factory=list[tuple[bytes, ...]])
    analyses: list[Analyses] = field(default_factory=list[Analyses])
    films: set[int] = field(default_factory=set[int])
    places: dict[bytes, int] = field(default_factory=dict[bytes, int])
    teachable: list[list[bytes]] = field(default_factory=list[list[bytes]])
    """Of each person the contents that are like them by the headshots alone, by digest."""
    _loaded: LoadedPhotos | None = None
    _scored: dict[int, tuple[Reference, Highest]] = field(default_factory=dict[int, tuple[Reference, Highest]])
    """By person the reference that the photos were compared with, and what came of it."""

    def take(self, decided: DecidedPage) -> None:
        near = {place for of_one in decided.decisions for place in of_one}
        for one in decided.scores:
            near.update(one.at_least(ANCHOR))
        for index in sorted(near):
            analyses = decided.page.analyses[index]
            if analyses is not None:
                self._keep(decided.page[index].photo, analyses, is_film=index in decided.page.films)
        self._loaded = None
        self._scored.clear()

    def _keep(self, photo: Photo, analyses: Analyses, *, is_film: bool) -> None:
        place, identities = len(self.ids), photo.identities
        self.ids.append(photo.id)
        self.contents.append(photo.content)
        self.identities.append(identities)
        self.analyses.append(analyses)
        for identity in identities:
            self.places[identity] = place
        if is_film:
            self.films.add(place)

    def ready(self, person_queries: Sequence[PersonQuery], engine: FaceEngine) -> _Near:
        if self._loaded is None:
            self._loaded = engine.load(self.analyses)
            headshots = [engine.set_apart(one.headshots, ()) for one in person_queries]
            self.teachable = [self._by_digest(one) for one in self._loaded.highest(headshots)]
        return self

    def _by_digest(self, found: Highest) -> list[bytes]:
        alike = {self.contents[place] for place in found.at_least(ANCHOR)}
        return sorted(content for content in alike if content is not None)

    def highest(self, people: Sequence[Reference]) -> list[Highest]:
        """The most similar face of each photo; whoever has learned nothing is not compared again."""
        before = dict(self._scored)
        new = [one for number, one in enumerate(people) if before.get(number, (None,))[0] is not one]
        found = iter(self.loaded.highest(new) if new else ())
        for number, one in enumerate(people):
            if before.get(number, (None,))[0] is not one:
                self._scored[number] = one, next(found)
        return [self._scored[number][1].copy() for number in range(len(people))]

    @property
    def loaded(self) -> LoadedPhotos:
        if self._loaded is None:
            raise RuntimeError("The photos are not ready.")
        return self._loaded


class _Teachable:
    """The photos that `grow_references` and `with_counter_examples` would choose from all, as a part of a catalog."""

    def __init__(self, near: _Near, people: Sequence[PersonQuery], about: Set[int], rest: Catalog) -> None:
        self._near = near
        self._people = people
        self._about = about
        self._rest = rest

    def known_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:  # noqa: ARG002
        """Of each person as many undecided photos as may join a pool, and all of which something was said."""
        near, wanted = self._near, dict[bytes, None]()
        for one, teachable in zip(self._people, near.teachable, strict=True):
            if one.person.id not in self._about:
                continue
            undecided = (content for content in teachable if content not in one.decisions)
            wanted.update(dict.fromkeys(islice(undecided, POOL)))
            wanted.update(dict.fromkeys(one.decisions))
        places = {content: near.places[content] for content in wanted if content in near.places}
        yield [(content, near.analyses[place]) for content, place in places.items() if near.contents[place] == content]

    def analysis(self, content: bytes, query: str) -> bytes | None:
        """The only analysis of this content, also of one that the run did not find."""
        place = self._near.places.get(content)
        return self._rest.analysis(content, query) if place is None else self._near.analyses[place][0]


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
