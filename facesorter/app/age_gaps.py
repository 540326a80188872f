"""Finds the ages at which somebody is in photos but known by no face, and a face of theirs that would help."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from facesorter.app.everybody import best_faces
from facesorter.app.grouping import ProfileGroups
from facesorter.app.profile import Profile
from facesorter.domain.models import FaceKey, Person

LEAST_YEARS = 4
"""Shorter times between two faces are no gap: a face changes little in them."""


@dataclass(frozen=True, slots=True)
class AgeGap:
    """Nobody is known by a face of `first` to `last` years; `face` is the best one of the person's photos of then."""

    first: int
    last: int
    face: FaceKey | None


def age_on(born: date, day: date) -> int | None:
    """Whole years; None before birth."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return years if years >= 0 else None


def longest_gap(known: Set[int], seen: Set[int]) -> tuple[int, int] | None:
    """The first and last year of the longest gap between known ages, or up to the first or last age that was seen.

    Only a gap in which some age was seen counts; of equally long ones the first.
    """
    if not known or not seen:
        return None
    edges = [min(seen | known) - 1, *sorted(known), max(seen | known) + 1]
    gaps = [(before + 1, after - 1) for before, after in pairwise(edges)]
    gaps = [
        (first, last)
        for first, last in gaps
        if last - first + 1 >= LEAST_YEARS and any(first <= age <= last for age in seen)
    ]
    return max(gaps, key=lambda gap: gap[1] - gap[0], default=None)


def gap_of(profile: Profile, person: Person, born: date | None, known: Iterable[int | None]) -> AgeGap | None:
    """The longest gap in what a person looks like, given the ages at which they are known.

    None if there is none, or if that cannot be told: without a birth date, or where some known face has no age.
    """
    ages = list(known)
    if born is None or None in ages:
        return None
    stored = ProfileGroups(profile, profile.catalog).stored()
    faces = stored.of_owner(person.id)
    contents = stored.pictures_of(faces)
    taken = {
        content: age_on(born, said.taken_at.date())
        for content, said in profile.catalog.metadata(set(contents)).items()
        if said.taken_at is not None
    }
    seen = np.array([-1 if (age := taken.get(content)) is None else age for content in contents], np.int64)
    gap = longest_gap({age for age in ages if age is not None}, {age for age in taken.values() if age is not None})
    if gap is None:
        return None
    clear = faces[(seen >= gap[0]) & (seen <= gap[1]) & stored.faces["clear"][faces]]
    return AgeGap(*gap, best_faces(stored, clear)[0] if len(clear) else None)
