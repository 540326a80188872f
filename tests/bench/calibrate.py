"""Fits the calibration of SFace's vectors to the shared data and prints it; `--write` puts it where the engine looks.

The shared data holds too few strangers to see one false pair in 100,000 at all, so the tail is carried over from all of
LFW, where it is known: how many standard deviations a cosine lies above the mean of strangers is taken to be the same.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from galleries import DATA, Answered

from facesorter.domain.formats import is_photo
from facesorter.engines.local.calibrate import Calibration
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import resource

ALL_LFW_MEAN, ALL_LFW_SPREAD = 0.087, 0.0875
"""Of the plain cosines of strangers in LFW."""

ALL_LFW_SURE = 0.491
"""Plain cosine that one pair of strangers in 100,000 reaches among all 13,233 pictures of LFW."""

MARGIN = 0.02
"""Added for grown references, whose strangers spread a little wider, and for galleries larger and harder than these: it
costs a headshot alone a hundredth of recall, which growth makes up for."""

AGE_GROUPS = (4, 8, 13, 18, 30)
"""Ages (years) at which another of FG-NET's groups begins; LFW is one more."""

LFW_YEARS = 33.0
"""What the adults of LFW look like, for want of their ages."""

SHRINKAGE, SOFTNESS = 0.3, 0.3
"""Of the discriminant that tells the groups: how much of a sphere is in its covariance, and by what its odds are
multiplied. With 0.1 to 0.9 and 0.15 to 1 people who were not fitted on are found as well, within a hundredth."""


def main() -> None:
    """Fit, show how well it holds, and write it if told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace resources/models/calibration.json")
    options = parser.parse_args()
    analyzed = Answered(LocalEngine())
    lfw, _, lfw_people = vectors(DATA / "lfw", analyzed)
    ages, years, ages_people = vectors(DATA / "ages", analyzed)
    halves: list[Calibration] = []
    for odd in (0, 1):
        of_lfw, of_ages = half(lfw_people, odd), half(ages_people, odd)
        halves.append(fit(lfw[of_lfw], ages[of_ages], years[of_ages], lfw_people[of_lfw]))
    print("fitted on half of the people, measured on the other half; plain cosines, then cleared ones")
    for title, faces, people in (("lfw", lfw, lfw_people), ("ages", ages, ages_people)):
        for name in ("plain", "cleared"):
            rates: list[list[float]] = []
            for odd, fitted in enumerate(halves):
                other = half(people, 1 - odd)
                rates.append(
                    found_at(fitted.cleared(faces[other]) if name == "cleared" else faces[other], people[other])
                )
            shown = "  ".join(f"{rate:.3f}" for rate in np.mean(rates, 0))
            print(f"{title:5} {name:8} pairs found at one false in 100, 1,000, 10,000: {shown}")
    fitted = fit(lfw, ages, years, lfw_people)
    strangers, _ = pairs(fitted.cleared(lfw), lfw_people)
    print(f"lfw strangers, cleared: mean {strangers.mean():.4f}, spread {strangers.std():.4f}")
    for cosine in (fitted.check, fitted.sure):
        print(f"lfw: {(strangers >= cosine).sum()} of {len(strangers)} pairs of strangers reach {cosine}")
    content = {
        "check": fitted.check,
        "sure": fitted.sure,
        **{name: _rounded(getattr(fitted, name)) for name in ("means", "weights", "bias", "years")},
    }
    if options.write:
        Path(str(resource("models/calibration.json"))).write_text(json.dumps(content) + "\n", "utf-8")
    else:
        print(json.dumps(content))


def fit(lfw: Any, ages: Any, years: Any, people: Any) -> Calibration:
    """The calibration of these faces: what those of one age share, and where strangers' cosines end.

    `people` are LFW's. One false pair in 1,000 is counted, one in 100,000 carried over from all of LFW.
    """
    faces = np.concatenate([lfw, ages])
    of_ages = np.digitize(years, AGE_GROUPS)
    groups = np.concatenate([np.full(len(lfw), len(AGE_GROUPS) + 1), of_ages])
    means = np.stack([faces[groups == group].mean(0) for group in range(len(AGE_GROUPS) + 2)])
    within = faces - means[groups]
    covariance = within.T @ within / len(faces)
    sphere = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    weights = means @ np.linalg.inv((1 - SHRINKAGE) * covariance + SHRINKAGE * sphere)
    bias = -(weights * means).sum(1) / 2
    typical = [years[of_ages == group].mean() for group in range(len(AGE_GROUPS) + 1)]
    arrays = (means, SOFTNESS * weights, SOFTNESS * bias, np.array([*typical, LFW_YEARS]))
    arrays = tuple(array.astype(np.float32) for array in arrays)
    strangers, _ = pairs(Calibration(0, 1, *arrays).cleared(lfw), people)
    sure = strangers.mean() + strangers.std() * (ALL_LFW_SURE - ALL_LFW_MEAN) / ALL_LFW_SPREAD + MARGIN
    return Calibration(round(float(np.quantile(strangers, 0.999)), 3), round(float(sure), 3), *arrays)


def _rounded(array: Any) -> list[Any]:
    return [_rounded(row) for row in array] if array.ndim > 1 else [round(float(x), 4) for x in array]


def half(people: Any, odd: int) -> Any:
    """Whose pictures are in this half."""
    numbers = {person: number for number, person in enumerate(sorted(set(people)))}
    return np.array([numbers[person] % 2 == odd for person in people])


def vectors(folder: Path, analyzed: Answered) -> tuple[Any, Any, Any]:
    """The largest face's vector of each picture, the age in its name (`001A05`; 99 without), and whose it is."""
    paths = sorted(path for path in folder.glob("*/*") if is_photo(path.name))
    analyzed.of(paths)
    found = [(path, *analyzed.vectors(path)) for path in paths]
    found = [(path, faces[largest]) for path, faces, largest in found if len(faces)]
    years = [int(path.stem[4:6]) if path.stem[3:4] == "A" and path.stem[4:6].isdigit() else 99 for path, _ in found]
    return np.stack([face for _, face in found]), np.array(years), np.array([path.parent.name for path, _ in found])


def pairs(faces: Any, people: Any) -> tuple[Any, Any]:
    """Cosines of all pairs of strangers, and of all pairs of the same person."""
    chosen = np.triu_indices(len(people), 1)
    cosines, same = (faces @ faces.T)[chosen], people[chosen[0]] == people[chosen[1]]
    return cosines[~same], cosines[same]


def found_at(faces: Any, people: Any) -> list[float]:
    """Share of the pairs of the same person that are found at one false pair in 100, 1,000 and 10,000."""
    strangers, same = pairs(faces, people)
    return [float((same >= np.quantile(strangers, 1 - rate)).mean()) for rate in (1e-2, 1e-3, 1e-4)]


if __name__ == "__main__":
    main()
