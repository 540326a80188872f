"""What a run through a paid service may cost, and what it does cost.

Dollars are `Decimal`: a cap of $0.05 at $0.001 a call is fifty calls, which binary fractions do not give.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from facesorter.domain.figures import decimal, whole
from facesorter.domain.messages import N_, ngettext, pgettext
from facesorter.domain.messages import gettext as _

DEFAULT_CAP = Decimal(5)
"""Dollars a run may cost unless the user says otherwise."""

CONSENT = N_(
    "The photos that are compared leave this computer: they are sent to Amazon Rekognition, in your own AWS account. "
    "Amazon may keep them to improve its services unless your organization has opted out of that (AWS Organizations, "
    "AI services opt-out policy). Ask the people in the photos where the law asks you to."
)


PAID_WORK = {"sort": N_("Sorting"), "compare": N_("Comparing"), "duplicates": N_("Looking for duplicates")}
"""Kinds of work that are paid for, and what they are called."""


class SavingsMode(StrEnum):
    """Ways to spend less; what is done on this computer costs nothing."""

    NONE = "none"
    FACELESS = "faceless"
    HYBRID = "hybrid"
    SHEETS = "sheets"

    @property
    def in_words(self) -> str:
        return {
            SavingsMode.NONE: _("every photo is sent"),
            SavingsMode.FACELESS: _("photos in which this computer finds nobody are not sent"),
            SavingsMode.HYBRID: _("this computer decides; only photos to check are sent"),
            SavingsMode.SHEETS: _("only faces are sent, many in one picture"),
        }[self]


class Cost(NamedTuple):
    """Calls of the service and what they cost."""

    calls: int
    dollars: Decimal

    def __str__(self) -> str:
        calls = ngettext("{calls} call, {dollars}", "{calls} calls, {dollars}", self.calls)
        return calls.format(calls=whole(self.calls), dollars=in_dollars(self.dollars))


NOTHING = Cost(0, Decimal(0))

CROWD = 100
"""Of a photo with more faces than this, one call answers about the largest only (CompareFaces)."""

RESERVE = 10
"""One call in so many is set aside for what cannot be foreseen: crowds, and answers that are lost on the way."""


class CallEstimate(NamedTuple):
    """How many calls a piece of work takes: what is likely, and the most, which is never exceeded.

    `spare` of the most are for calls that only chance makes necessary: a headshot in which the service may see nobody,
    a crowd, an answer lost on the way. They never use up the calls of other photos.
    """

    likely: int
    most: int
    spare: int = 0

    def with_spare(self, calls: int) -> CallEstimate:
        """The same with so many more calls that only chance makes necessary."""
        return CallEstimate(self.likely, self.most + calls, self.spare + calls)


def calls_of_a_crowd(faces: int) -> int:
    """The most further calls for a photo with so many faces, which is cut into four parts, and these again."""
    if 2 * faces < CROWD:  # the service may find more of them
        return 0
    return 4 if faces < 2 * CROWD else 4 + 16 if faces < 8 * CROWD else 4 + 16 + 64


def reserve(calls: int) -> int:
    """What is set aside where nobody has looked at the photos before: enough for one crowd of any size at most."""
    return min(4 + 16 + 64, calls // RESERVE)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the user agreed to: that photos are sent, how, and the most dollars and calls that this run may cost.

    Without `most_calls` the run may make as many calls as it says itself before the first.
    """

    savings: SavingsMode = SavingsMode.NONE
    most_dollars: Decimal = DEFAULT_CAP
    most_calls: int | None = None


class StopSignal(threading.Event):
    """Once set, no call is begun any more; those under way are waited for, because they are paid for.

    `give_up` ends that wait, too, and their answers are lost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.given_up = threading.Event()

    def give_up(self) -> None:
        """Stop, and wait for nothing."""
        self.set()
        self.given_up.set()


class PricedTerms(NamedTuple):
    """What a run by these terms is likely to cost in a region, and the most it can cost: `terms` hold it to that."""

    region: str
    terms: Terms
    cost: Cost
    most: Cost


def in_dollars(dollars: Decimal) -> str:
    """As `$1.24`; small sums with a digit more, because a call costs a tenth of a cent."""
    places = 2 if dollars >= 1 or dollars * 100 == int(dollars * 100) else 3
    return pgettext("a sum of dollars", "${}").format(decimal(dollars, places))
