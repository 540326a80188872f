"""The faces of many photos held ready, so that people can be scored against them again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from facesorter.domain.matching import Highest
from facesorter.domain.models import Reference
from facesorter.engines.local.calibrate import Calibration
from facesorter.engines.local.codec import Vectors
from facesorter.engines.local.columns import Counts, faces_at, firsts_of, highest_of
from facesorter.engines.local.models import Floats
from facesorter.engines.local.references import Times, known_faces, similarities_of


@dataclass(frozen=True, eq=False)
class LoadedFaces:
    """Cleared vectors of many photos' faces, (faces of all photos, dimensions), with their times, and how many faces
    each photo has."""

    vectors: Floats
    counts: Counts
    calibration: Calibration
    times: Times

    @classmethod
    def of(cls, stored: Vectors, calibration: Calibration) -> LoadedFaces:
        """Faces as they are stored, cleared."""
        vectors, counts, years = stored
        if not len(vectors):
            return cls(vectors, counts, calibration, Times.unknown(0))
        cleared, ages = calibration.cleared_with_ages(vectors)
        return cls(cleared, counts, calibration, Times(ages, np.repeat(years, counts)))

    @cached_property
    def _firsts(self) -> Counts:
        return firsts_of(self.counts)

    def highest(self, people: Sequence[Reference]) -> Sequence[Highest]:
        """For each person, the most similar face of each photo; in arrays, for it is asked of 100,000 photos."""
        return highest_of(self.similarities(people).T, self.counts)

    def similarities(self, people: Sequence[Reference]) -> Floats:
        """0-100, (faces, people)."""
        if not people or not len(self.vectors):
            return np.empty((len(self.vectors), len(people)), np.float32)
        known = [known_faces(person) for person in people]
        return similarities_of(known, self.vectors, self.calibration, self.times)

    def among(self, people: Sequence[Reference], wanted: Mapping[int, Sequence[int]]) -> dict[int, list[list[float]]]:
        """The similarities to some people, `[face][person]`, of the photos that are `wanted`."""
        places_of: defaultdict[int, list[int]] = defaultdict(list)
        for place, numbers in wanted.items():
            for number in numbers:
                places_of[number].append(place)
        columns: dict[int, list[list[float]]] = {place: [] for place in wanted}
        for number, places in sorted(places_of.items()):
            of_one = self.at(places)
            column: list[float] = of_one.similarities([people[number]])[:, 0].tolist()
            for place, (start, end) in zip(
                places, pairwise(accumulate(of_one.counts.tolist(), initial=0)), strict=True
            ):
                columns[place].append(column[start:end])
        return {place: [list(face) for face in zip(*faces, strict=True)] for place, faces in columns.items()}

    def at(self, places: Sequence[int]) -> LoadedFaces:
        """Those of these photos that are at `places`, in that order."""
        faces = faces_at(places, self.counts, self._firsts)
        return LoadedFaces(self.vectors[faces], self.counts[places], self.calibration, self.times.of(faces))
