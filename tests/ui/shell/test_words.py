"""The window's words for numbers and times."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QLocale

from facesorter.domain.models import NO_TIME
from facesorter.ui.shell import words


def test_what_could_not_be_listed_has_no_date() -> None:
    assert words.date(NO_TIME) == ""
    assert "2023" in words.date(1_700_000_000_000_000_000)


JULY, ALSO_JULY, MAY, LATER = date(2023, 7, 1), date(2023, 7, 31), date(2023, 5, 14), date(2026, 1, 2)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, None, "96 photos"),
        (JULY, JULY, "96 photos, July 2023"),
        (JULY, ALSO_JULY, "96 photos, July 2023"),
        (MAY, JULY, "96 photos, 2023"),
        (MAY, LATER, "96 photos, 2023\N{EN DASH}2026"),
    ],
)
def test_photos_are_of_years_or_of_one_month(first: date | None, last: date | None, said: str) -> None:
    assert words.photos_taken(96, first, last) == said


def test_a_day_has_no_trace_of_the_day_of_the_week() -> None:
    before = QLocale()
    try:
        for language in ("en_US", "de", "es", "ar", "ja"):
            QLocale.setDefault(QLocale(language))
            for form in words.day_forms(date(2023, 9, 14)):
                assert not form.startswith((" ", ",", "،"))
    finally:
        QLocale.setDefault(before)
