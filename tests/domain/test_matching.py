from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.growth import ANCHOR, BANDS, EXAMPLES_A_BAND, GrowthCandidates
from facesorter.domain.matching import (
    CHECK_FROM,
    CONTESTED,
    DEFAULT_THRESHOLD,
    EXPLAINED,
    beside_counter_example,
    final_scores,
    pile,
    scores,
)
from facesorter.domain.models import Decision, Pile, Score

similarity = st.floats(0, 100)


def matrices(most_faces: int = 4, people: int = 3) -> st.SearchStrategy[list[list[float]]]:
    return st.lists(st.lists(similarity, min_size=people, max_size=people), max_size=most_faces)


def test_no_face_scores_nothing() -> None:
    assert scores([], 2) == [Score(0.0, None)] * 2


def test_the_most_similar_face_counts() -> None:
    assert scores([[20.0], [90.0], [60.0]], 1) == [Score(90.0, 1)]


def test_a_face_of_somebody_else_is_explained() -> None:
    assert scores([[99.0, 90.0]], 2) == [Score(99.0, 0), Score(EXPLAINED, 0)]


def test_a_face_that_two_people_could_be_is_to_check_for_the_worse() -> None:
    found = scores([[92.0, 90.0]], 2)
    assert found == [Score(92.0, 0), Score(CONTESTED, 0)]
    assert [pile(score, DEFAULT_THRESHOLD, None) for score in found] == [Pile.SURE, Pile.CHECK]


def test_each_of_two_people_gets_the_face_that_is_theirs() -> None:
    assert scores([[99.0, 85.0], [84.0, 98.0]], 2) == [Score(99.0, 0), Score(98.0, 1)]


def test_a_person_takes_one_face_of_a_photo_only() -> None:
    """The second face looks like Anna too, but she is the first one: it stays Ben's."""
    assert scores([[99.0, 10.0], [95.0, 90.0]], 2) == [Score(99.0, 0), Score(90.0, 1)]


def test_nobody_below_check_explains_a_face() -> None:
    assert scores([[CHECK_FROM - 1, 30.0]], 2)[1] == Score(30.0, 0)


@given(matrices())
def test_a_single_person_has_the_best_face(faces: list[list[float]]) -> None:
    alone = [row[:1] for row in faces]
    assert scores(alone, 1)[0].similarity == max((row[0] for row in alone), default=0.0)


@given(matrices())
def test_a_face_is_sure_for_one_person_only(faces: list[list[float]]) -> None:
    sure = [score.face_index for score in scores(faces, 3) if score.similarity >= DEFAULT_THRESHOLD]
    assert len(sure) == len(set(sure))


@given(matrices(), st.data())
def test_what_was_sure_stays_sure_however_references_grow(alone: list[list[float]], data: st.DataObject) -> None:
    threshold = data.draw(st.floats(40, 99))
    grown = [[data.draw(st.floats(value, 100)) for value in row] for row in alone]
    for before, after in zip(scores(alone, 3), final_scores(alone, grown, 3, threshold), strict=True):
        if pile(before, threshold, None) is Pile.SURE:
            assert pile(after, threshold, None) is Pile.SURE


@pytest.mark.parametrize(
    ("similarity", "threshold", "expected"),
    [
        (80.0, 80.0, Pile.SURE),
        (79.9, 80.0, Pile.CHECK),
        (50.0, 80.0, Pile.CHECK),
        (49.9, 80.0, Pile.NOT_THEM),
        (40.0, 40.0, Pile.SURE),
        (39.9, 40.0, Pile.NOT_THEM),
    ],
)
def test_piles_follow_the_threshold(similarity: float, threshold: float, expected: Pile) -> None:
    assert pile(Score(similarity, 0), threshold, None) is expected


@pytest.mark.parametrize(
    ("decision", "expected"),
    [(Decision.YES, Pile.SURE), (Decision.NO, Pile.NOT_THEM), (Decision.UNSURE, Pile.CHECK)],
)
@pytest.mark.parametrize("score", [Score(0.0, None), Score(99.0, 0), Score(10.0, 1)])
def test_decisions_outweigh_scores(score: Score, decision: Decision, expected: Pile) -> None:
    assert pile(score, DEFAULT_THRESHOLD, decision) is expected


