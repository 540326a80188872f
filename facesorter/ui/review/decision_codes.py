"""Decisions on many photos as an array of numbers: 0 for none, and each other number for a `Decision`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import Decision

Decisions = NDArray[np.uint8]
"""One decision a photo, as its place in (none, yes, no, not sure)."""

_DECISIONS: tuple[Decision | None, ...] = (None, Decision.YES, Decision.NO, Decision.UNSURE)


def code_of(decision: Decision | None) -> int:
    """The number that stands for a decision."""
    return _DECISIONS.index(decision)


def decision_of(code: int) -> Decision | None:
    """The decision that a number stands for."""
    return _DECISIONS[code]


def same_decision(decision: Decision, photos: int) -> Decisions:
    """One decision for so many photos."""
    return np.full(photos, code_of(decision), np.uint8)


def common_decision(decisions: Decisions) -> Decision | None:
    """What is said of all photos alike; None if there is nothing of the kind."""
    said = np.unique(decisions)
    return decision_of(int(said[0])) if len(said) == 1 else None
