"""What the local engine knows of a person: the vectors of known faces, and how others are compared with them.

Vectors are cleared of what all faces share (see `calibration`), so strangers' cosines lie about zero, with the same
spread for the mean of many faces as for a single one: one calibration serves headshots and grown references.

A face is compared with the examples of its own period before all: a child's does not speak for the adult. How far apart
two faces are in time, the dates of their photos tell, or else how old both look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD, EXPLAINED, is_clearly_other
from facesorter.domain.models import Reference
from facesorter.engines.local.calibrate import Calibration, unit
from facesorter.engines.local.models import Floats

FEW = 4
"""Most headshots that also count one by one: each is another chance for a stranger to look like it."""


PERIOD_YEARS = 5.0
"""So many years from a face an example counts for it with a weight of 1/e, and ever less further away. On FG-NET's
people 4 to 6 years find the same; at 2 or 15 half of what periods find is lost."""

WHOLE_LIFE = 0.02
"""The least weight of an example, however far away: where none is near, their mean speaks, as without periods."""

WORTH_A_LOOK = 0.15
"""Cosine to the mean of all examples from which a face is compared with those of its period: of strangers' faces one in
twenty reaches it."""


class Times(NamedTuple):
    """Of each face, (faces,), how old it looks (years), and when its photo was taken (the year, with its fraction).

    NaN where that is not known.
    """

    ages: Floats
    taken: Floats

    @classmethod
    def unknown(cls, faces: int) -> Times:
        return cls(np.full(faces, np.nan, np.float32), np.full(faces, np.nan, np.float32))

    def of(self, faces: NDArray[Any] | slice) -> Times:
        """Those of some faces."""
        return Times(self.ages[faces], self.taken[faces])

    def and_those(self, others: Times) -> Times:
        """These, then the others."""
        return Times(*(np.concatenate(both) for both in zip(self, others, strict=True)))

    def weights(self, others: Times) -> Floats:
        """(faces, others): how much each of the other faces, by the time between the two, says of each of these."""
        years = self.taken[:, None] - others.taken[None]
        undated = np.isnan(years)
        if undated.any():
            years = np.where(undated, self.ages[:, None] - others.ages[None], years)
        near = np.exp(-((years / PERIOD_YEARS) ** 2))
        unknown = np.isnan(near)
        if unknown.any():
            near[unknown] = 0
        return (near + WHOLE_LIFE).astype(np.float32)


@dataclass(frozen=True, eq=False)
class KnownFaces:
    """Cleared vectors of length 1, (faces, dimensions): of the headshots, of the examples that joined them, and of
    the counter-examples, which are others' faces. `times` are those of headshots and examples, in this order.

    From a similarity of `sure_from` (0-100) counter-examples say nothing.
    """

    headshots: Floats
    examples: Floats
    others: Floats
    times: Times
    sure_from: float = DEFAULT_THRESHOLD

    @classmethod
    def of(cls, headshots: Floats, times: Times | None = None) -> KnownFaces:
        return cls(headshots, headshots[:0], headshots[:0], times or Times.unknown(len(headshots)))

    def grown(self, examples: Floats, times: Times | None = None) -> KnownFaces:
        """The same headshots with these examples instead of any former ones."""
        of_headshots = self.times.of(slice(len(self.headshots)))
        return replace(self, examples=examples, times=of_headshots.and_those(times or Times.unknown(len(examples))))

    def set_apart(self, others: Floats, sure_from: float = DEFAULT_THRESHOLD) -> KnownFaces:
        """The same with these counter-examples instead of any former ones."""
        return replace(self, others=others, sure_from=min(sure_from, DEFAULT_THRESHOLD))

    @cached_property
    def looks(self) -> Floats:
        """What faces are compared with, (looks, dimensions), of length 1; the best of them counts.

        The mean of the headshots; each of a few headshots, which may be years apart (the first and the last picture of
        a life find 0.70 of the others at one false in 10,000, their mean alone 0.63); the mean of headshots and
        examples together. That mean finds as much as the nearest example would at half its false matches.
        What the headshots alone say is never lowered by examples.
        """
        looks = [self.headshots.mean(0)]
        if 1 < len(self.headshots) <= FEW:
            looks.extend(self.headshots)
        if len(self.examples):
            looks.append(self.of_all_times.mean(0))
        return unit(np.stack(looks))

    @cached_property
    def of_all_times(self) -> Floats:
        """The vectors of headshots and examples."""
        return np.concatenate([self.headshots, self.examples])


def cosines(people: Sequence[KnownFaces], faces: Floats, times: Times | None = None) -> Floats:
    """(faces, people): the cosine of each cleared face vector to the most similar look of each person.

    With the `times` of the faces, the mean of the examples of about that time is one of these looks.
    """
    looks = [known.looks for known in people]
    all_looks = np.concatenate(looks) @ faces.T
    found = np.empty((len(people), len(faces)), np.float32)
    for of_one, (start, end) in zip(found, pairwise(accumulate(map(len, looks), initial=0)), strict=True):
        all_looks[start:end].max(0, out=of_one)
    for known, of_one in zip(people, found, strict=True):
        if times is None or not len(known.examples):
            continue
        near = np.flatnonzero(of_one >= WORTH_A_LOOK)
        if len(near):
            of_one[near] = np.maximum(of_one[near], _in_period(known, faces[near], times.of(near)))
    return found.T


def _in_period(known: KnownFaces, faces: Floats, times: Times) -> Floats:
    """(faces,): the cosine of each face to the mean of headshots and examples, those of its own time before all."""
    looks = known.of_all_times
    weights = times.weights(known.times)
    lengths = np.sqrt(((weights @ (looks @ looks.T)) * weights).sum(1))
    return ((faces @ looks.T) * weights).sum(1) / lengths.clip(1e-9)


def similarities_of(
    people: Sequence[KnownFaces], faces: Floats, calibration: Calibration, times: Times | None = None
) -> Floats:
    """(faces, people): 0-100 for each cleared face vector, with each person's counter-examples beside them."""
    found = calibration.similarity(cosines(people, faces, times))
    for known, of_one in zip(people, found.T, strict=True):
        doubtful = np.flatnonzero((of_one >= CHECK_FROM) & (of_one < known.sure_from)) if len(known.others) else ()
        if len(doubtful):
            counters = calibration.similarity((known.others @ faces[doubtful].T).max(0))
            clearly: Any = is_clearly_other(of_one[doubtful], cast("Any", counters))
            of_one[doubtful[clearly]] = EXPLAINED  # as `beside_counter_example`
    return found


def mirrored_mean(vectors: Floats, mirrored: Floats) -> Floats:
    """One vector a face for headshots: the mean of the face's and its mirror image's, of length 1.

    At one false pair in 100,000 of LFW it finds 0.977 of the pairs of the same person instead of 0.968; mirroring the
    photos' faces too would find 0.980, for twice the time a face.
    """
    return unit(vectors + mirrored)


def known_faces(person: Reference) -> KnownFaces:
    """What the engine on this computer knows of how a person looks."""
    return cast("KnownFaces", person.payload)
