"""What a call of Amazon Rekognition costs, and the meter that keeps a run within its cap."""

from __future__ import annotations

import threading
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from facesorter.domain.errors import BudgetReached
from facesorter.domain.spending import Cost, in_dollars
from facesorter.paths import resource


@dataclass(frozen=True, slots=True)
class Price:
    """The most a call costs in a region, as of some day. Not `listed` means guessed, on the high side."""

    region: str
    dollars_a_call: Decimal
    as_of: date
    listed: bool

    def of(self, calls: int) -> Cost:
        return Cost(calls, calls * self.dollars_a_call)


def listed_prices() -> list[Price]:
    """The prices of the regions that are known, from the dated table in `resources`."""
    return [price_in(region) for region in _table()["dollars_a_call"]]


def _table() -> dict[str, Any]:
    return tomllib.loads(resource("rekognition_prices.toml").read_text("utf-8"), parse_float=Decimal)


def price_in(region: str) -> Price:
    """The price in a region, from the same table."""
    table = _table()
    known: dict[str, Decimal] = table["dollars_a_call"]
    unlisted: Decimal = table["unlisted"]
    return Price(region, known.get(region, unlisted), table["as_of"], region in known)


class Meter:
    """Counts calls before they are made, so that the cap holds however many are under way. Any thread may use it."""

    def __init__(self, price: Price, most_dollars: Decimal) -> None:
        self.price = price
        self.most_dollars = most_dollars
        self._lock = threading.Lock()
        self._calls = 0

    @property
    def spent(self) -> Cost:
        """What was spent, calls under way included."""
        return self.price.of(self._calls)

    def cost_of(self, calls: int) -> Cost:
        """What so many calls cost at most."""
        return self.price.of(calls)

    def take(self, calls: int = 1) -> None:
        """Set the price of `calls` calls aside. Raises `BudgetReached` if that would go beyond the cap."""
        with self._lock:
            if self.price.of(self._calls + calls).dollars > self.most_dollars:
                raise BudgetReached(
                    f"The cap of {in_dollars(self.most_dollars)} is reached after {self.spent}.",
                    "What was paid for is kept. Start again with a higher cap: it goes on where it was.",
                )
            self._calls += calls

    def give_back(self) -> None:
        """A call that was set aside is not charged: it was refused, or never made."""
        with self._lock:
            self._calls -= 1
