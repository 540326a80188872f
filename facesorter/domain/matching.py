"""From similarities to verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from facesorter.domain.models import Decision, Pile, Score

DEFAULT_THRESHOLD = 80.0
"""Similarity (0-100) from which a face is *Sure* unless the user says otherwise."""

CHECK_FROM = 50.0
"""Similarity (0-100) from which a face that is not sure is worth a look."""


def scores(similarities: Sequence[Sequence[float]], people: int) -> list[Score]:
    """The best score of each person in one photo, given `similarities[face][person]` (0-100)."""
    if not similarities:
        return [Score(0.0, None)] * people
    faces = range(len(similarities))
    return [
        Score(similarities[best][person], best)
        for person in range(people)
        for best in [max(faces, key=lambda face: similarities[face][person])]
    ]


def pile(score: Score, threshold: float, decision: Decision | None) -> Pile:
    """Where a photo lands for a person: what the user decided, else what the score says."""
    if decision is not None:
        return {Decision.YES: Pile.SURE, Decision.NO: Pile.NOT_THEM, Decision.UNSURE: Pile.CHECK}[decision]
    if score.face_index is None:
        return Pile.NO_FACE
    if score.similarity >= threshold:
        return Pile.SURE
    return Pile.CHECK if score.similarity >= min(CHECK_FROM, threshold) else Pile.NOT_THEM
