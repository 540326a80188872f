"""The arrays of the results: the same piles as the domain decides, sums that add up, rows that stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import photo_of

from facesorter.domain.events import (
    CopyFailed,
    CopyTakenBack,
    OpinionFailed,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    SamePicture,
)
from facesorter.domain.matching import pile
from facesorter.domain.models import Decision, Person, Pile, Score, Verdict
from facesorter.ui.review.decision_codes import same_decision
from facesorter.ui.review.results import Results

ANNA, BEN = Person(5, "Anna", "PhotosWithAnna"), Person(3, "Ben", "PhotosWithBen")


def compared(number, *scores, final=False, decision=None):
    people = (ANNA, BEN)
    verdicts = tuple(
        Verdict(person, pile(score, 80.0, decision), score, decision)
        for person, score in zip(people, scores, strict=False)
    )
    return PhotoCompared(photo_of(number), verdicts, final)


def rows_of(results, which, number=0):
    return results.rows(number, which, by_similarity=False).tolist()


scores = st.one_of(
    st.just(Score(0.0, None)),
    st.builds(
        Score,
        st.one_of(st.floats(0, 100), st.sampled_from([49.999999, 50.0, 79.99999999, 80.0, 80.00000001])),
        st.integers(0, 30),
    ),
)
decisions = st.sampled_from([None, *Decision])


@given(st.lists(st.tuples(scores, decisions), max_size=40), st.one_of(st.floats(0, 100), st.sampled_from([50.0, 80.0])))
def test_the_piles_are_those_of_the_domain(photos, threshold):
    results = Results(["Anna"], 80.0, capacity=4)
    results.apply([compared(n, score, decision=decision) for n, (score, decision) in enumerate(photos)])
    results.threshold = threshold
    expected = [pile(score, threshold, decision) for score, decision in photos]
    assert [results.pile_of(row, 0) for row in range(len(photos))] == expected
    assert [list(Pile)[code] for code in results.piles(0)] == expected
    assert sum(results.counts(0).values()) == len(photos)


@given(
    st.lists(
        st.tuples(
            scores, decisions, st.sampled_from(["", "copied", "there", "same", "failed copy", "no opinion", "failed"])
        ),
        max_size=40,
    ),
    st.floats(0, 100),
)
def test_the_balance_adds_up_whatever_happens(photos, threshold):
    results = Results(["Anna"], 80.0, capacity=1)
    for number, (score, decision, fate) in enumerate(photos):
        photo = photo_of(number)
        results.apply([compared(number, score, decision=decision)])
        event = {
            "copied": PhotoCopied(photo, ANNA, f"/copies/{number}"),
            "there": PhotoAlreadyThere(photo, ANNA, f"/copies/{number}"),
            "same": SamePicture(photo, ANNA, "/photos/0", "/copies/0"),
            "failed copy": CopyFailed(photo, ANNA, "Too long."),
            "no opinion": OpinionFailed(photo, ANNA, "Rekognition failed."),
            "failed": PhotoFailed(photo, "Damaged."),
        }.get(fate)
        results.apply([event] if event else [])
    results.threshold = threshold
    balance, counts = results.balance(0), results.counts(0)
    assert balance.found == len(photos)
    sure = balance.copied + balance.already_there + balance.same_picture + balance.waiting
    assert sure == counts[Pile.SURE]
    assert (balance.check, balance.not_them) == (counts[Pile.CHECK], counts[Pile.NOT_THEM])
    assert [results.pile_of(row, 0) for row in range(len(photos))] == [list(Pile)[code] for code in results.piles(0)]


def test_a_photo_keeps_its_row_when_its_final_verdict_comes():
    results = Results(["Anna"], 80.0)
    results.apply([compared(n, Score(60.0 + n, 0)) for n in range(5)])
    results.apply([compared(3, Score(99.0, 1), final=True)])
    assert len(results) == 5
    assert results.photos.row_of(photo_of(3).id) == 3
    assert [results.photos.at(row) for row in range(5)] == [photo_of(row) for row in range(5)]
    assert rows_of(results, Pile.SURE) == [3]
    assert results.verdict(3, 0) == (Score(99.0, 1), None)


def test_people_are_told_apart_by_who_they_are_and_not_by_their_place():
    results = Results(["Anna", "Ben"], 80.0)
    verdict = Verdict(BEN, Pile.SURE, Score(90.0, 2))
    results.apply([PhotoCompared(photo_of(1), (verdict,), final=False)])
    assert results.verdict(0, 1) == (Score(90.0, 2), None)
    assert rows_of(results, Pile.SURE, 1) == [0]
    assert rows_of(results, Pile.SURE, 0) == []


def test_what_the_user_says_outlives_the_verdicts_that_come_later():
    results = Results(["Anna"], 80.0)
    results.apply([compared(n, Score(90.0, 0), decision=Decision.YES) for n in range(3)])
    rows = np.array([1])
    before = results.decisions(0, rows)
    results.decide(0, rows, same_decision(Decision.NO, 1))
    results.apply([compared(n, Score(90.0, 0), final=True, decision=Decision.YES) for n in range(3)])
    assert rows_of(results, Pile.NOT_THEM) == [1]
    results.decide(0, rows, before)
    assert rows_of(results, Pile.SURE) == [0, 1, 2]
    assert results.verdict(1, 0)[1] is Decision.YES


def test_a_photo_read_at_the_second_try_is_no_problem_any_more():
    results = Results(["Anna"], 80.0)
    results.apply([PhotoFailed(photo_of(1), "It vanished.")])
    assert results.reason(0, 0) == "It vanished."
    assert results.answerable(np.array([0])).tolist() == []
    results.apply([compared(1, Score(90.0, 0), final=True)])
    assert results.reason(0, 0) == ""
    assert rows_of(results, Pile.SURE) == [0]


def test_the_same_picture_is_counted_until_its_copy_is_taken_back():
    results = Results(["Anna"], 80.0)
    results.apply([compared(n, Score(90.0, 0)) for n in range(2)])
    results.apply([PhotoCopied(photo_of(0), ANNA, "/a"), SamePicture(photo_of(1), ANNA, photo_of(0).path, "/a")])
    assert (results.balance(0).copied, results.balance(0).same_picture, results.balance(0).waiting) == (1, 1, 0)
    results.apply([CopyTakenBack("/a")])
    assert (results.balance(0).copied, results.balance(0).same_picture, results.balance(0).waiting) == (0, 0, 2)


def test_copies_are_counted_while_they_are_there():
    results = Results(["Anna"], 80.0)
    results.apply([compared(n, Score(90.0, 0)) for n in range(4)])
    results.apply([PhotoCopied(photo_of(0), ANNA, "/a"), PhotoAlreadyThere(photo_of(1), ANNA, "/b")])
    results.apply([PhotoCopied(photo_of(2), ANNA, "/c", dry_run=True)])
    balance = results.balance(0)
    assert (balance.copied, balance.already_there, balance.waiting) == (1, 1, 2)
    results.threshold = 95.0
    assert results.sure_and_not(0) == ([], [photo_of(0).id, photo_of(1).id])
    results.apply([CopyTakenBack("/a"), CopyTakenBack("/not ours")])
    assert results.sure_and_not(0) == ([], [photo_of(1).id])


def test_a_worker_reads_what_stood_when_it_was_asked():
    results = Results(["Anna"], 80.0)
    results.apply([compared(n, Score(90.0, 0)) for n in range(3)])
    still = results.still()
    results.decide(0, np.array([1]), same_decision(Decision.NO, 1))
    results.apply([PhotoFailed(photo_of(2), "It vanished."), compared(3, Score(90.0, 0))])
    assert rows_of(still, Pile.SURE) == [0, 1, 2]
    assert rows_of(results, Pile.SURE) == [0, 3]


def test_a_copy_that_failed_is_a_problem_only_while_it_is_wanted():
    results = Results(["Anna"], 80.0)
    results.apply([compared(0, Score(90.0, 0)), CopyFailed(photo_of(0), ANNA, "The name is too long.")])
    assert results.pile_of(0, 0) is Pile.PROBLEM
    assert results.reason(0, 0) == "The name is too long."
    results.threshold = 95.0
    assert results.pile_of(0, 0) is Pile.CHECK
    assert results.reason(0, 0) == ""


def test_a_copy_that_failed_is_tried_again_while_it_is_wanted():
    results = Results(["Anna"], 80.0)
    results.apply([compared(0, Score(90.0, 0)), CopyFailed(photo_of(0), ANNA, "The drive was gone.")])
    assert results.sure_and_not(0) == ([photo_of(0).id], [])
    results.threshold = 95.0
    assert results.sure_and_not(0) == ([], [])


def test_the_copy_of_a_photo_that_cannot_be_read_any_more_is_left_alone():
    results = Results(["Anna"], 80.0)
    results.apply([compared(0, Score(90.0, 0)), PhotoCopied(photo_of(0), ANNA, "/a")])
    results.apply([PhotoFailed(photo_of(0), "It vanished.")])
    assert results.sure_and_not(0) == ([], [])


def test_a_second_opinion_that_failed_is_one_persons_problem_until_the_user_answers():
    results = Results(["Anna", "Ben"], 80.0)
    verdicts = Verdict(ANNA, Pile.SURE, Score(90.0, 0)), Verdict(BEN, Pile.CHECK, Score(60.0, 1))
    results.apply([PhotoCompared(photo_of(0), verdicts, final=False)])
    results.apply([PhotoCompared(photo_of(0), verdicts[:1], final=True), OpinionFailed(photo_of(0), BEN, "It failed.")])
    assert [results.pile_of(0, number) for number in (0, 1)] == [Pile.SURE, Pile.PROBLEM]
    assert [results.reason(0, number) for number in (0, 1)] == ["", "It failed."]
    assert results.sure_and_not(1) == ([], [])
    assert results.failed_copies(1) == 0
    results.decide(1, np.array([0]), same_decision(Decision.YES, 1))
    assert results.pile_of(0, 1) is Pile.SURE
    assert results.sure_and_not(1) == ([photo_of(0).id], [])
    assert rows_of(results, Pile.SURE, 1) == [0]


@pytest.mark.parametrize("which", [Pile.CHECK, Pile.NOT_THEM])
def test_most_similar_first(which):
    results = Results(["Anna"], 80.0)
    results.apply([compared(n, Score((n * 37) % 80, 0)) for n in range(80)])
    rows = results.rows(0, which, by_similarity=True)
    similarities = [results.verdict(int(row), 0)[0].similarity for row in rows]
    assert similarities == sorted(similarities, reverse=True)
    assert sorted(rows.tolist()) == rows_of(results, which)
