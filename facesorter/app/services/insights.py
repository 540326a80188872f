"""What can be asked of the work done: figures of people and spendings, and the same person under several names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from facesorter.app.duplicates import Found, Priced, Search
    from facesorter.app.found_pairs import FoundPairs
    from facesorter.app.insights import PeopleFigures
    from facesorter.duplicates.run import Looked
    from facesorter.storage.figures import MonthlySpending


class InsightService(Protocol):
    """Figures and duplicates."""

    def people(self) -> PeopleFigures:
        """The figures of everybody in a profile's photos."""
        ...

    def spendings(self) -> Sequence[MonthlySpending]:
        """What was spent, by month and kind of work, the first month first."""
        ...

    def find_duplicates(self, search: Search) -> Generator[Priced | Looked | Found]:
        """Bring the reports of a search up to date and announce what is new. Raises `UserError`."""
        ...

    def found_pairs(self, out: str) -> FoundPairs:
        """The pairs in one folder of reports."""
        ...
