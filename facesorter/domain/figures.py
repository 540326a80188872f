"""Figures as people read them, the same in the window, the log, the report and on the command line."""

from __future__ import annotations

from facesorter.domain.messages import pgettext


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
