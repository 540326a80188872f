"""What a run through a paid service may cost, and what it does cost.

Dollars are `Decimal`: a cap of $0.05 at $0.001 a call is fifty calls, which binary fractions do not give.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from facesorter.domain.ports import Meter

DEFAULT_CAP = Decimal(5)
"""Dollars a run may cost unless the user says otherwise."""

CONSENT = (
    "The photos that are compared leave this computer: they are sent to Amazon Rekognition, in your own AWS account. "
    "Amazon may keep them to improve its services unless your organization has opted out of that (AWS Organizations, "
    "AI services opt-out policy). Ask the people in the photos where the law asks you to."
)


class SavingsMode(StrEnum):
    """Ways to spend less; what is done on this computer costs nothing."""

    NONE = "none"
    FACELESS = "faceless"
    HYBRID = "hybrid"
    SHEETS = "sheets"

    @property
    def in_words(self) -> str:
        return {
            SavingsMode.NONE: "every photo is sent",
            SavingsMode.FACELESS: "photos in which this computer finds nobody are not sent",
            SavingsMode.HYBRID: "this computer decides; only photos to check are sent",
            SavingsMode.SHEETS: "only faces are sent, many in one picture",
        }[self]


class Cost(NamedTuple):
    """Calls of the service and what they cost."""

    calls: int
    dollars: Decimal

    def __str__(self) -> str:
        return f"{self.calls:,} call{'' if self.calls == 1 else 's'}, {in_dollars(self.dollars)}"


NOTHING = Cost(0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Terms:
    """What the user agreed to: that photos are sent, how, and the most dollars that this run may cost."""

    savings: SavingsMode = SavingsMode.NONE
    most_dollars: Decimal = DEFAULT_CAP


class Errand:
    """A piece of paid work: what was agreed to, the way to end it within a second, and what it has cost so far.

    Whoever asks for the work makes it, sets `stopped`, and reads `spent` while it goes on and after it ended, however
    it ended; whoever does the work brings the meter.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.stopped = threading.Event()
        self.meter: Meter | None = None

    @property
    def spent(self) -> Cost:
        return NOTHING if self.meter is None else self.meter.spent


class PricedTerms(NamedTuple):
    """What a run by these terms costs at most in a region."""

    region: str
    terms: Terms
    cost: Cost


def in_dollars(dollars: Decimal) -> str:
    """As `$1.24`; small sums with a digit more, because a call costs a tenth of a cent."""
    return f"${dollars:,.2f}" if dollars >= 1 or dollars * 100 == int(dollars * 100) else f"${dollars:.3f}"
