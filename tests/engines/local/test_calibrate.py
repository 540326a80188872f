from __future__ import annotations

import numpy as np
import pytest

from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD
from facesorter.engines.local.calibrate import UNKNOWN, Calibration, calibration_of, unit
from facesorter.engines.local.models import Floats, load_networks


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    return calibration_of(load_networks().recognizer)


def faces(count: int, shared: Floats, spread: float = 1.0) -> Floats:
    """Unrelated vectors that have something in common."""
    random = np.random.default_rng(3).normal(size=(count, len(shared))).astype(np.float32)
    return unit(spread * unit(random) + shared)


def test_the_named_cosines_have_the_named_similarities(fitted: Calibration) -> None:
    for calibration in (fitted, UNKNOWN):
        cosines = np.array([calibration.check, calibration.sure], np.float32)
        assert calibration.similarity(cosines) == pytest.approx([CHECK_FROM, DEFAULT_THRESHOLD], abs=1e-3)


def test_similarity_rises_from_0_to_100(fitted: Calibration) -> None:
    found = fitted.similarity(np.linspace(-1, 1, 201, dtype=np.float32))
    assert (np.diff(found) >= 0).all()
    assert 0 <= found[0] < 0.1
    assert 99.5 < found[-1] <= 100


def test_cleared_vectors_have_length_1(fitted: Calibration) -> None:
    cleared = fitted.cleared(faces(5, np.zeros(128, np.float32)))
    assert np.linalg.norm(cleared, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("group", range(7))
def test_what_those_of_one_age_share_says_nothing(fitted: Calibration, group: int) -> None:
    assert fitted.means is not None
    alike = faces(200, 2 * fitted.means[group])
    above = np.triu_indices(200, 1)
    plain, cleared = ((vectors @ vectors.T)[above].mean() for vectors in (alike, fitted.cleared(alike)))
    assert abs(cleared) < 0.5 * abs(plain)


def test_how_old_a_face_looks_follows_from_its_group(fitted: Calibration) -> None:
    assert fitted.means is not None
    infants, adults = (fitted.ages(unit(3 * fitted.means[[group]]))[0] for group in (0, 5))
    assert 0 < infants < 8
    assert 20 < adults < 50
    assert np.isnan(UNKNOWN.ages(faces(2, np.zeros(512, np.float32)))).all()


def test_a_foreign_recognizer_is_taken_as_it_is() -> None:
    vectors = faces(4, np.zeros(512, np.float32))
    assert UNKNOWN.cleared(vectors) == pytest.approx(vectors, abs=1e-6)


def test_faces_are_cleared_the_same_with_their_ages(fitted: Calibration) -> None:
    vectors = faces(9, np.zeros(128, np.float32))
    cleared, ages = fitted.cleared_with_ages(vectors)
    assert (cleared == fitted.cleared(vectors)).all()
    assert (ages == fitted.ages(vectors)).all()
    cleared, ages = UNKNOWN.cleared_with_ages(vectors)
    assert (cleared == UNKNOWN.cleared(vectors)).all()
    assert np.isnan(ages).all()
