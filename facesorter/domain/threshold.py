"""A threshold learned from the user's own yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ENOUGH = 20
"""Answers about a person from which on a threshold can be suggested."""

WRONG_WEIGHS = 5
"""So many sure photos may be left to check for each wrong one that is not copied."""


class Answer(NamedTuple):
    """How similar (0-100) a photo was when the user said that it shows somebody, or does not."""

    similarity: float
    yes: bool


def suggested_threshold(answers: Sequence[Answer], current: float, least: int, most: int) -> int | None:
    """The whole number from `least` to `most` (0-100) that would have spared the user most; None if `current` does.

    Nothing is known of similarities below the lowest answer, so that none lower is suggested. Of equally good ones the
    strictest.
    """
    if len(answers) < ENOUGH:
        return None
    lowest = int(min(answer.similarity for answer in answers))
    candidates = [number for number in range(max(least, lowest), most + 1) if number != round(current)]
    best = min(candidates, key=lambda number: (_cost(answers, number), -number), default=None)
    return best if best is not None and _cost(answers, best) < _cost(answers, current) else None


def _cost(answers: Sequence[Answer], threshold: float) -> int:
    """What a threshold costs the user: wrong photos in the folder, and right ones that had to be answered."""
    wrong = sum(answer.similarity >= threshold and not answer.yes for answer in answers)
    left = sum(answer.similarity < threshold and answer.yes for answer in answers)
    return WRONG_WEIGHS * wrong + left
