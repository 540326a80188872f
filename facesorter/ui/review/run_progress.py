"""How far a run is: the photos it found, how fast it goes, why it waits, and what it has cost."""

from __future__ import annotations

from facesorter.domain.events import CostEstimated, Event, MoneySpent, PhotosFound, RunFinished, RunPaused
from facesorter.domain.spending import Cost
from facesorter.ui.review.progress_rate import ProgressRate


class RunProgress:
    """Follows the events of one run.

    `costs` once it is known that the run may cost something, `complete` once it came to its end by itself;
    `pause_reason` is "" unless the run paused itself.
    """

    def __init__(self) -> None:
        self.found: PhotosFound | None = None
        self.rate = ProgressRate()
        self.pause_reason = ""
        self.costs = False
        self.spent: Cost | None = None
        self.complete = False

    def take(self, event: Event) -> None:
        """Take in what happened."""
        match event:
            case PhotosFound():
                self.found = event
            case RunPaused():
                self.pause_reason = event.reason
            case CostEstimated():
                self.costs = True
            case MoneySpent():
                self.spent = event.cost
            case RunFinished():
                self.complete = True
            case _:
                pass

    def go_on(self) -> None:
        """The run goes on after a pause."""
        self.pause_reason = ""
        self.rate.go_on()

    @property
    def total(self) -> int:
        """How many photos were found so far."""
        return 0 if self.found is None else self.found.total
