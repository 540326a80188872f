"""Faults on purpose, so that programs can be tried against a service that throttles, fails and dawdles."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from facesorter.domain.errors import WrongUse
from facesorter.endpoint.wire import ServiceError, internal_error

PORTAL_PAGE = (
    b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Accept the terms to go online.</body></html>"
)
"""What a captive portal answers, with status 200, to whatever is asked."""


class CaptivePortal(Exception):
    """The call is to be answered with `PORTAL_PAGE`."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Which share (0-1) of the calls goes wrong and how; the default is none. The shares without `slow` add up to 1."""

    throttle: float = 0.0
    error: float = 0.0
    expired: float = 0.0
    portal: float = 0.0
    slow: float = 0.0
    slow_seconds: float = 2.0
    calls_per_second: float = 0.0
    """Calls beyond this are throttled; 0 is no limit."""
    seed: int = 0

    @classmethod
    def parse(cls, words: Iterable[str]) -> Faults:
        """From words such as `throttle=0.3` or `calls-per-second=50`. Raises `WrongUse`."""
        known = {field.name.replace("_", "-"): field for field in fields(cls)}
        values: dict[str, float] = {}
        for word in words:
            name, _, value = word.partition("=")
            try:
                field = known[name]
                values[field.name] = int(value) if field.name == "seed" else float(value)
            except (KeyError, ValueError):
                raise WrongUse(f"“{word}” is no fault.", f"Write NAME=NUMBER with one of {', '.join(known)}.") from None
        faults = cls(**values)  # pyright: ignore[reportArgumentType]  (only `seed` is an int)
        shares = (faults.throttle, faults.error, faults.expired, faults.portal)
        amounts = (*shares, faults.slow, faults.slow_seconds, faults.calls_per_second)
        if not all(0 <= amount < math.inf for amount in amounts) or max(sum(shares), faults.slow) > 1:
            raise WrongUse("The shares of faults must be between 0 and 1, and together at most 1.", "Choose others.")
        return faults


NO_FAULTS = Faults()


class FaultInjector:
    """Spoils calls as its `Faults` say; the same seed spoils the same calls. Any thread may use it."""

    def __init__(self, faults: Faults, clock: Callable[[], float] = time.monotonic) -> None:
        self.faults = faults
        self._clock = clock
        self._random = random.Random(faults.seed)  # noqa: S311  (no secret hangs on it)
        self._lock = threading.Lock()
        self._free_at = clock()

    def strike(self) -> float:
        """The seconds this call is to be delayed. Raises `ServiceError` or `CaptivePortal` if it is to fail."""
        faults = self.faults
        with self._lock:
            draw, slow_draw = self._random.random(), self._random.random()
            if self._too_fast():
                raise _throttled()
        if draw < faults.throttle:
            raise _throttled()
        draw -= faults.throttle
        if draw < faults.error:
            raise internal_error()
        draw -= faults.error
        if draw < faults.expired:
            raise ServiceError("ExpiredTokenException", "The security token included in the request is expired")
        draw -= faults.expired
        if draw < faults.portal:
            raise CaptivePortal
        return faults.slow_seconds if slow_draw < faults.slow else 0.0

    def _too_fast(self) -> bool:
        """Whether this call exceeds the rate; a fifth of a second's calls may come at once."""
        if not self.faults.calls_per_second:
            return False
        now, interval = self._clock(), 1 / self.faults.calls_per_second
        self._free_at = max(self._free_at, now - max(0.2, interval))
        if self._free_at + interval > now:
            return True
        self._free_at += interval
        return False


def _throttled() -> ServiceError:
    return ServiceError("ThrottlingException", "Rate exceeded")
