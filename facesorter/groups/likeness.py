"""Whom groups of unknown faces look like: all groups and everybody who is known in one product of matrices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from facesorter.groups.grouping import Scale
from facesorter.groups.neighbors import Floats

STRANGER_RATE = 0.01
"""A group of a stranger may be like somebody so often, however many people are known."""
MOST_PAIR_RATE = 1e-3
"""A group of a stranger may be like one person so often, however few are known. Of pairs of LFW's people (four faces of
each known, groups of two) 1 in 900 is, and none of their own groups is missed."""
ONE_FACE = 0.1
"""A single face of somebody may be like a stranger's group this much more rarely than the mean of their faces."""

_GROUPS = 512
"""Groups compared at once: 200 people by eight faces each are 3 MB of cosines."""


def likely(groups: Floats, people: Sequence[Floats], scale: Scale) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """For each group that is like anybody, its place, and the places of these people with their cosines, highest first.

    `groups` are the means of groups, (groups, dimensions), of length 1, or all zeros where nothing is known. Of each
    person there is at least one face, (faces, dimensions), of length 1. A cosine is that of the person's nearest face
    or that of the mean of all of them, whichever is higher.
    """
    if not people:
        return
    rate = min(MOST_PAIR_RATE, STRANGER_RATE / len(people))
    least, least_of_one = scale.cosine_at(rate), scale.cosine_at(rate * ONE_FACE)
    faces = np.concatenate(people)
    starts = np.cumsum([0, *map(len, people[:-1])])
    sums = np.add.reduceat(faces, starts)
    means = sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(1e-9)
    for first in range(0, len(groups), _GROUPS):
        part = groups[first : first + _GROUPS]
        nearest = np.maximum.reduceat(part @ faces.T, starts, axis=1)
        together = part @ means.T
        is_like = (nearest >= least_of_one) | (together >= least)
        cosines = np.maximum(nearest, together)
        for place in np.flatnonzero(is_like.any(1)).tolist():
            who = np.flatnonzero(is_like[place])
            who = who[np.argsort(-cosines[place, who], kind="stable")]
            yield first + place, list(zip(who.tolist(), cosines[place, who].tolist(), strict=True))
