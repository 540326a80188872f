"""From our similarity to one that means about what Amazon's does, for programs with thresholds of 80 to 99.

Our own scale is gentle, because a user moves a slider over it: half of the pictures of the same person stay below 95.
At Amazon nearly all of them are above 99, and programs are written for that.
"""

from __future__ import annotations

import math

import numpy as np

STEEPNESS, SHIFT = 3.9, -3.3
"""Of log-odds; fitted by `tests/bench/calibrate_endpoint.py`. One pair of strangers in 100,000 reaches 80, and about
one in two million 99, so that what is left to 100 is in proportion to the strangers that come so far."""

_NEXT_TO_NOTHING = 1e-30
"""Similarities below this are 0: their odds have no room in a floating-point number."""


def as_amazon(similarity: float) -> float:
    """Our similarity (0-100) on Amazon's scale: monotone, 0 and 100 stay.

    As precise as Amazon's, which is a 32-bit number; identical pictures are 100 by that.
    """
    if similarity >= 100:
        return 100.0
    if similarity < _NEXT_TO_NOTHING:
        return 0.0
    odds = STEEPNESS * math.log(similarity / (100 - similarity)) + SHIFT
    return float(np.float32(100 / (1 + math.exp(-odds))))
