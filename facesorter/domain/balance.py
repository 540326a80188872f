"""The photos of one person in a run, counted so that the sum is every photo found."""

from __future__ import annotations

from dataclasses import dataclass

from facesorter.domain.models import Person


@dataclass(frozen=True, slots=True)
class Balance:
    """One person's photos, counted; `found` is the sum of all the others, or something was lost.

    `same_picture` are photos with the same bytes as one that is copied or was already there. `companions` counts files
    that belong to copied photos and lie beside their copies; they are not in the sum.
    """

    person: Person
    copied: int
    already_there: int
    check: int
    not_them: int
    no_face: int
    problems: int
    same_picture: int = 0
    companions: int = 0

    @property
    def found(self) -> int:
        sure = self.copied + self.already_there + self.same_picture
        return sure + self.check + self.not_them + self.no_face + self.problems
