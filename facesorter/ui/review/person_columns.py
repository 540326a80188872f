"""What a run knows of one person, in one column a fact; which pile that makes each photo's, and how many each holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.models import Decision, Person
from facesorter.ui.review.decision_codes import code_of
from facesorter.ui.review.pile_codes import CHECK, NO_FACE, NOT_THEM, PILES, PROBLEM, SURE

_PILE_OF_DECISION = np.zeros(4, np.uint8)
_PILE_OF_DECISION[[code_of(Decision.YES), code_of(Decision.NO), code_of(Decision.UNSURE)]] = SURE, NOT_THEM, CHECK

COPIED, ALREADY_THERE, SAME_PICTURE = 1, 2, 3
"""What is known of the copy of a photo; 0 if there is none."""


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

    def piles(self, threshold: float, failed: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The pile of each of the first photos: `domain.matching.pile` for all of them at once.

        `failed` says which of them could not be looked at; there are as many piles as it has entries.
        """
        size = len(failed)
        similarity, decision = self.similarity[:size], self.decision[:size]
        piles = np.full(size, NOT_THEM, np.uint8)
        piles[similarity >= min(CHECK_FROM, threshold)] = CHECK
        piles[similarity >= threshold] = SURE
        piles[self.face[:size] < 0] = NO_FACE
        piles = np.where(decision > 0, _PILE_OF_DECISION[decision], piles)
        piles[self.copy_failed[:size] & (piles == SURE)] = PROBLEM
        piles[self.unjudged[:size]] = PROBLEM
        piles[failed] = PROBLEM
        return piles

    def balance(self, piles: NDArray[np.uint8], companions: int) -> LiveBalance:
        """The sum of everything found, by the piles as they are now."""
        copies = self.copy[: len(piles)][piles == SURE]
        counted = np.bincount(piles, minlength=len(PILES))
        counts = np.bincount(copies, minlength=4)
        return LiveBalance(
            copied=int(counts[COPIED]),
            already_there=int(counts[ALREADY_THERE]),
            same_picture=int(counts[SAME_PICTURE]),
            waiting=int(counts[0]),
            check=int(counted[CHECK]),
            not_them=int(counted[NOT_THEM]),
            no_face=int(counted[NO_FACE]),
            problems=int(counted[PROBLEM]),
            companions=companions,
        )
