"""The places of the window, by name: what its sidebar leads to."""

from __future__ import annotations

from enum import StrEnum


class Route(StrEnum):
    """In the order of the sidebar."""

    SORT = "sort"
    PEOPLE = "people"
    COMPARE = "compare"
    INSIGHTS = "insights"
    SETTINGS = "settings"