def chosen(
    alone: list[list[float]], now: list[list[float]] | None = None, decision: Decision | None = None
) -> list[int]:
    candidates = GrowthCandidates[str](len(alone[0]))
    decisions = [decision] + [None] * (len(alone[0]) - 1)
    candidates.consider((b"key", "photo"), alone, alone if now is None else now, decisions)
    return [choice.face_index for choice in candidates.chosen()[0]]


def test_a_sure_face_joins() -> None:
    assert chosen([[10.0], [85.0]]) == [1]


def test_a_doubtful_face_does_not_join() -> None:
    assert chosen([[DEFAULT_THRESHOLD - 0.1]]) == []


def test_a_face_far_from_the_headshots_does_not_join() -> None:
    assert chosen([[ANCHOR - 1]], [[99.0]]) == []


def test_a_face_near_the_headshots_may_join_by_what_is_known_now() -> None:
    assert chosen([[ANCHOR + 1]], [[85.0]]) == [0]


def test_a_face_that_could_be_somebody_else_does_not_join() -> None:
    assert chosen([[92.0, 85.0]]) == []
    assert chosen([[92.0, 40.0]]) == [0]


def test_no_face_joins_from_a_photo_where_two_look_like_the_person() -> None:
    assert chosen([[95.0], [CHECK_FROM]]) == []


def test_the_users_word_counts() -> None:
    assert chosen([[10.0], [20.0]], decision=Decision.YES) == [1]
    assert chosen([[99.0]], decision=Decision.NO) == []
    assert chosen([[99.0]], decision=Decision.UNSURE) == []


def test_what_the_user_confirmed_is_never_crowded_out() -> None:
    candidates = GrowthCandidates[str](1)
    for number in range(100):
        candidates.consider((bytes([number]), f"sure {number}"), [[99.0]], [[99.0]], [None])
    candidates.consider((b"yes", "confirmed"), [[5.0]], [[5.0]], [Decision.YES])
    assert "confirmed" in [choice.photo for choice in candidates.chosen()[0]]


def test_examples_come_from_every_band_and_stay_few() -> None:
    candidates = GrowthCandidates[float](1)
    for number in range(400):
        value = ANCHOR + number * (100 - ANCHOR) / 400
        candidates.consider((str(number).encode(), value), [[value]], [[max(value, 85.0)]], [None])
    found = [choice.photo for choice in candidates.chosen()[0]]
    for low, high in itertools.pairwise((ANCHOR, *BANDS, 100)):
        assert len([value for value in found if low <= value < high]) == EXAMPLES_A_BAND


def test_copies_of_a_photo_count_once() -> None:
    candidates = GrowthCandidates[str](1)
    for name in ("a", "b"):
        candidates.consider((b"same", name), [[95.0]], [[95.0]], [None])
    assert len(candidates.chosen()[0]) == 1


@given(st.lists(st.tuples(similarity, similarity), min_size=1, max_size=60), st.randoms())
def test_the_order_of_photos_does_not_matter(faces: list[tuple[float, float]], chance: Random) -> None:
    photos = [(str(number).encode(), list(row)) for number, row in enumerate(faces)]
    shuffled = list(photos)
    chance.shuffle(shuffled)
    results: list[list[list[bytes]]] = []
    for order in (photos, shuffled):
        candidates = GrowthCandidates[bytes](2)
        for key, row in order:
            candidates.consider((key, key), [row], [row], [None, None])
        results.append([[choice.photo for choice in of_one] for of_one in candidates.chosen()])
    assert results[0] == results[1]


def test_what_is_worth_a_look_and_like_a_counter_example_is_explained() -> None:
    assert beside_counter_example(60.0, 95.0) == EXPLAINED
    assert beside_counter_example(60.0, 80.0) == 60.0, "not clearly"
    assert beside_counter_example(DEFAULT_THRESHOLD, 100.0) == DEFAULT_THRESHOLD, "what is sure stays sure"
    assert beside_counter_example(CHECK_FROM - 1, 100.0) == CHECK_FROM - 1
    assert beside_counter_example(65.0, 100.0, 60.0) == 65.0, "nor by a lower threshold"
    assert beside_counter_example(85.0, 100.0, 90.0) == 85.0, "and a higher one changes nothing"


def test_every_yes_joins() -> None:
    candidates = GrowthCandidates[int](1)
    for number in range(3 * EXAMPLES_A_BAND):
        candidates.consider((bytes([number]), number), [[60.0]], [[60.0 + number]], [Decision.YES])
    assert len(candidates.chosen()[0]) == 3 * EXAMPLES_A_BAND
