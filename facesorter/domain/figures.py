"""Figures as people read them, the same in the window, the log, the report and on the command line."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import pgettext


def whole(value: int) -> str:
    """As `3,412`."""
    return f"{value:,}".replace(",", pgettext("the mark between thousands", ","))


def decimal(value: float | Decimal, places: int = 1) -> str:
    """As `3,412.5`."""
    before, point, after = f"{value:,.{places}f}".partition(".")
    mark = pgettext("the mark before decimals", ".") if point else ""
    return before.replace(",", pgettext("the mark between thousands", ",")) + mark + after


def day_and_time(moment: datetime) -> str:
    """As `2026-11-28 16:05`; figures alone, in the order of the language."""
    # Translators: figures alone (%Y, %m, %d, %H, %M), as short as the English.
    return moment.strftime(_("%Y-%m-%d %H:%M"))


def percent(value: float) -> str:
    """As `97%`, from 97.9 (0-100), with the sign where the language has it.

    Rounded down: nothing but the same picture is a hundred, and what lies below a threshold never reads as if it
    reached it.
    """
    return with_percent_sign(str(int(value)))


def with_percent_sign(figure: str) -> str:
    """A figure that is written out already, with the sign where the language has it."""
    return pgettext("a percentage", "{}%").format(figure)


def percent_range(low: float, high: float) -> str:
    """As `50-79%`, both ends included."""
    if int(low) == int(high):
        return percent(low)
    return pgettext("a range of percentages", "{}–{}%").format(int(low), int(high))  # noqa: RUF001 - the dash of a range
