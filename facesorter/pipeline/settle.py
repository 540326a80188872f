"""Let confident matches join the references, once every photo has its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from facesorter.domain.matching import ANCHOR, ROUNDS, GrowthCandidates
from facesorter.domain.models import Decision
from facesorter.domain.ports import Answers, Catalog, Example, FaceEngine
from facesorter.pipeline.decide import Sought, similarities


class _Eligible(NamedTuple):
    """A photo with a face that may become an example of somebody."""

    content: bytes
    answers: Answers
    decisions: Sequence[Decision | None]


def settle(
    sought: Sequence[Sought], engine: FaceEngine, catalog: Catalog
) -> tuple[tuple[Sought, ...], Mapping[int, int]]:
    """The people with their references grown, and how many faces each gained by person id.

    One pass over the stored answers finds the photos that can matter at all, a small share; the rounds of growth go
    over these only. What joined in one round may make others confident in the next.
    """
    eligible = {one.content: one for one in _eligible(sought, engine, catalog)}
    grown = tuple(sought)
    chosen: list[list[Example]] = [[] for _ in sought]
    for _ in range(ROUNDS):
        former, chosen = chosen, _candidates(grown, engine, list(eligible.values()))
        if chosen == former:
            break
        grown = tuple(
            replace(one, grown=engine.grow(one.headshots, examples))
            for one, examples in zip(grown, chosen, strict=True)
        )
    return grown, {one.person.id: len(examples) for one, examples in zip(sought, chosen, strict=True) if examples}


def _eligible(sought: Sequence[Sought], engine: FaceEngine, catalog: Catalog) -> Iterator[_Eligible]:
    headshots = [one.headshots for one in sought]
    decided = {content for one in sought for content in one.decisions}
    for chunk in catalog.known_answers(engine.questions(headshots)):
        found = engine.similarities(headshots, [answers for _, answers in chunk])
        for (content, answers), faces in zip(chunk, found, strict=True):
            if content in decided or max(map(max, faces), default=0.0) >= ANCHOR:
                yield _Eligible(content, answers, [one.decisions.get(content) for one in sought])


def _candidates(sought: Sequence[Sought], engine: FaceEngine, eligible: Sequence[_Eligible]) -> list[list[Example]]:
    candidates = GrowthCandidates[Answers](len(sought))
    alone, now = similarities(sought, engine, [photo.answers for photo in eligible])
    for photo, before, after in zip(eligible, alone, now, strict=True):
        candidates.consider((photo.content, photo.answers), before, after, photo.decisions)
    return [[Example(choice.photo, choice.face_index) for choice in of_one] for of_one in candidates.chosen()]
