"""A page of compared photos, of which an event tells one by one."""

from __future__ import annotations

from typing import Protocol

from facesorter.domain.models import Photo, Pile, Verdict


class ComparedPage(Protocol):
    """Photos that were compared, in columns."""

    def piles(self, index: int) -> tuple[Pile, ...]:
        """Those of one photo's verdicts."""
        ...

    def looked_at(self, index: int) -> tuple[Photo, tuple[Verdict, ...]]:
        """One photo and its verdicts."""
        ...
