"""Photos that may teach references more, and the rounds in which they do.

A photo is looked at for the people who seem to be in it, however many others there are: these have no say in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from facesorter.domain.growth import ROUNDS, GrowthCandidates
from facesorter.domain.matching import DEFAULT_THRESHOLD, SPEAKS_AGAINST, Highest
from facesorter.domain.models import Decision, Reference
from facesorter.domain.ports import Analyses, Example, FaceEngine, LoadedPhotos
from facesorter.pipeline.page_scores import Similarities, similarities_among
from facesorter.pipeline.person_query import PersonQuery

LEAST = 1e-6
"""A similarity (0-100) of a face that is somebody's because the user said so, however unlike them it is."""


class SeemsThere(NamedTuple):
    """In which photos (by their places) somebody seems to be by a reference, and in which surely."""

    reference: Reference
    near: Set[int]
    sure: Set[int]

    @classmethod
    def by(cls, reference: Reference, found: Highest, places: Sequence[int] | None = None) -> SeemsThere:
        """By their most similar faces in photos, which are those at `places`."""
        near, sure = found.at_least(SPEAKS_AGAINST), found.at_least(DEFAULT_THRESHOLD)
        if places is not None:
            near, sure = [places[one] for one in near], [places[one] for one in sure]
        return cls(reference, frozenset(near), frozenset(sure))


def learned_since(references: Sequence[Reference], there: Mapping[int, SeemsThere]) -> dict[int, Reference]:
    """Those of the references (by people's numbers) that nobody has compared yet with the photos of `there`."""
    return {
        number: one
        for number, one in enumerate(references)
        if number not in there or there[number].reference is not one
    }


