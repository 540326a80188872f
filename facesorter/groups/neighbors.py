"""Which of many vectors are near to each other, found exactly by multiplying blocks of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK = 1 << 22
"""Cosines worked out at once: 16 MB."""


def near(vectors: Floats, rows: NDArray[np.int64], least: float) -> Iterator[tuple[int, NDArray[np.int64], Floats]]:
    """For each of these rows, the other vectors with a cosine of at least `least` to it, the nearest first.

    `vectors` are (all rows, dimensions), of length 1. Yields the row, the rows near to it and their cosines.
    """
    step = max(1, _BLOCK // max(len(vectors), 1))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        cosines = vectors[part] @ vectors.T
        cosines[np.arange(len(part)), part] = -1  # itself
        which, found = np.nonzero(cosines >= least)
        bounds = np.searchsorted(which, np.arange(len(part) + 1))
        for number, row in enumerate(part.tolist()):
            others = found[bounds[number] : bounds[number + 1]]
            alike = cosines[number, others]
            order = np.argsort(-alike, kind="stable")
            yield row, others[order], alike[order]
