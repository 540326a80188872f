"""The most similar faces of many photos, in arrays: a pass over 100,000 photos makes no object for each."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.matching import CHECK, CHECK_FROM, NO_FACE, NOT_THEM, SURE, Highest
from facesorter.domain.models import Score
from facesorter.engines.local.models import Floats

Counts = NDArray[np.int64]


class HighestInArrays(Highest):
    """`similarities` are of type float64, so that whatever replaces one is kept as it is; `faces` of type int64."""

    __slots__ = ()

    def __init__(self, similarities: NDArray[np.float64], faces: NDArray[np.int64]) -> None:
        super().__init__(cast("MutableSequence[float]", similarities), cast("MutableSequence[int]", faces))

    @property
    def _arrays(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        return cast("Any", self.similarities), cast("Any", self.faces)

    def copy(self) -> HighestInArrays:
        """See `Highest`."""
        similarities, faces = self._arrays
        return HighestInArrays(similarities.copy(), faces.copy())

    def at_least(self, least: float) -> list[int]:
        """See `Highest`."""
        return np.flatnonzero(self._arrays[0] >= least).tolist()

    def piles(self, threshold: float) -> bytearray:
        """See `Highest`."""
        similarities, faces = self._arrays
        found = np.full(len(faces), NOT_THEM, np.uint8)
        found[similarities >= min(CHECK_FROM, threshold)] = CHECK
        found[similarities >= threshold] = SURE
        found[faces < 0] = NO_FACE
        return bytearray(found)

    def put(self, places: Sequence[int], scores: Sequence[Score]) -> None:
        """See `Highest`."""
        similarities, faces = self._arrays
        at = np.array(places, np.int64)
        similarities[at] = [score.similarity for score in scores]
        faces[at] = [-1 if score.face_index is None else score.face_index for score in scores]

    def spread(self, places: Sequence[int], photos: int) -> HighestInArrays:
        """See `Highest`."""
        similarities, faces = np.zeros(photos), np.full(photos, -1, np.int64)
        similarities[places], faces[places] = self._arrays
        return HighestInArrays(similarities, faces)


def highest_of(similarities: Floats, counts: Counts) -> list[HighestInArrays]:
    """For each person the most similar face of each photo, given the similarities of all faces to everybody,
    (people, faces), and each photo's count of faces."""
    people, photos = len(similarities), len(counts)
    best, places = np.zeros((people, photos)), np.full((people, photos), -1, np.int64)
    shown = np.flatnonzero(counts)
    if len(shown) and people:
        starts = counts[shown].cumsum() - counts[shown]
        holders = np.repeat(np.arange(len(shown)), counts[shown])
        of_shown = np.maximum.reduceat(similarities, starts, axis=1)
        rows, faces = np.nonzero(similarities == of_shown[:, holders])
        held = rows * len(shown) + holders[faces]
        firsts = faces[np.concatenate([[True], held[1:] != held[:-1]])]
        best[:, shown], places[:, shown] = of_shown, firsts.reshape(people, -1) - starts
    return [HighestInArrays(*of_one) for of_one in zip(best, places, strict=True)]


def firsts_of(counts: Counts) -> Counts:
    """Where each photo's faces begin among all faces, given each photo's count."""
    return counts.cumsum() - counts


def faces_at(places: Sequence[int], counts: Counts, firsts: Counts) -> Counts:
    """Which of all faces are those of the photos at these places, in their order; of each photo its count and first."""
    chosen = np.array(places, np.int64)
    wanted = counts[chosen]
    return np.arange(int(wanted.sum()), dtype=np.int64) + np.repeat(firsts[chosen] - (wanted.cumsum() - wanted), wanted)
