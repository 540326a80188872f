"""What the local engine knows of a person: the vectors of known faces, and how others are compared with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facesorter.engines.models import Floats


@dataclass(frozen=True, slots=True, eq=False)
class KnownFaces:
    """Vectors of length 1, (faces, dimensions): of the headshots, and of the examples that joined them."""

    headshots: Floats
    examples: Floats

    @classmethod
    def of(cls, headshots: Floats) -> KnownFaces:
        return cls(headshots, headshots[:0])

    def grown(self, examples: Floats) -> KnownFaces:
        """The same headshots with these examples instead of any former ones."""
        return KnownFaces(self.headshots, examples)


def cosines(people: Sequence[KnownFaces], faces: Floats) -> Floats:
    """(faces, people): the mean cosine of each face to all known faces of each person."""
    means = [np.concatenate([known.headshots, known.examples]).mean(0) for known in people]
    return faces @ np.stack(means, 1)
