"""Let confident matches join the references, once every photo has its analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from heapq import heappop, heappush
from typing import Protocol

from facesorter.domain.growth import ANCHOR
from facesorter.domain.ports import Analyses, AnalyzedPage, FaceEngine, FacePacking
from facesorter.pipeline.load_page import load_page
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.teachable import Teachable, grow_from

TOGETHER = 2000
"""Photos scored at once: enough for the engine to be fast, and few enough to take no memory to speak of."""

POOL = 500
"""Photos of each person among which examples are chosen: fifteen times as many as can be, in a few hundred kB."""


class AnalyzedContents(Protocol):
    """Photos that were analyzed, in bounded parts."""

    def analyzed(
        self, queries: Sequence[str], chunk: int = 2000, packing: FacePacking | None = None
    ) -> Iterator[AnalyzedPage]:
        """See `Catalog.analyzed`."""
        ...


def grow_references(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents, learners: int | None = None
) -> tuple[tuple[PersonQuery, ...], Mapping[int, int]]:
    """The people with their references grown, and how many faces each gained by person id.

    One pass over the stored analyses finds photos that can matter at all; the rounds of growth go over these only. What
    joined in one round may make others confident in the next. Where only the first so many are `learners`, the others
    have a say in whose a face is.
    """
    count = len(person_queries) if learners is None else learners
    pools = _pools(person_queries[:count], engine, catalog)
    photos = {content: analyses for pool in pools for content, analyses in pool.photos.items()}
    return _grown(person_queries, engine, photos, count)


def grow_each(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents
) -> tuple[PersonQuery, ...]:
    """Each of these people as if `grow_references` were asked about that one alone, by one pass for all of them."""
    pools = _pools(person_queries, engine, catalog)
    grown: list[PersonQuery] = []
    for one, pool in zip(person_queries, pools, strict=True):
        grown += _grown([one], engine, pool.photos, 1)[0]
    return tuple(grown)


def _grown(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, photos: Mapping[bytes, Analyses], learners: int
) -> tuple[tuple[PersonQuery, ...], Mapping[int, int]]:
    """The people, of whom the first so many have grown by these photos, and how many faces each gained."""
    contents = list(photos)
    parts: list[Teachable] = []
    for start in range(0, len(contents), TOGETHER):
        part = contents[start : start + TOGETHER]
        analyses = [photos[content] for content in part]
        load = partial(engine.load, analyses)
        parts.append(Teachable(part, analyses, load if len(contents) > TOGETHER else cache(load)))
    return grow_from(parts, person_queries, engine, range(learners))


def _pools(person_queries: Sequence[PersonQuery], engine: FaceEngine, catalog: AnalyzedContents) -> list[_Pool]:
    headshots = [one.headshots for one in person_queries]
    pools = [_Pool() for _ in person_queries]
    decided = {content for one in person_queries for content in one.decisions}
    for page in catalog.analyzed(engine.queries(headshots), packing=engine.packing):
        known, loaded = load_page(page, engine)
        contents = enumerate(page.contents() if decided else ())
        said = {content: place for place, content in contents if content is not None and content in decided}
        wanted: list[tuple[_Pool, bytes, int, bool]] = []
        for one, pool, scores in zip(person_queries, pools, loaded.highest(headshots), strict=True):
            for place in map(known.__getitem__, scores.at_least(ANCHOR)):
                content = page.content(place)
                if content is not None and content <= pool.largest and content not in one.decisions:
                    wanted.append((pool, content, place, False))
            wanted += [(pool, content, place, True) for content, place in said.items() if content in one.decisions]
        places = sorted({place for _pool, _content, place, _always in wanted})
        analyses = dict(zip(places, page.several(places), strict=True))
        for pool, content, place, always in wanted:
            pool.add(content, analyses[place], always=always)
    return pools


class _Pool:
    """At most `POOL` photos that may show one person, and all that the user decided.

    Those with the smallest digests stay: a sample that depends neither on the order of the photos nor on anything in
    them.
    """

    def __init__(self) -> None:
        self.photos: dict[bytes, Analyses] = {}
        self.largest = b"\xff" * 64
        """Photos with larger digests are not taken in."""
        self._largest_first: list[tuple[int, bytes]] = []

    def add(self, content: bytes, analyses: Analyses | None, *, always: bool) -> None:
        """Take the photo in, or leave it out."""
        if analyses is None or content in self.photos or (not always and content > self.largest):
            return
        self.photos[content] = analyses
        if always:
            return
        heappush(self._largest_first, (-int.from_bytes(content), content))
        if len(self._largest_first) > POOL:
            del self.photos[heappop(self._largest_first)[1]]
        if len(self._largest_first) == POOL:
            self.largest = self._largest_first[0][1]
