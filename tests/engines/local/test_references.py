from __future__ import annotations

import numpy as np
import pytest

from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD, EXPLAINED
from facesorter.engines.local.calibrate import Calibration, unit
from facesorter.engines.local.models import Floats
from facesorter.engines.local.references import FEW, KnownFaces, Times, cosines, mirrored_mean, similarities_of


def faces(count: int, seed: int = 0, dimensions: int = 128) -> Floats:
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32))


def pictures_of(person: Floats, count: int, seed: int) -> Floats:
    """Pictures of one person: a cosine of about 0.6 between any two."""
    return unit((person + 0.8 * faces(count, seed)).astype(np.float32))


def test_one_headshot_is_compared_by_its_cosine() -> None:
    headshot, others = faces(1), faces(9, 1)
    assert cosines([KnownFaces.of(headshot)], others) == pytest.approx(others @ headshot.T, abs=1e-6)


def test_every_person_has_a_column() -> None:
    people = [KnownFaces.of(faces(count, seed)) for seed, count in enumerate((1, 3, FEW + 2, 1))]
    others = faces(5, 9)
    found = cosines(people, others)
    assert found.shape == (5, 4)
    for column, person in enumerate(people):
        assert found[:, column] == pytest.approx(cosines([person], others)[:, 0], abs=1e-6)


def test_headshots_years_apart_each_count() -> None:
    """Two pictures that have nothing in common: whoever equals one of them is that person."""
    headshots = faces(2)
    assert cosines([KnownFaces.of(headshots)], headshots) == pytest.approx(1, abs=1e-5)


def test_many_headshots_count_by_their_mean() -> None:
    assert len(KnownFaces.of(faces(FEW + 1)).looks) == 1


def test_growth_never_lowers_a_cosine() -> None:
    known = KnownFaces.of(faces(2))
    others = faces(50, 1)
    assert (cosines([known.grown(faces(8, 2))], others) >= cosines([known], others) - 1e-6).all()


def test_a_face_like_a_counter_example_is_no_longer_worth_a_look_whether_grown_or_not() -> None:
    scale = Calibration(check=0.3, sure=0.4)
    person, other, nobody = np.eye(3, 128, dtype=np.float32)[:, None]
    known = KnownFaces.of(person)
    doubtful = unit(np.concatenate([0.38 * person + other, 0.38 * person + nobody, 0.6 * person + other]))
    before = similarities_of([known], doubtful, scale)[:, 0]
    assert before[:2].min() >= CHECK_FROM
    assert before[:2].max() < DEFAULT_THRESHOLD <= before[2]
    apart = known.set_apart(unit(other + 0.1 * faces(1, 12)))
    sure = known.set_apart(apart.others, sure_from=float(before[0]))
    assert similarities_of([sure, sure.grown(person)], doubtful, scale).T.tolist() == [before.tolist()] * 2
    for one in (apart, apart.grown(person)):
        after = similarities_of([one, known], doubtful, scale)
        assert after[:, 0].tolist() == [EXPLAINED, *before[1:].tolist()]
        assert after[:, 1].tolist() == before.tolist()


def test_growth_replaces_former_examples() -> None:
    known = KnownFaces.of(faces(1))
    once = known.grown(faces(8, 2)).grown(faces(3, 3))
    assert once.looks == pytest.approx(known.grown(faces(3, 3)).looks)


def test_growth_brings_pictures_of_the_person_nearer_and_strangers_not() -> None:
    person = faces(1, 5)
    known = KnownFaces.of(pictures_of(person, 1, 6))
    grown = known.grown(pictures_of(person, 8, 7))
    more, strangers = pictures_of(person, 100, 8), faces(2000, 9)
    assert cosines([grown], more).mean() > cosines([known], more).mean() + 0.1
    assert cosines([grown], strangers).max() < cosines([known], more).min()


def test_a_headshots_vector_lies_midway_to_its_mirror_image() -> None:
    plain, mirrored = faces(3, 1), faces(3, 2)
    mean = mirrored_mean(plain, mirrored)
    assert np.linalg.norm(mean, axis=1) == pytest.approx(1, abs=1e-5)
    assert (mean * plain).sum(1) == pytest.approx((mean * mirrored).sum(1), abs=1e-5)


def test_an_example_speaks_for_its_own_time_and_a_face_without_one_is_compared_as_ever() -> None:
    child, adult = faces(1, 20), faces(1, 21)
    known = KnownFaces.of(adult, Times(np.array([40.0]), np.array([2020.0])))
    examples = np.concatenate([pictures_of(child, 4, 22), pictures_of(adult, 4, 23)])
    taken = np.repeat(np.array([1985.0, 2019.0], np.float32), 4)
    as_a_child = pictures_of(child, 20, 24)

    def found(year: float, age: float = np.nan, *, examples_taken: Floats = taken) -> Floats:
        grown = known.grown(examples, Times(np.repeat(np.array([6.0, 39.0]), 4), examples_taken))
        times = Times(np.full(20, age, np.float32), np.full(20, year, np.float32))
        return cosines([grown], as_a_child, times)[:, 0]

    undated = cosines([known.grown(examples)], as_a_child)[:, 0]
    assert (found(1986.0) > undated + 0.05).all(), "her examples as a child count alone"
    assert found(2019.0) == pytest.approx(undated, abs=1e-6), "never less than without periods"
    assert found(np.nan) == pytest.approx(undated, abs=1e-6)
    assert (found(np.nan, age=7.0, examples_taken=np.full(8, np.nan, np.float32)) > undated + 0.05).all()
    assert found(1986.0, age=39.0) == pytest.approx(found(1986.0)), "a date says more than how old somebody looks"
