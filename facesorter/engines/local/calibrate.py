"""From two face vectors to a similarity of 0-100 that means the same for children as for adults.

The vectors of a recognizer share a common part, and those of small children a large one, so that strangers' children
look alike: a plain cosine of 0.42 is reached by one pair of strangers in 20,000 adults, and by one in 14 children
under 13. `Calibration.cleared` takes both parts away before the cosine is formed. Among FG-NET's people of all ages
that finds 0.51 of the pairs of the same person instead of 0.32 at one false pair in 10,000, and 0.61 instead of 0.41 at
one in 1,000 (fitted on half of the people, measured on the other); among LFW's adults it changes nothing.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from facesorter.domain.errors import EngineUnavailable
from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD
from facesorter.domain.messages import gettext as _
from facesorter.engines.local.models import Floats, Network, is_sface
from facesorter.paths import resource


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is known of a recognizer's vectors; `tests/bench/calibrate.py` fits it.

    `center` is the mean vector of many people, `child` the direction (of length 1) from there to the mean of children
    under 8; both (dimensions,), or None where nothing is known. `check` and `sure` are the cosines of cleared vectors
    that strangers reach once in 1,000 and, at most, once in 100,000 comparisons.
    """

    check: float
    sure: float
    center: Floats | None = None
    child: Floats | None = None

    @property
    def fitted(self) -> bool:
        """Whether it was fitted for the recognizer, and is not only a guess."""
        return self.center is not None

    def cleared(self, vectors: Floats) -> Floats:
        """The vectors, (faces, dimensions), without what all faces or all children share; of length 1."""
        if self.center is not None:
            vectors = vectors - self.center
        if self.child is not None:
            vectors = (vectors - np.outer(vectors @ self.child, self.child)).astype(np.float32)
        return unit(vectors)

    def similarity(self, cosines: Floats) -> Floats:
        """Similarity 0-100 of cosines of cleared vectors: the logistic curve through `CHECK_FROM` at `check` and
        `DEFAULT_THRESHOLD` at `sure`, so that each step of it multiplies the odds by the same."""
        steep = (_log_odds(DEFAULT_THRESHOLD) - _log_odds(CHECK_FROM)) / (self.sure - self.check)
        return (100 / (1 + np.exp(-_log_odds(CHECK_FROM) - steep * (cosines - self.check)))).astype(np.float32)


UNKNOWN = Calibration(check=0.28, sure=0.40)
"""For a recognizer of the user's own. ArcFace networks reach one false pair in 100,000 adults near 0.3; the rest is
left for children, whom nothing here makes up for."""


def calibration_of(recognizer: Network) -> Calibration:
    """The calibration that was fitted for this recognizer, or `UNKNOWN`. Raises `EngineUnavailable`."""
    if not is_sface(recognizer):
        return UNKNOWN
    path = resource("models/calibration.json")
    try:
        fitted: dict[str, Any] = json.loads(path.read_text("utf-8"))
        vectors = (np.array(fitted[name], np.float32) for name in ("center", "child"))
        return Calibration(fitted["check"], fitted["sure"], *vectors)
    except (OSError, ValueError, KeyError):
        raise EngineUnavailable(
            _("FaceSorter's file {path} is missing or damaged.").format(path=path), _("Install it again.")
        ) from None


def unit(vectors: Floats) -> Floats:
    """The vectors along the last axis, each of length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-9)


def _log_odds(percent: float) -> float:
    return math.log(percent / (100 - percent))
