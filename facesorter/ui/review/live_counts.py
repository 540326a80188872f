"""The figures above the photos: how many each pile holds, the balance, and how many are left of each person."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from facesorter.ui.review.balance_line import BalanceLine
from facesorter.ui.review.people_tabs import PeopleTabs
from facesorter.ui.review.pile_tabs import PileTabs
from facesorter.ui.review.results import Results
from facesorter.ui.review.run import Run

COUNT_EVERY_MS = 100
"""Counting 100,000 photos takes some milliseconds."""


class LiveCounts(QObject):
    """Counts a run's results as they stand, at once or, while photos stream in, as often as the eye can follow."""

    def __init__(self, run: Run, people: PeopleTabs, piles: PileTabs, balance: BalanceLine) -> None:
        super().__init__(piles)
        self._run = run
        self._people = people
        self._piles = piles
        self._balance = balance
        self._timer = QTimer(self, singleShot=True, interval=COUNT_EVERY_MS)
        self._timer.timeout.connect(self.show)

    def show_soon(self) -> None:
        """Something may have changed."""
        if not self._timer.isActive():
            self._timer.start()

    def show(self) -> None:
        """Show what is so now."""
        self._timer.stop()
        results, number = self._run.results, self._people.number
        if results is not None:
            self._piles.show_counts(results.counts(number))
            self._balance.show_balance(results.balance(number), results.names[number])
            self._name_people(results)

    def _name_people(self, results: Results) -> None:
        """Of several people whose photos are to check, with how many are left of each."""
        request = self._run.request
        counted = request is not None and request.among_all and self._run.over
        people = range(len(results.names))
        self._people.show_names(results.names, [results.left(number) if counted else 0 for number in people])
