"""Prices and the meter."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest

from facesorter.domain.errors import BudgetReached
from facesorter.domain.spending import in_dollars
from facesorter.engines.rekognition.prices import Meter, price_in


def test_prices_are_dated_and_of_the_region() -> None:
    ireland, tokyo = price_in("eu-west-1"), price_in("ap-northeast-1")
    assert ireland.dollars_a_call == Decimal("0.001")
    assert tokyo.dollars_a_call > ireland.dollars_a_call
    assert ireland.as_of > date(2026, 1, 1)
    assert ireland.listed


def test_an_unlisted_region_is_guessed_on_the_high_side() -> None:
    price = price_in("mars-north-1")
    assert not price.listed
    assert price.dollars_a_call > price_in("ap-northeast-1").dollars_a_call


@pytest.mark.parametrize(("cap", "calls"), [("0.05", 50), ("0.0005", 0), ("0", 0), ("0.0019", 1), ("5", 5000)])
def test_the_cap_is_exact(cap: str, calls: int) -> None:
    meter = Meter(price_in("eu-west-1"), Decimal(cap))
    for _ in range(calls):
        meter.take()
    with pytest.raises(BudgetReached):
        meter.take()
    assert meter.spent == (calls, calls * Decimal("0.001"))


def test_what_is_given_back_can_be_spent_again() -> None:
    meter = Meter(price_in("eu-west-1"), Decimal("0.001"))
    meter.take()
    meter.give_back()
    meter.take()
    assert meter.spent.calls == 1


def test_the_cap_holds_between_threads() -> None:
    meter = Meter(price_in("eu-west-1"), Decimal("0.5"))
    taken: list[int] = []

    def work() -> None:
        try:
            while True:
                meter.take()
                taken.append(1)
        except BudgetReached:
            return

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 500


@pytest.mark.parametrize(
    ("dollars", "words"),
    [("1.24", "$1.24"), ("0.05", "$0.05"), ("0.001", "$0.001"), ("0", "$0.00"), ("1240", "$1,240.00")],
)
def test_sums_are_readable(dollars: str, words: str) -> None:
    assert in_dollars(Decimal(dollars)) == words
