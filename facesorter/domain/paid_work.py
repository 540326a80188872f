"""A piece of work that is paid for: what was agreed to, the way to end it, and what it has cost."""

from __future__ import annotations

from facesorter.domain.ports import Meter
from facesorter.domain.spending import NOTHING, Cost, StopSignal, Terms


class PaidWork:
    """What it has cost so far can be asked at any time.

    Whoever asks for the work makes it, sets `stopped`, and reads `spent` while it goes on and after it ended, however
    it ended; whoever does the work brings the meter.
    """

    def __init__(self, terms: Terms, stopped: StopSignal | None = None) -> None:
        self.terms = terms
        self.stopped = stopped or StopSignal()
        self.meter: Meter | None = None

    @property
    def spent(self) -> Cost:
        return NOTHING if self.meter is None else self.meter.spent
