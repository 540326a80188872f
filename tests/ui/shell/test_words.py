"""The window's words for numbers and times."""

from __future__ import annotations

from facesorter.domain.models import NO_TIME
from facesorter.ui.shell import words


def test_what_could_not_be_listed_has_no_date() -> None:
    assert words.date(NO_TIME) == ""
    assert "2023" in words.date(1_700_000_000_000_000_000)
