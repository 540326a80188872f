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


class _Eligible(NamedTuple):
    """A photo with a face that may become an example of somebody."""

    content: bytes
    analyses: Analyses
    decisions: Sequence[Decision | None]
    faces: Sequence[BoundingBox | None]


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
    eligible = _eligible(person_queries, engine, catalog)
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


def _eligible(person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents) -> list[_Eligible]:
    headshots = [one.headshots for one in person_queries]
    pools = [_Pool() for _ in person_queries]
    for chunk in catalog.known_analyses(engine.queries(headshots)):
        found = engine.highest(headshots, [analyses for _, analyses in chunk])
        for one, pool, (best, _) in zip(person_queries, pools, found, strict=True):
            for (content, analyses), similarity in zip(chunk, best, strict=True):
                decided = bool(one.decisions) and content in one.decisions
                if decided or similarity >= ANCHOR:
                    said = [_decided(other, content) for other in person_queries]
                    boxes = [other.said_face((content,)) for other in person_queries]
                    photo = _Eligible(content, analyses, said, boxes)
                    pool.add(photo, always=decided)
    return list({photo.content: photo for pool in pools for photo in pool.photos.values()}.values())


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
        self.photos: dict[bytes, _Eligible] = {}
        self._largest_first: list[tuple[int, bytes]] = []

    def add(self, photo: _Eligible, *, always: bool) -> None:
        """Take the photo in, or leave it out."""
        if photo.content in self.photos:
            return
        self.photos[photo.content] = photo
        if always:
            return
        heappush(self._largest_first, (-int.from_bytes(photo.content), photo.content))
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
            decisions = _with_said_faces(photo, before, after, engine)
            candidates.consider((photo.content, photo.analyses), before, after, decisions)
    return [[Example(choice.photo, choice.face_index) for choice in of_one] for of_one in candidates.chosen()]


def _with_said_faces(
    photo: _Eligible, alone: list[list[float]], now: list[list[float]], engine: FaceEngine
) -> Sequence[Decision | None]:
    """What was said of the photo, as far as it teaches anything: which face is somebody's counts, not which is alike.

    A face that the user drew and no engine finds teaches nothing. The similarities of others become 0 for that person.
    """
    decisions = list(photo.decisions)
    for person, (decision, box) in enumerate(zip(photo.decisions, photo.faces, strict=True)):
        if decision is not Decision.YES or box is None:
            continue
        said = box.same_face([face.box for face in engine.faces_in(photo.analyses)])
        decisions[person] = Decision.UNSURE if said is None else decision
        for face, (before, after) in enumerate(zip(alone, now, strict=True)):
            if said is not None and face != said:
                before[person] = after[person] = 0.0
    return decisions
