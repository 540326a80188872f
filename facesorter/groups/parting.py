"""Which faces of a group go with those that the user takes out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.grouping import LEAST_COSINE, Scale
from facesorter.groups.neighbors import Floats

PARTING_ROUNDS = 10
"""How often the rest of a group is compared anew with those that were taken out of it, at most."""


def more_like(vectors: Floats, taken: NDArray[np.bool_], scale: Scale) -> NDArray[np.bool_]:
    """Which faces are clearly more like the `taken` ones (not all of them) than like the rest; these among them.

    Clearly means by half of what lies between the cosines of `scale`, and near enough to be taken for that person.
    """
    margin = (scale.sure - scale.check) / 2
    out = taken.copy()
    for _ in range(PARTING_ROUNDS):
        if out.all():
            break
        there, here = _direction(vectors[out]), _direction(vectors[~out])
        nearer: NDArray[np.bool_] = (vectors @ there >= vectors @ here + margin) & (vectors @ there >= LEAST_COSINE)
        further = taken | nearer
        if further.all() or (further == out).all():
            break
        out = further
    return out


def _direction(vectors: Floats) -> Floats:
    total: Floats = vectors.sum(0)
    return total / max(float(np.linalg.norm(total)), 1e-9)