class Teachable:
    """Photos by their contents (SHA-256), of which those at the places `some`, or all, may teach; each content once.

    `load` gives the faces of all; `known` says of people by their numbers where they seem to be, as far as that is
    known.
    """

    def __init__(
        self,
        contents: Sequence[bytes | None],
        analyses: Sequence[Analyses],
        load: Callable[[], LoadedPhotos],
        some: Sequence[int] | None = None,
        known: Mapping[int, SeemsThere] | None = None,
    ) -> None:
        self._contents = contents
        self._analyses = analyses
        self._load = load
        self._some = some
        self._there = dict(known or {})
        places = range(len(contents)) if some is None else some
        self._places = {content: place for place in places if (content := contents[place]) is not None}

    def consider(
        self,
        person_queries: Sequence[PersonQuery],
        learners: Sequence[int],
        engine: FaceEngine,
        candidates: GrowthCandidates[Analyses],
    ) -> None:
        """Have `candidates` consider the photos that may teach any of the `learners` (people by their numbers)."""
        loaded = self._load()
        self._compare(person_queries, loaded)
        confirmed = {number: self._confirmed(person_queries[number]) for number in learners}
        wanted = {place for number in learners for place in self._there[number].sure | confirmed[number]}
        people: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(person_queries)):
            for place in (wanted & self._there[number].near) | confirmed.get(number, set()):
                people[place].append(number)
        alone, now = similarities_among(person_queries, loaded, people)
        unborn = self._unborn({number: person_queries[number] for number in learners})
        for place, numbers in people.items():
            content = self._contents[place] or b""
            of_photo = _OfPhoto(content, self._analyses[place], numbers, alone[place], now[place])
            of_photo.consider([person_queries[number] for number in numbers], unborn[place], engine, candidates)

    def _compare(self, person_queries: Sequence[PersonQuery], loaded: LoadedPhotos) -> None:
        """Find out where people seem to be who have learned since."""
        references = learned_since([one.reference for one in person_queries], self._there)
        if references:
            photos = loaded if self._some is None else loaded.at(self._some)
            for (number, reference), found in zip(
                references.items(), photos.highest(list(references.values())), strict=True
            ):
                self._there[number] = SeemsThere.by(reference, found, self._some)

    def _confirmed(self, one: PersonQuery) -> set[int]:
        """Where the user said yes."""
        said = one.decisions.keys() & self._places.keys()
        return {self._places[content] for content in said if one.decisions[content] is Decision.YES}

    def _unborn(self, learners: Mapping[int, PersonQuery]) -> Mapping[int, Set[int]]:
        """By place, who surely seems to be in a photo and was not born when it was taken."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for number, one in learners.items():
            if one.unborn is not None:
                contents = [content for place in self._there[number].sure if (content := self._contents[place])]
                for content in one.unborn(contents):
                    found[self._places[content]].add(number)
        return found


class _OfPhoto(NamedTuple):
    """A photo with the people (by their numbers) who seem to be in it, and how similar they are to its faces."""

    content: bytes
    analyses: Analyses
    people: Sequence[int]
    alone: Similarities
    now: Similarities

    def consider(
        self,
        person_queries: Sequence[PersonQuery],
        unborn: Set[int],
        engine: FaceEngine,
        candidates: GrowthCandidates[Analyses],
    ) -> None:
        """Have `candidates` consider it; the queries are those of its people."""
        decisions, several = self._with_said_faces(person_queries, engine)
        decisions = [
            Decision.NO if said is None and number in unborn else said
            for number, said in zip(self.people, decisions, strict=True)
        ]
        candidates.consider((self.content, self.analyses), self.alone, self.now, decisions, self.people)
        for person, face in several:
            key = self.content + face.to_bytes(4)
            alone_of, now_of = (_only(matrix, person, face) for matrix in (self.alone, self.now))
            of_one = [Decision.YES if one == person else Decision.UNSURE for one in range(len(self.people))]
            candidates.consider((key, self.analyses), alone_of, now_of, of_one, self.people)

    def _with_said_faces(
        self, person_queries: Sequence[PersonQuery], engine: FaceEngine
    ) -> tuple[Sequence[Decision | None], Sequence[tuple[int, int]]]:
        """What was said of the photo, as far as it teaches anything: a face that is somebody's counts, not one alike.

        A face that the user drew and no engine finds teaches nothing. The similarities of others become 0 for that
        person. Whoever is in the photo several times, because the user said so, comes in the second list, by their
        place among the people and by face.
        """
        decisions = [one.decisions.get(self.content) for one in person_queries]
        several: list[tuple[int, int]] = []
        for person, one in enumerate(person_queries):
            boxes = one.said_faces((self.content,)) if decisions[person] is Decision.YES else ()
            if not boxes and self.content not in one.not_theirs:
                continue
            all_boxes = [face.box for face in engine.faces_in(self.analyses)]
            self._clear(person, one.refused_faces((self.content,), all_boxes))
            if not boxes:
                continue
            said = {face for box in boxes if (face := box.same_face(all_boxes)) is not None}
            decisions[person] = Decision.YES if len(said) == 1 else Decision.UNSURE
            several += [(person, face) for face in sorted(said)] if len(said) > 1 else []
            if said:
                self._clear(person, set(range(len(all_boxes))) - said)
        return decisions, several

    def _clear(self, person: int, faces: Iterable[int]) -> None:
        for face in faces:
            self.alone[face][person] = self.now[face][person] = 0.0


def _only(similarities: Similarities, person: int, face: int) -> Similarities:
    """The similarities as if this face were this person's, and nobody else were in the photo."""
    return [
        [max(value, LEAST) if (row, one) == (face, person) else 0.0 for one, value in enumerate(values)]
        for row, values in enumerate(similarities)
    ]


def grow_from(
    photos: Sequence[Teachable], person_queries: Sequence[PersonQuery], engine: FaceEngine, learners: Sequence[int]
) -> tuple[tuple[PersonQuery, ...], Mapping[int, int]]:
    """The people with the references of the `learners` (by their numbers) grown by these photos, and how many faces
    each gained by person id.

    What joined in one round may make others confident in the next.
    """
    grown = list(person_queries)
    examples: dict[int, list[Example]] = {number: [] for number in learners}
    for _ in range(ROUNDS):
        candidates = GrowthCandidates[Analyses](len(grown))
        for part in photos:
            part.consider(grown, learners, engine, candidates)
        chosen = candidates.chosen()
        changed = False
        for number, former in examples.items():
            new = [Example(choice.photo, choice.face_index) for choice in chosen[number]]
            if new != former:
                grown[number] = replace(grown[number], grown=engine.grow(grown[number].headshots, new))
                examples[number], changed = new, True
        if not changed:
            break
    gained = {grown[number].person.id: len(those) for number, those in examples.items() if those}
    return tuple(grown), gained
