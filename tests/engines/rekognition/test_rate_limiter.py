"""The token bucket against limits of which it is not told, by a clock that only moves when it is pushed."""

from __future__ import annotations

import threading
import time

import pytest

from facesorter.endpoint.faults import FaultInjector, Faults
from facesorter.endpoint.wire import ServiceError
from facesorter.engines.rekognition.rate_limiter import FIRST_RATE, RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Service:
    """A limit in calls a second, its answers 0.3 s late; `run` calls it for so many seconds from `workers` threads."""

    def __init__(self, limit: float, workers: int = 32) -> None:
        self.clock = Clock()
        self.limiter = RateLimiter(clock=self.clock)
        self.served = self.throttled = 0
        self._limit(limit)
        self._workers = workers
        self._pending: list[tuple[float, bool]] = []

    def _limit(self, limit: float) -> None:
        self._service = FaultInjector(Faults(calls_per_second=limit), self.clock)

    def run(self, seconds: float, limit: float | None = None) -> float:
        """The calls served a second."""
        if limit is not None:
            self._limit(limit)
        before, end = self.served, self.clock.now + seconds
        while self.clock.now < end:
            self._deliver()
            while len(self._pending) < self._workers and not self.limiter.delay():
                self._call()
            self.clock.now += 0.002
        return (self.served - before) / seconds

    def _call(self) -> None:
        try:
            self._service.strike()
            self._pending.append((self.clock.now + 0.3, True))
        except ServiceError:
            self._pending.append((self.clock.now + 0.05, False))

    def _deliver(self) -> None:
        due = [ok for at, ok in self._pending if at <= self.clock.now]
        self._pending = [one for one in self._pending if one[0] > self.clock.now]
        for ok in due:
            if ok:
                self.served += 1
                self.limiter.served()
            else:
                self.throttled += 1
                self.limiter.throttled()


@pytest.mark.parametrize(("limit", "share"), [(5, 0.95), (10, 0.98), (20, 0.98), (50, 0.98)])
def test_a_limit_is_found_and_used(limit: float, share: float) -> None:
    """The injector forgives no call that is a moment early; at five a second such a call costs a part of a turn."""
    service = Service(limit)
    service.run(15)
    assert service.run(30) >= share * limit
    found = service.throttled
    service.run(30)
    assert service.throttled - found <= 0.5 * 30


def test_it_begins_at_five_calls_a_second() -> None:
    service = Service(1000)
    assert service.limiter.rate == FIRST_RATE == 5
    assert service.run(0.25) <= 12


def test_a_limit_that_shrinks_or_grows_is_followed() -> None:
    service = Service(50)
    service.run(20)
    service.run(30, limit=5)
    assert service.limiter.rate < 12
    assert service.run(10, limit=5) >= 0.6 * 5
    service.run(60, limit=50)
    assert service.run(20, limit=50) >= 45


@pytest.mark.parametrize("seed", range(4))
def test_calls_that_are_throttled_at_any_rate_cost_no_more_time_than_they_need(seed: int) -> None:
    """Three in ten are refused however slowly they come: going slower and slower would be of no use."""

    def seconds(faults: Faults, calls: int) -> float:
        service = Service(0)
        service._service, began = FaultInjector(faults, service.clock), service.clock.now
        while service.served < calls:
            service.run(0.1)
        return service.clock.now - began

    undisturbed = seconds(Faults(), 3000)
    assert seconds(Faults(throttle=0.3, seed=seed), 3000) < 1.5 * undisturbed / 0.7


def test_waiting_ends_when_stopped() -> None:
    limiter, stopped = RateLimiter(0.1), threading.Event()
    assert limiter.wait(stopped)
    threading.Timer(0.2, stopped.set).start()
    began = time.monotonic()
    assert not limiter.wait(stopped)
    assert time.monotonic() - began < 1
