"""The scale of the endpoint's similarities, and what programs with Amazon's thresholds find by it."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.models import EncodedPicture
from facesorter.domain.ports import Example
from facesorter.engines.local.amazon_scale import as_amazon
from facesorter.engines.local.engine import LocalEngine

percents = st.floats(0, 100)


@given(percents, percents)
def test_order_stays(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= as_amazon(low) <= as_amazon(high) <= 100


def test_the_ends_stay_and_the_middle_spreads() -> None:
    assert (as_amazon(0), as_amazon(100)) == (0, 100)
    assert as_amazon(50) < 10  # what one stranger in 1,000 reaches is far from a match at Amazon
    assert as_amazon(77) == pytest.approx(80, abs=2)
    assert as_amazon(90) > 99


@pytest.mark.parametrize(("threshold", "found"), [(80, 0.94), (90, 0.91), (95, 0.88), (99, 0.78)])
def test_programs_with_thresholds_for_amazon_find_people(
    threshold: float, found: float, same_and_strangers: tuple[np.ndarray, np.ndarray]
) -> None:
    same, strangers = same_and_strangers
    assert (same >= threshold).mean() >= found
    assert not (strangers >= threshold).any()


@pytest.fixture(scope="module")
def same_and_strangers(data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Similarities of pairs of one person and of strangers, of 30 people with three photos each."""
    people = [sorted(folder.iterdir())[:3] for folder in sorted((data / "lfw").iterdir())]
    people = [paths for paths in people if len(paths) == 3][:30]
    engine = LocalEngine()
    answers = [
        (engine.analyze(engine.name, EncodedPicture("", path.read_bytes())),) for paths in people for path in paths
    ]
    answers = [one if engine.faces_in(one) else pytest.fail("no face") for one in answers]
    references = [engine.recall("", Example(one, 0)) for one in answers]
    table = np.array([faces[0] for faces in engine.similarities(references, answers)])
    pairs = list(itertools.combinations(range(len(answers)), 2))
    scores = np.array([as_amazon(float(table[one, other])) for one, other in pairs])
    same = np.array([one // 3 == other // 3 for one, other in pairs])
    return scores[same], scores[~same]
