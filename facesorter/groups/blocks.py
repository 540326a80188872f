"""In which order to ask about faces of which some look alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def in_blocks(similarities: NDArray[np.float64], numbers: NDArray[np.int64]) -> Places:
    """The order in which to ask about faces: the most similar one first, and after each those that look like it.

    `numbers` are the same for faces that look alike; negative ones stand alone.
    """
    alone = numbers < 0
    keys = np.where(alone, np.arange(len(numbers)) + 1 + numbers.max(initial=0), numbers)
    _unique, blocks = np.unique(keys, return_inverse=True)
    strongest = np.full(len(_unique), -np.inf)
    np.maximum.at(strongest, blocks, similarities)
    return np.lexsort((-similarities, blocks, -strongest[blocks]))
