"""Photos that an engine without vectors scores anew whenever it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facesorter.domain.matching import Highest
from facesorter.domain.models import Reference
from facesorter.domain.ports import Analyses, FaceEngine


@dataclass(frozen=True, slots=True)
class ScoredAnew:
    """Fulfils `LoadedPhotos` for any engine."""

    engine: FaceEngine
    photos: Sequence[Analyses]

    def highest(self, people: Sequence[Reference]) -> Sequence[Highest]:
        """The same as `FaceEngine.highest` of these photos."""
        return self.engine.highest(people, self.photos)

    def among(self, people: Sequence[Reference], wanted: Mapping[int, Sequence[int]]) -> dict[int, list[list[float]]]:
        """The similarities to some people, `[face][person]`, of the photos that are `wanted`."""
        found = self.engine.similarities(people, [self.photos[place] for place in wanted])
        return {
            place: [[face[number] for number in numbers] for face in faces]
            for (place, numbers), faces in zip(wanted.items(), found, strict=True)
        }

    def at(self, places: Sequence[int]) -> ScoredAnew:
        """Those of these photos that are at `places`, in that order."""
        return ScoredAnew(self.engine, [self.photos[place] for place in places])
