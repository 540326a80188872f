"""Let confident matches join the references, once every photo has its analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from facesorter.domain.matching import ANCHOR, ROUNDS, GrowthCandidates
from facesorter.domain.models import BoundingBox, Decision
from facesorter.domain.ports import Analyses, Example, FaceEngine
from facesorter.pipeline.decide import PersonQuery, similarities

TOGETHER = 2000
"""Photos scored at once: enough for the engine to be fast, and few enough to take no memory to speak of."""

POOL = 500
"""Photos of each person among which examples are chosen: fifteen times as many as can be, in a few hundred kB."""

LEAST = 1e-6
"""A similarity (0-100) of a face that is somebody's because the user said so, however unlike them it is."""


class _Eligible(NamedTuple):
    """A photo with a face that may become an example of somebody."""

    content: bytes
    analyses: Analyses
    decisions: Sequence[Decision | None]
    faces: Sequence[Sequence[BoundingBox]]
    refusing: Sequence[PersonQuery | None]
    """By person whoever is none of some faces of it, as the user said."""


class AnalyzedContents(Protocol):
    """Photos that were analyzed, in bounded parts."""

    def known_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:
        """Contents (SHA-256) with all analyses; see `Catalog.known_analyses`."""
        ...


def grow_references(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents
) -> tuple[tuple[PersonQuery, ...], Mapping[int, int]]:
    """The people with their references grown, and how many faces each gained by person id.

    One pass over the stored analyses finds photos that can matter at all; the rounds of growth go over these only. What
    joined in one round may make others confident in the next.
    """
    pools = _pools(person_queries, engine, catalog)
    photos = {content: analyses for pool in pools for content, analyses in pool.photos.items()}
    return _grown(person_queries, engine, _told(photos, person_queries))


def grow_each(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents
) -> tuple[PersonQuery, ...]:
    """Each of these people as if `grow_references` were asked about that one alone, by one pass for all of them."""
    pools = _pools(person_queries, engine, catalog)
    grown: list[PersonQuery] = []
    for one, pool in zip(person_queries, pools, strict=True):
        grown += _grown([one], engine, _told(pool.photos, [one]))[0]
    return tuple(grown)


def _grown(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, eligible: Sequence[_Eligible]
) -> tuple[tuple[PersonQuery, ...], Mapping[int, int]]:
    grown = tuple(person_queries)
    chosen: list[list[Example]] = [[] for _ in person_queries]
    for _ in range(ROUNDS):
        former, chosen = chosen, _candidates(grown, engine, eligible)
        if chosen == former:
            break
        grown = tuple(
            replace(one, grown=engine.grow(one.headshots, examples))
            for one, examples in zip(grown, chosen, strict=True)
        )
    return grown, {
        one.person.id: len(examples) for one, examples in zip(person_queries, chosen, strict=True) if examples
    }


def _pools(person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents) -> list[_Pool]:
    headshots = [one.headshots for one in person_queries]
    pools = [_Pool() for _ in person_queries]
    for chunk in catalog.known_analyses(engine.queries(headshots)):
        found = engine.highest(headshots, [analyses for _, analyses in chunk])
        for one, pool, scores in zip(person_queries, pools, found, strict=True):
            near = set(scores.at_least(ANCHOR))
            if one.decisions:
                near.update(place for place, (content, _) in enumerate(chunk) if content in one.decisions)
            for content, analyses in (chunk[place] for place in sorted(near)):
                pool.add(content, analyses, always=content in one.decisions)
    return pools


def _told(photos: Mapping[bytes, Analyses], person_queries: Sequence[PersonQuery]) -> list[_Eligible]:
    """These photos with what was said of them."""
    return [
        _Eligible(
            content,
            analyses,
            [_decided(one, content) for one in person_queries],
            [one.said_faces((content,)) if one.faces else () for one in person_queries],
            [one if content in one.not_theirs else None for one in person_queries],
        )
        for content, analyses in photos.items()
    ]


def _decided(one: PersonQuery, content: bytes) -> Decision | None:
    """What the user said, or that nobody is in a photo that was taken before they were born."""
    said = one.decisions.get(content)
    return Decision.NO if said is None and one.unborn is not None and one.unborn((content,)) else said


class _Pool:
    """At most `POOL` photos that may show one person, and all that the user decided.

    Those with the smallest digests stay: a sample that depends neither on the order of the photos nor on anything in
    them.
    """

    def __init__(self) -> None:
        self.photos: dict[bytes, Analyses] = {}
        self._largest_first: list[tuple[int, bytes]] = []

    def add(self, content: bytes, analyses: Analyses, *, always: bool) -> None:
        """Take the photo in, or leave it out."""
        if content in self.photos:
            return
        self.photos[content] = analyses
        if always:
            return
        heappush(self._largest_first, (-int.from_bytes(content), content))
        if len(self._largest_first) > POOL:
            del self.photos[heappop(self._largest_first)[1]]


def _candidates(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, eligible: Sequence[_Eligible]
) -> list[list[Example]]:
    candidates = GrowthCandidates[Analyses](len(person_queries))
    for start in range(0, len(eligible), TOGETHER):
        photos = eligible[start : start + TOGETHER]
        alone, now = similarities(person_queries, engine, [photo.analyses for photo in photos])
        for photo, before, after in zip(photos, alone, now, strict=True):
            decisions, several = _with_said_faces(photo, before, after, engine)
            candidates.consider((photo.content, photo.analyses), before, after, decisions)
            for person, face in several:
                key = photo.content + face.to_bytes(4)
                alone_of, now_of = (_only(matrix, person, face) for matrix in (before, after))
                said = [Decision.YES if one == person else Decision.UNSURE for one in range(len(person_queries))]
                candidates.consider((key, photo.analyses), alone_of, now_of, said)
    return [[Example(choice.photo, choice.face_index) for choice in of_one] for of_one in candidates.chosen()]


def _with_said_faces(
    photo: _Eligible, alone: list[list[float]], now: list[list[float]], engine: FaceEngine
) -> tuple[Sequence[Decision | None], Sequence[tuple[int, int]]]:
    """What was said of the photo, as far as it teaches anything: which face is somebody's counts, not which is alike.

    A face that the user drew and no engine finds teaches nothing. The similarities of others become 0 for that person.
    Whoever is in the photo several times, because the user said so, is told of beside that, by person and face.
    """
    decisions, several = list(photo.decisions), list[tuple[int, int]]()
    for person, (decision, boxes) in enumerate(zip(photo.decisions, photo.faces, strict=True)):
        refusing = photo.refusing[person]
        if refusing is not None:
            all_boxes = [face.box for face in engine.faces_in(photo.analyses)]
            for face in refusing.refused_faces((photo.content,), all_boxes):
                alone[face][person] = now[face][person] = 0.0
        if decision is not Decision.YES or not boxes:
            continue
        all_boxes = [face.box for face in engine.faces_in(photo.analyses)]
        said = {face for box in boxes if (face := box.same_face(all_boxes)) is not None}
        decisions[person] = decision if len(said) == 1 else Decision.UNSURE
        several += [(person, face) for face in sorted(said)] if len(said) > 1 else []
        for face, (before, after) in enumerate(zip(alone, now, strict=True)):
            if said and face not in said:
                before[person] = after[person] = 0.0
    return decisions, several


def _only(similarities: Sequence[Sequence[float]], person: int, face: int) -> list[list[float]]:
    """The similarities as if this face were this person's, and nobody else were in the photo."""
    return [
        [max(value, LEAST) if (row, one) == (face, person) else 0.0 for one, value in enumerate(values)]
        for row, values in enumerate(similarities)
    ]
