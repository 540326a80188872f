"""Which frames of a film are looked at, and who is in it by what they show."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from fakes import a_face

from facesorter.domain.films import (
    CLOSER_APART,
    MOST_CLOSER,
    MOST_FRAMES,
    closer_look,
    film_scores,
    final_film_scores,
    first_look,
    seen_well,
)
from facesorter.domain.models import Face, Pose, Quality, Score


def face(seconds: float, *, well: bool = True) -> Face:
    return replace(a_face(), seconds=seconds, quality=Quality(50, 80 if well else 3), pose=Pose(0, 0, 0))


@pytest.mark.parametrize(
    ("seconds", "most"), [(0.0, 1), (0.4, 1), (3, 4), (60, 61), (600, 200), (7200, 660), (90_000, 721)]
)
def test_the_first_look_is_even_and_bounded(seconds: float, most: int) -> None:
    times = [at for at, _ in first_look(seconds)]
    assert 1 <= len(times) <= most <= MOST_FRAMES + 1
    assert times == sorted(times)
    assert all(0 <= key_from <= at <= seconds for at, key_from in first_look(seconds))
    gaps = [later - earlier for earlier, later in zip([0.0, *times], times, strict=False)]
    assert max(gaps) <= max(1.0, seconds / 60)


def test_the_first_look_reaches_the_end() -> None:
    assert list(first_look(20))[-1] == (20, 20)


def test_a_closer_look_is_taken_where_a_face_was_not_seen_well() -> None:
    seen = [(0.2, []), (2.0, [face(2.0, well=False)]), (3.0, []), (4.0, [face(4.0), face(4.0, well=False)])]
    times = list(closer_look(seen, [0.2, 2.0, 3.0, 4.0]))
    assert times == [1.5, 1.75, 2.25, 2.5, 3.5, 3.75, 4.25, 4.5]


def test_where_faces_were_seen_well_it_is_taken_half_as_close() -> None:
    assert list(closer_look([(1.0, [face(1.0)]), (2.0, []), (3.0, [face(3.0)])], [1.0, 2.0, 3.0])) == [
        0.5,
        1.5,
        2.5,
        3.5,
    ]


def test_no_time_is_looked_at_twice_and_their_number_is_bounded() -> None:
    looked_at = [0.25 * number for number in range(1000)]
    assert not list(closer_look([(at, [face(at, well=False)]) for at in looked_at[:-4]], looked_at))
    apart = [10.0 * number for number in range(1000)]
    times = list(closer_look([(at, [face(at, well=False)]) for at in apart], apart))
    assert len(times) == MOST_CLOSER
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.9 * CLOSER_APART


def test_one_good_frame_is_enough() -> None:
    assert film_scores([[30.0], [91.0]], [face(0), face(1)], 1) == [Score(91.0, 1)]


def test_one_bad_frame_is_not() -> None:
    [score] = film_scores([[30.0], [91.0]], [face(0), face(1, well=False)], 1)
    assert 50 <= score.similarity < 80
    assert score.face_index == 1


def test_probably_in_three_frames_is_surely_in_the_film() -> None:
    [score] = film_scores([[73.0], [74.0], [75.0]], [face(0), face(1), face(2)], 1)
    assert score.similarity >= 80
    assert score.face_index == 2
    [score] = film_scores([[73.0], [74.0]], [face(0), face(1)], 1)
    assert score.similarity == 74


def test_three_faces_of_one_frame_are_one_frame() -> None:
    [score] = film_scores([[73.0], [74.0], [75.0]], [face(0), face(0), face(0)], 1)
    assert score.similarity == 75


def test_three_unlikely_frames_stay_unlikely() -> None:
    [score] = film_scores([[45.0], [44.0], [43.0]], [face(0), face(1), face(2)], 1)
    assert score.similarity == 45


def test_a_face_belongs_to_one_person_and_a_person_may_be_in_many_frames() -> None:
    similarities = [[95.0, 60.0], [94.0, 20.0], [10.0, 96.0]]
    anna, ben = film_scores(similarities, [face(0), face(1), face(1)], 2)
    assert anna == Score(95.0, 0)
    assert ben == Score(96.0, 2)
    anna, ben = film_scores([[95.0, 84.0]], [face(0)], 2)
    assert anna.similarity == 95
    assert ben.similarity < 50


def test_nobody() -> None:
    assert film_scores([], [], 2) == [Score(0.0, None)] * 2


def test_what_was_sure_by_the_headshot_stays_so() -> None:
    faces = [face(0)]
    assert final_film_scores([[85.0]], [[70.0]], faces, 1, 80) == [Score(85.0, 0)]
    assert final_film_scores([[75.0]], [[70.0]], faces, 1, 80) == [Score(70.0, 0)]
    assert final_film_scores([[75.0]], [[90.0]], faces, 1, 80) == [Score(90.0, 0)]


def test_seen_well() -> None:
    assert seen_well(face(0))
    assert not seen_well(face(0, well=False))
    assert not seen_well(replace(face(0), pose=Pose(0, 60, 0)))
    assert not seen_well(replace(face(0), box=face(0).box._replace(width=0.01)))
