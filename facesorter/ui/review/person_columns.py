"""What a run knows of one person, in one column a fact, and their photos as they add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import Person


@dataclass(frozen=True, slots=True)
class LiveBalance:
    """One person's photos, counted as they stand now; `found` is the sum of all the others.

    Unlike a run's own balance it follows every change of mind: `waiting` are sure photos not copied yet. `companions`,
    files that belong to copied photos, are not in the sum.
    """

    copied: int
    already_there: int
    same_picture: int
    waiting: int
    check: int
    not_them: int
    no_face: int
    problems: int
    companions: int = 0

    @property
    def found(self) -> int:
        sure = self.copied + self.already_there + self.same_picture + self.waiting
        return sure + self.check + self.not_them + self.no_face + self.problems


class PersonColumns:
    """What is known of one person in every photo."""

    def __init__(self, capacity: int) -> None:
        self.person: Person | None = None
        self.similarity = np.zeros(capacity)
        self.face = np.full(capacity, -1, np.int32)
        self.decision = np.zeros(capacity, np.uint8)
        self.has_decision = np.zeros(capacity, np.bool_)
        self.copy = np.zeros(capacity, np.uint8)
        self.copy_failed = np.zeros(capacity, np.bool_)
        self.opinion_failed = np.zeros(capacity, np.bool_)
        self.reasons: dict[int, str] = {}

    @property
    def unjudged(self) -> NDArray[np.bool_]:
        """What neither the second engine nor the user has decided."""
        return self.opinion_failed & (self.decision == 0)

    def grow(self) -> None:
        for name, empty in (
            ("similarity", 0),
            ("face", -1),
            ("decision", 0),
            ("has_decision", 0),
            ("copy", 0),
            ("copy_failed", 0),
            ("opinion_failed", 0),
        ):
            column: NDArray[Any] = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.full_like(column, empty)]))
