"""From the cosine of two face vectors to a similarity of 0-100."""

from __future__ import annotations

import numpy as np

from facesorter.engines.models import Floats

COSINES = (-1.0, 0.0, 0.36, 0.50, 0.80, 1.0)
SIMILARITIES = (0.0, 5.0, 50.0, 80.0, 99.0, 100.0)


def similarity(cosines: Floats) -> Floats:
    """Similarity 0-100 of each cosine; monotone, straight between the points above."""
    return np.interp(cosines, COSINES, SIMILARITIES).astype(np.float32)
