"""From two face vectors to a similarity of 0-100 that means the same for children as for adults.

The vectors of a recognizer share a common part, and those of people of one age another, which is large for small
children, so that strangers' children look alike: a plain cosine of 0.42 is reached by one pair of strangers in 20,000
adults, and by one in 14 children under 13. `Calibration.cleared` takes the mean of a face's age group away before the
cosine is formed; which group that is, its vector tells. `tests/bench/calibrate.py` prints what that finds.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from facesorter.domain.errors import EngineUnavailable
from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD
from facesorter.domain.messages import gettext as _
from facesorter.engines.local.models import Floats, Network, is_sface
from facesorter.paths import resource


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is known of a recognizer's vectors; `tests/bench/calibrate.py` fits it.

    The groups are five of children and adolescents, and two of adults: on old scans, and on newer photos. `means`
    (groups, dimensions) are their mean vectors, `weights` (groups, dimensions) and `bias` (groups,) those of a linear
    discriminant that tells how likely each is, and `years` (groups,) their mean ages; all None where nothing is known.
    `check` and `sure` are the cosines of cleared vectors that strangers reach once in 1,000 and, at most, once in
    100,000 comparisons.
    """

    check: float
    sure: float
    means: Floats | None = None
    weights: Floats | None = None
    bias: Floats | None = None
    years: Floats | None = None

    @property
    def fitted(self) -> bool:
        """Whether it was fitted for the recognizer, and is not only a guess."""
        return self.means is not None

    def cleared(self, vectors: Floats) -> Floats:
        """The vectors, (faces, dimensions), without what all faces of that age share; of length 1."""
        if self.means is not None:
            vectors = (vectors - self._likely(vectors) @ self.means).astype(np.float32)
        return unit(vectors)

    def cleared_with_ages(self, vectors: Floats) -> tuple[Floats, Floats]:
        """`cleared` and `ages` of the same faces, of which each takes half of what the other does."""
        if self.means is None or self.years is None:
            return self.cleared(vectors), self.ages(vectors)
        likely = self._likely(vectors)
        return unit((vectors - likely @ self.means).astype(np.float32, copy=False)), likely @ self.years

    def ages(self, vectors: Floats) -> Floats:
        """How old the faces of these vectors look, (faces,), in years; NaN where nothing is known."""
        if self.years is None:
            return np.full(len(vectors), np.nan, np.float32)
        return self._likely(vectors) @ self.years

    def _likely(self, vectors: Floats) -> Floats:
        """How likely each face is of each group, (faces, groups)."""
        odds = vectors @ cast("Floats", self.weights).T + cast("Floats", self.bias)
        odds = np.ascontiguousarray(odds.T)  # numpy goes through a few long rows faster than through many short ones
        odds = np.exp(odds - odds.max(0))
        return np.ascontiguousarray((odds / odds.sum(0)).T, np.float32)

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
        arrays = (np.array(fitted[name], np.float32) for name in ("means", "weights", "bias", "years"))
        return Calibration(fitted["check"], fitted["sure"], *arrays)
    except (OSError, ValueError, KeyError):
        raise EngineUnavailable(
            _("FaceSorter's file {path} is missing or damaged.").format(path=path), _("Install it again.")
        ) from None


def unit(vectors: Floats) -> Floats:
    """The vectors along the last axis, each of length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-9)


def _log_odds(percent: float) -> float:
    return math.log(percent / (100 - percent))
