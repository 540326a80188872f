"""What the local engine knows of a person: the vectors of known faces, and how others are compared with them.

Vectors are cleared of what all faces share (see `calibration`), so strangers' cosines lie about zero, with the same
spread for the mean of many faces as for a single one: one calibration serves headshots and grown references.

A face is compared with the examples of its own period before all: a child's does not speak for the adult. How far apart
two faces are in time, the dates of their photos tell, or else how old both look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD, EXPLAINED, is_clearly_other
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
        by_dates = self.taken[:, None] - others.taken[None]
        years = np.where(np.isnan(by_dates), self.ages[:, None] - others.ages[None], by_dates)
        return (np.nan_to_num(np.exp(-((years / PERIOD_YEARS) ** 2))) + WHOLE_LIFE).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
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

    @property
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
            looks.append(np.concatenate([self.headshots, self.examples]).mean(0))
        return unit(np.stack(looks))


def cosines(people: Sequence[KnownFaces], faces: Floats, times: Times | None = None) -> Floats:
    """(faces, people): the cosine of each cleared face vector to the most similar look of each person.

    With the `times` of the faces, the mean of the examples of about that time is one of these looks.
    """
    looks = [known.looks for known in people]
    starts = np.cumsum([0, *(len(of_one) for of_one in looks[:-1])])
    # Along the rows of (looks, faces), because along short columns numpy takes six times as long.
    found = np.maximum.reduceat(np.concatenate(looks) @ faces.T, starts, axis=0)
    for person, known in enumerate(people):
        if times is None or not len(known.examples):
            continue
        near = np.flatnonzero(found[person] >= WORTH_A_LOOK)
        if len(near):
            found[person, near] = np.maximum(found[person, near], _in_period(known, faces[near], times.of(near)))
    return found.T


def _in_period(known: KnownFaces, faces: Floats, times: Times) -> Floats:
    """(faces,): the cosine of each face to the mean of headshots and examples, those of its own time before all."""
    looks = np.concatenate([known.headshots, known.examples])
    weights = times.weights(known.times)
    lengths = np.sqrt(((weights @ (looks @ looks.T)) * weights).sum(1))
    return ((faces @ looks.T) * weights).sum(1) / lengths.clip(1e-9)


def similarities_of(
    people: Sequence[KnownFaces], faces: Floats, calibration: Calibration, times: Times | None = None
) -> Floats:
    """(faces, people): 0-100 for each cleared face vector, with each person's counter-examples beside them."""
    found = calibration.similarity(cosines(people, faces, times))
    for person, known in enumerate(people):
        column = found[:, person]
        doubtful = np.flatnonzero((column >= CHECK_FROM) & (column < known.sure_from)) if len(known.others) else ()
        if len(doubtful):
            counters = calibration.similarity((known.others @ faces[doubtful].T).max(0))
            clearly: Any = is_clearly_other(cast("Any", column[doubtful]), cast("Any", counters))
            column[doubtful[clearly]] = EXPLAINED  # as `beside_counter_example`
    return found


def mirrored_mean(vectors: Floats, mirrored: Floats) -> Floats:
    """One vector a face for headshots: the mean of the face's and its mirror image's, of length 1.

    At one false pair in 100,000 of LFW it finds 0.977 of the pairs of the same person instead of 0.968; mirroring the
    photos' faces too would find 0.980, for twice the time a face.
    """
    return unit(vectors + mirrored)
