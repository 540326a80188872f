"""Photos that an engine without vectors scores anew whenever it is asked."""

from __future__ import annotations

from collections.abc import Sequence
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
