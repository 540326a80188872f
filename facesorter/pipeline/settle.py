"""Let confident matches join the references, once every photo has its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from facesorter.domain.matching import ROUNDS, GrowthCandidates
from facesorter.domain.ports import Answers, Catalog, Example, FaceEngine
from facesorter.pipeline.decide import Sought, similarities


def settle(
    sought: Sequence[Sought], engine: FaceEngine, catalog: Catalog
) -> tuple[tuple[Sought, ...], Mapping[int, int]]:
    """The people with their references grown, and how many faces each gained by person id.

    A few passes over the stored answers, in bounded memory: what joined in one may make others confident in the next.
    """
    grown = tuple(sought)
    chosen: list[list[Example]] = [[] for _ in sought]
    for _ in range(ROUNDS):
        former, chosen = chosen, _candidates(grown, engine, catalog)
        if chosen == former:
            break
        grown = tuple(
            replace(one, grown=engine.grow(one.headshots, examples))
            for one, examples in zip(grown, chosen, strict=True)
        )
    return grown, {one.person.id: len(examples) for one, examples in zip(sought, chosen, strict=True) if examples}


def _candidates(sought: Sequence[Sought], engine: FaceEngine, catalog: Catalog) -> list[list[Example]]:
    candidates = GrowthCandidates[Answers](len(sought))
    for chunk in catalog.answered(engine.questions([one.reference for one in sought])):
        answered = [(photo.photo, photo.answers) for photo in chunk if photo.answers is not None]
        alone, now = similarities(sought, engine, [answers for _, answers in answered])
        for (photo, answers), before, after in zip(answered, alone, now, strict=True):
            if photo.content is not None:
                decisions = [one.decisions.get(photo.content) for one in sought]
                candidates.consider((photo.content, answers), before, after, decisions)
    return [[Example(choice.photo, choice.face_index) for choice in of_one] for of_one in candidates.chosen()]
