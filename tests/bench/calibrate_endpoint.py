"""Fits the scale of the endpoint's similarities (`facesorter/engines/local/amazon_scale.py`) and shows what it means.

80 shall be reached by one pair of strangers in 100,000 and 99 by a twentieth of that, as what is left to 100 is. The
shared data has too few strangers to see either, so the tail is carried over from all of LFW (see `calibrate`), in
standard deviations above the mean. It is fitted on one half of LFW's people and measured on the other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from calibrate import ALL_LFW_MEAN, ALL_LFW_SPREAD, ALL_LFW_SURE, half, pairs, vectors
from galleries import DATA, Answered

from facesorter.domain.models import EncodedPicture, Portrait
from facesorter.engines.local.amazon_scale import SHIFT, STEEPNESS, as_amazon
from facesorter.engines.local.calibrate import Calibration
from facesorter.engines.local.engine import LocalEngine

ALL_LFW_AT_1E4 = 0.424
"""Plain cosine that one pair of strangers in 10,000 reaches among all 13,233 pictures of LFW."""

THRESHOLDS = (50, 80, 90, 95, 99)


def main() -> None:
    """Print the constants, and the rates at the thresholds of programs for Amazon."""
    engine = LocalEngine()
    answered = Answered(engine)
    calibration = engine._calibration
    lfw, _, people = vectors(DATA / "lfw", answered)
    ages, years, ages_people = vectors(DATA / "ages", answered)
    print("fitted on all people:   steepness {:.2f}, shift {:.2f}".format(*fit(calibration, lfw, people)))
    print(f"in the code:            steepness {STEEPNESS:.2f}, shift {SHIFT:.2f}")
    for odd in (0, 1):
        other = half(people, 1 - odd)
        steepness, shift = fit(calibration, lfw[half(people, odd)], people[half(people, odd)])
        print(f"fitted on half {odd + 1} of LFW: steepness {steepness:.2f}, shift {shift:.2f}; of the other half:")
        report(calibration, lfw[other], people[other], steepness, shift)
    adults = years >= 18
    for title, faces, whose in (
        ("LFW", lfw, people),
        ("FG-NET's adults", ages[adults], ages_people[adults]),
        ("FG-NET, children too", ages, ages_people),
    ):
        print(f"{title}, by the constants in the code:")
        report(calibration, faces, whose, STEEPNESS, SHIFT)
    same = [with_itself(engine, path.read_bytes()) for path in sorted((DATA / "lfw").glob("*/*"))[::20]]
    print(f"a picture and itself: {min(same)} at least, of {len(same)}")


def fit(calibration: Calibration, faces: Any, people: Any) -> tuple[float, float]:
    """Steepness and shift of the log-odds that put one stranger in 100,000 at 80, and a twentieth of that at 99."""
    strangers, _ = pairs(calibration.cleared(faces), people)
    a_decade = (ALL_LFW_SURE - ALL_LFW_AT_1E4) / ALL_LFW_SPREAD
    at_80 = (ALL_LFW_SURE - ALL_LFW_MEAN) / ALL_LFW_SPREAD
    at_99 = at_80 + a_decade * math.log10(20)
    cosines = np.array([strangers.mean() + deviations * strangers.std() for deviations in (at_80, at_99)])
    low, high = (log_odds(similarity) for similarity in calibration.similarity(cosines).tolist())
    steepness = (log_odds(99) - log_odds(80)) / (high - low)
    return steepness, log_odds(80) - steepness * low


def report(calibration: Calibration, faces: Any, people: Any, steepness: float, shift: float) -> None:
    """Print how many pairs of strangers, and what share of pairs of the same person, reach each threshold."""
    strangers, same = pairs(calibration.cleared(faces), people)
    for threshold in THRESHOLDS:
        ours = 100 / (1 + math.exp(-(log_odds(threshold) - shift) / steepness))
        wrong = int((calibration.similarity(strangers) >= ours).sum())
        right = float((calibration.similarity(same) >= ours).mean())
        print(f"  {threshold}: {wrong} of {len(strangers)} pairs of strangers, {right:.3f} of {len(same)} of the same")


def with_itself(engine: LocalEngine, data: bytes) -> float:
    """The similarity of a picture's largest face to itself, on Amazon's scale."""
    picture = EncodedPicture("", data)
    return as_amazon(engine.compare(Portrait(picture), picture).matches[0].similarity)


def log_odds(percent: float) -> float:
    """Of a similarity of 0-100."""
    return math.log(percent / (100 - percent))


if __name__ == "__main__":
    main()
