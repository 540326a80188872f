"""How long a run has been at work, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

LAST_SECONDS = 10.0
"""The rate is that of the last so many seconds."""

LEAST_SECONDS = 0.5
"""From less nothing can be told."""


class ProgressRate:
    """Pauses count for nothing: call `go_on` after each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = 0.0
        self._clock = clock
        self._samples: deque[tuple[float, int]] = deque()
        self.go_on()

    def go_on(self) -> None:
        """Time counts from now on, and the rate is found out anew."""
        self._samples.clear()
        self._noted_at = self._clock()

    def note(self, done: int) -> None:
        """So many photos are done by now."""
        now = self._clock()
        self.seconds += now - self._noted_at
        self._noted_at = now
        self._samples.append((now, done))
        while now - self._samples[0][0] > LAST_SECONDS:
            self._samples.popleft()

    @property
    def photos_per_second(self) -> float:
        """0 as long as it cannot be told."""
        if not self._samples:
            return 0.0
        (began, first), (now, last) = self._samples[0], self._samples[-1]
        return (last - first) / (now - began) if now - began > LEAST_SECONDS else 0.0

    def seconds_left(self, photos: int) -> float | None:
        """Until so many more are done; None as long as it cannot be told."""
        rate = self.photos_per_second
        return photos / rate if rate > 0 else None
