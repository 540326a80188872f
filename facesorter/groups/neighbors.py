"""Which of many vectors are near to others, found exactly by multiplying blocks of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_QUERIES, _TILE = 512, 4096
"""Vectors multiplied with each other at once: 8 MB of cosines, which stay in the processor's cache."""


def near(
    queries: Floats, vectors: Floats, least: float, own_rows: NDArray[np.int64] | None = None
) -> Iterator[tuple[int, NDArray[np.int64], Floats]]:
    """For each query that has any, the vectors with a cosine of at least `least` to it, the nearest first.

    Both are (any number, dimensions), of length 1. Yields the number of the query, the rows near to it, and their
    cosines. `own_rows` has the row of `vectors` that each query is itself, which is left out.
    """
    buffer = np.empty((_QUERIES, _TILE), np.float32)
    for start in range(0, len(queries), _QUERIES):
        part = queries[start : start + _QUERIES]
        found: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        for first in range(0, len(vectors), _TILE):
            tile = vectors[first : first + _TILE]
            is_whole = len(part) == _QUERIES and len(tile) == _TILE
            cosines: Floats = np.matmul(part, tile.T, out=buffer if is_whole else None).ravel()
            places = np.flatnonzero(cosines >= least)
            which, row = np.divmod(places, len(tile))
            found.append((which, row + first, cosines[places]))
        if not found:
            return
        which, rows, alike = (np.concatenate(parts) for parts in zip(*found, strict=True))
        if own_rows is not None:
            others = rows != own_rows[start + which]
            which, rows, alike = which[others], rows[others], alike[others]
        order = np.lexsort((rows, -alike, which))
        which, rows, alike = which[order], rows[order], alike[order]
        numbers, bounds = np.unique(which, return_index=True)
        bounds = np.append(bounds, len(which)).tolist()
        for number, begin, end in zip(numbers.tolist(), bounds[:-1], bounds[1:], strict=True):
            yield start + number, rows[begin:end], alike[begin:end]
