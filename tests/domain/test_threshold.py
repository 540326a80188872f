"""The threshold that answers suggest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.threshold import ENOUGH, WRONG_WEIGHS, Answer, suggested_threshold


def answers(*similarities: float, yes: bool) -> list[Answer]:
    return [Answer(similarity, yes) for similarity in similarities]


def suggested(found: list[Answer], current: float = 80.0) -> int | None:
    return suggested_threshold(found, current, 40, 99)


def test_too_few_answers_suggest_nothing() -> None:
    found = answers(*[65.0] * (ENOUGH - 1), yes=True)
    assert suggested(found) is None
    assert suggested([*found, Answer(65.0, yes=True)]) == 65


def test_where_yes_begins_is_the_threshold() -> None:
    found = answers(*range(70, 80), yes=True) + answers(*range(55, 70), yes=False)
    assert suggested(found) == 70


def test_wrong_photos_that_are_sure_make_it_stricter() -> None:
    found = answers(*[81.0, 83.0, 84.0] * 5, yes=False) + answers(*range(85, 95), yes=True)
    assert suggested(found) == 85


def test_one_wrong_photo_weighs_as_much_as_several_left_to_check() -> None:
    no = answers(*[55.0] * ENOUGH, 75.0, yes=False)
    assert suggested(no + answers(*[70.0] * (WRONG_WEIGHS - 1), yes=True)) is None
    assert suggested(no + answers(*[70.0] * (WRONG_WEIGHS + 1), yes=True)) == 70


def test_what_fits_already_is_left_as_it_is() -> None:
    assert suggested(answers(*range(50, 80), yes=False)) is None


@given(st.lists(st.builds(Answer, st.floats(0, 100), st.booleans()), max_size=60), st.floats(40, 99))
def test_a_suggestion_is_better_within_bounds_and_never_below_what_is_known(
    found: list[Answer], current: float
) -> None:
    new = suggested(found, current)
    if new is not None:
        assert 40 <= new <= 99
        assert new >= int(min(answer.similarity for answer in found))

        def mistakes(threshold: float) -> int:
            return sum((WRONG_WEIGHS if not yes else 1) for value, yes in found if (value >= threshold) != yes)

        assert mistakes(new) < mistakes(current)
