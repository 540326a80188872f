"""Let confident matches join the references, once every photo has its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import heappush, heappushpop

from facesorter.domain.matching import DEFAULT_THRESHOLD
from facesorter.domain.models import Decision, Pile
from facesorter.domain.ports import Catalog, Example, FaceEngine
from facesorter.pipeline.decide import Sought, decide_all

EXAMPLES = 8
"""Confident matches that may join a reference."""


def settle(
    sought: Sequence[Sought], engine: FaceEngine, catalog: Catalog
) -> tuple[tuple[Sought, ...], Mapping[int, int]]:
    """The people with their references grown, and how many faces each gained by person id."""
    best: dict[int, list[tuple[float, int, Example]]] = {one.person.id: [] for one in sought}
    for answered, verdicts in decide_all(sought, DEFAULT_THRESHOLD, engine, catalog):
        for verdict in verdicts:
            similarity, face_index = verdict.score
            if verdict.pile is not Pile.SURE or face_index is None or answered.answers is None:
                continue
            weight = 200.0 if verdict.decision is Decision.YES else similarity
            heap = best[verdict.person.id]
            example = (weight, -answered.photo.id, Example(answered.answers, face_index))
            (heappush if len(heap) < EXAMPLES else heappushpop)(heap, example)
    grown = tuple(
        replace(one, reference=engine.grow(one.reference, [example for _, _, example in sorted(best[one.person.id])]))
        for one in sought
    )
    return grown, {person_id: len(examples) for person_id, examples in best.items() if examples}
