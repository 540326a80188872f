"""How fast a service may be called: a token bucket that finds the service's limit by itself.

AWS does not tell an account's limit to those who call. The rate begins at 5 calls a second, the smallest default, and
doubles every second until the first call is throttled. From then on it shrinks by 5 % when throttled, and returns as
TCP CUBIC does (RFC 9438): fast at first, slowly near the limit that was just met, where one call too many costs
another its turn, and fast again if that limit is long gone.

Some calls are throttled however slowly they come: because others use the account, or a part of the service is busy.
Where a much lower rate is refused as often as before, the rate is not the reason, and that share is taken as usual.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

FIRST_RATE = 5.0
LEAST_RATE = 1.0
SHRINK = 0.95
SHRINK_FAST = 0.5
"""For when most calls of the last second were throttled: somebody else uses the account too."""

RETURN_S = 5.0
"""How long after it shrank the rate is where it was too fast. A shorter time would throttle more calls, a longer one
notice late that a limit has risen."""

_BURST_S = 0.05
"""Tokens that gather while every worker is busy: enough to make up for a late wake-up, but no second one where calls
are few, since a strict service takes the next call for early then."""

_NAP_S = 0.1

_ONE_MOMENT_S = 0.5
"""Calls throttled within so long were all on their way when the first of them was."""

SLOWER = 0.9
"""So much slower than calls were served before, none is refused for its rate."""

_ENOUGH = 12
"""Calls by which the share that is throttled is judged."""

_SHARE, _MOST_USUAL, _MARGIN = 0.05, 0.5, 0.25
"""A smaller share than the first is what is refused near a limit; a larger one than the second, what is refused far
beyond it. Within the third a share is the same as another."""

_A_SECOND = 0.5
"""Calls that are refused in each second at a limit that was found, however high it is."""

_BEGINNING, _BEGINNING_SHARE = 3, 0.25
"""While the rate doubles, so many throttled calls in a second, and so many for each that is served, are a limit."""

_ON_THEIR_WAY_S = 1.0
"""After the rate has shrunk, calls that were made before it end for so long."""

_FEW = 5
"""Throttled calls of a second that mean little, since slow limits refuse every other call that is a little early."""


class RateLimiter:
    """Shared by all threads that call. Rates are calls a second."""

    def __init__(self, rate: float = FIRST_RATE, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = 1.0
        self._filled_at = clock()
        self._shrunk_at: float | None = None
        self._limit, self._limit_at = rate, 0.0
        self._served: deque[float] = deque()
        self._throttled: deque[float] = deque()
        self._usual = 0.0
        self._peak = rate
        self._judged_from = 0.0
        self._outcomes: deque[bool] = deque(maxlen=8 * _ENOUGH)

    def wait(self, stopped: threading.Event) -> bool:
        """Wait for the turn of one call; False as soon as `stopped` is set."""
        while not stopped.is_set():
            delay = self.delay()
            if not delay:
                return True
            stopped.wait(min(delay, _NAP_S))
        return False

    def delay(self) -> float:
        """Take a token and return 0, or the seconds until there may be one."""
        with self._lock:
            now = self._clock()
            most = max(1.0, self.rate * _BURST_S)
            self._tokens = min(most, self._tokens + (now - self._filled_at) * self.rate)
            self._filled_at = now
            if self._tokens < 1:
                return (1 - self._tokens) / self.rate
            self._tokens -= 1
            return 0.0

    def served(self) -> None:
        """A call was answered."""
        with self._lock:
            now = self._clock()
            _note(self._served, now)
            self._judge(served=True, now=now)
            if len(self._outcomes) == self._outcomes.maxlen and self._share < self._usual - _MARGIN / 2:
                self._usual = self._share if self._share >= _SHARE else 0.0
            if self._shrunk_at is None:
                self.rate += 1
            else:
                self._set_rate(now)

    def throttled(self) -> None:
        """A call was refused for coming too fast. One moment too fast throttles many calls, and is counted once."""
        with self._lock:
            now = self._clock()
            _note(self._throttled, now)
            _forget(self._served, now)
            self._judge(served=False, now=now)
            if self._usual and self._share <= self._usual + _MARGIN * (1 - self._usual):
                if self._shrunk_at is not None:
                    self._set_rate(now)
                return
            if self._shrunk_at is None:
                if len(self._throttled) < _BEGINNING or len(self._throttled) < _BEGINNING_SHARE * len(self._served):
                    return  # a limit shows as more than that within a second of doubling
                if not self._served:
                    return  # nothing can be told of a limit that others have used up before we began
                self._judged_from = now + _ON_THEIR_WAY_S
                self._peak = max(len(self._served) / (1 - self._usual), self.rate * SHRINK_FAST)
                self._guess(self._peak, now)
            elif now - self._shrunk_at >= _ONE_MOMENT_S:
                if self._is_slow_in_vain:
                    self._take_as_usual()
                    return
                if len(self._throttled) > 2 * len(self._served) + _FEW:
                    self._peak = len(self._served)
                    self._guess(self.rate * SHRINK_FAST, now)
                else:
                    self._limit, self._limit_at = self.rate, now + RETURN_S
                    self._tokens = min(1.0, self._tokens + 1)  # the call was early, and soon is not
            else:
                return
            self._shrunk_at = now
            self._set_rate(now)

    def _judge(self, *, served: bool, now: float) -> None:
        """Take in how a call ended, if it was made at the rate of now."""
        if now < self._judged_from:
            self._outcomes.clear()
        else:
            self._outcomes.append(served)

    @property
    def _share(self) -> float:
        """Of the last calls, how many (0-1) were throttled."""
        return self._outcomes.count(False) / max(_ENOUGH, len(self._outcomes))

    @property
    def _is_slow_in_vain(self) -> bool:
        """Whether calls come more slowly than they were served before, and are refused nevertheless."""
        if self.rate > SLOWER * self._peak or len(self._outcomes) < _ENOUGH:
            return False
        at_a_limit = 0.0 if self.rate <= SLOWER**3 * self._peak else _A_SECOND / self.rate
        return _SHARE + at_a_limit <= self._share <= _MOST_USUAL

    def _take_as_usual(self) -> None:
        """Being slower did not help: go on as fast as calls were served before, and find the limit anew from there."""
        self._usual = self._share
        self.rate, self._shrunk_at = self._peak, None

    def _guess(self, limit: float, now: float) -> None:
        """Go on from about this rate; as nobody has met it as a limit, growth is under way already."""
        self._limit, self._limit_at = limit, now - RETURN_S / 2

    def _set_rate(self, now: float) -> None:
        self.rate = max(LEAST_RATE, self._limit * (1 + (1 - SHRINK) * ((now - self._limit_at) / RETURN_S) ** 3))


def _note(times: deque[float], now: float) -> None:
    times.append(now)
    _forget(times, now)


def _forget(times: deque[float], now: float) -> None:
    while times and now - times[0] > 1:
        times.popleft()
