"""What a call of Amazon Rekognition costs, and the meter that keeps a run within its cap."""

from __future__ import annotations

import threading
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from facesorter.domain.errors import BudgetReached, NoCallLeft
from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import CallEstimate, Cost, in_dollars
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
    """Counts calls before they are made, so that the cap holds however many are under way. Any thread may use it.

    `most_calls` is what the user has agreed to; None where no number of calls was told yet.
    """

    def __init__(self, price: Price, most_dollars: Decimal, most_calls: int | None = None) -> None:
        self.price = price
        self.most_dollars = most_dollars
        self._lock = threading.Lock()
        self._calls = 0
        self._most_calls = most_calls
        self._spare: int | None = None

    @property
    def spent(self) -> Cost:
        """What was spent, calls under way included."""
        return self.price.of(self._calls)

    def cost_of(self, calls: int) -> Cost:
        """What so many calls cost at most."""
        return self.price.of(calls)

    def agree(self, calls: CallEstimate) -> None:
        """Refuse every call beyond what was told, and those that chance makes necessary beyond `calls.spare`."""
        with self._lock:
            told = self._calls + calls.most
            most = told if self._most_calls is None else min(told, self._most_calls)
            self._most_calls, self._spare = most, max(0, calls.spare - (told - most))

    def has_spare(self, calls: int) -> bool:
        """Whether there are so many calls for what only chance makes necessary."""
        return self._spare is None or self._spare >= calls

    def take(self, *, spare: bool = False) -> None:
        """Set the price of a call aside; `spare` says that only chance has made it necessary.

        Raises `BudgetReached` beyond the cap or what was agreed to, `NoCallLeft` if no spare call is left.
        """
        with self._lock:
            if self.price.of(self._calls + 1).dollars > self.most_dollars:
                raise BudgetReached(
                    _("The cap of {most_dollars} is reached after {spent}.").format(
                        most_dollars=in_dollars(self.most_dollars), spent=self.spent
                    ),
                    _("What was paid for is kept. Start again with a higher cap: it goes on where it was."),
                )
            if spare and self._spare == 0:
                raise NoCallLeft
            if self._most_calls is not None and self._calls >= self._most_calls:
                raise BudgetReached(
                    _("The price that was told is reached: {spent}.").format(spent=self.spent),
                    _(
                        "What was paid for is kept. Start again: the price of the rest is told, "
                        "and it goes on from there."
                    ),
                )
            if spare and self._spare is not None:
                self._spare -= 1
            self._calls += 1

    def give_back(self, *, spare: bool = False) -> None:
        """A call that was set aside is not charged: it was refused, or never made."""
        with self._lock:
            self._calls -= 1
            if spare and self._spare is not None:
                self._spare += 1
