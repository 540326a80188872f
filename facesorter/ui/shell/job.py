"""A job: a generator that a worker runs, and whose reports reach the window.

What it yields arrives in batches, at most some thirty a second, so that no run can flood the window; a worker that is
too far ahead waits.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from facesorter.domain.errors import Stopped, UserError
from facesorter.domain.spending import StopSignal

DELIVERY_MS = 33
"""Time between two deliveries of one job to the window."""

BATCH = 500
"""Reports delivered at once at most."""

LEAST_BATCH = 125
"""Reports delivered at once at least, as long as there are so many."""

DELIVERY_WORK_MS = 10
"""What handling one delivery may cost the window's thread: a fifth of the 50 ms in which the window must answer. After
one that took longer, the next ones are smaller."""

AHEAD = 4 * BATCH
"""Undelivered reports at which the worker waits."""

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Job(QObject):
    """A generator on a worker. Signals are emitted in the window's thread.

    `reported` carries lists of what the generator yielded, `failed` the exception that ended it; `finished` comes
    last and exactly once, whatever happened; of a job that is canceled before its turn, at once. After a report of
    which `waits_after` is true it waits for `resume`. `stopped` is set by `cancel`, for steps that wait for a
    long time; a second `cancel` gives up what they wait for.
    """

    reported = Signal(list)
    failed = Signal(object)
    finished = Signal()
    _announced = Signal()

    def __init__(
        self,
        steps: Callable[[], Iterator[Any]],
        waits_after: Callable[[Any], bool] | None = None,
        stopped: threading.Event | None = None,
    ) -> None:
        super().__init__()
        self._steps = steps
        self._waits_after = waits_after
        self._stopped = stopped
        self._changed = threading.Condition()
        self._outbox: deque[Any] = deque()
        self._begun = False
        self._cancelled = False
        self._paused = False
        self._error: BaseException | None = None
        self._ended = False
        self._announcing = False
        self._last_delivery = 0.0
        self._batch = BATCH
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._deliver)
        self._announced.connect(self._schedule)

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def error(self) -> BaseException | None:
        """What it failed with, if it did."""
        return self._error

    @property
    def done(self) -> bool:
        """Whether it took all its steps."""
        return self._ended and self._error is None and not self._cancelled

    def cancel(self) -> None:
        """Stop before the next step; the generator is closed on its worker and cleans up there."""
        if self._stopped is not None:
            if self._cancelled and isinstance(self._stopped, StopSignal):
                self._stopped.give_up()
            self._stopped.set()
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()
            never = not self._begun and not self._ended
            self._ended = self._ended or never
        if never:
            self._announce()

    def pause(self) -> None:
        """Wait before the next step."""
        self._paused = True

    def resume(self) -> None:
        """Go on after `pause`, or after a report that is waited after."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def run(self) -> None:
        """The worker's part: take steps until the end, a failure or a cancel."""
        with self._changed:
            if self._ended:
                return
            self._begun = True
        error: BaseException | None = None
        try:
            steps = self._steps()
            try:
                while self._may_go_on():
                    report = next(steps, self)
                    if report is self:
                        break
                    self._hand_over(report)
            finally:
                close = getattr(steps, "close", None)
                if close is not None:
                    close()
        except BaseException as caught:  # noqa: BLE001 - whatever it is, the window must hear of it
            error = caught
        with self._changed:
            if not (self._cancelled and isinstance(error, CancelledError | Stopped)):
                self._error = error
            self._ended = True
        self._announce()

    def _may_go_on(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or not (self._paused or len(self._outbox) >= AHEAD))
            return not self._cancelled

    def _hand_over(self, report: Any) -> None:
        with self._changed:
            self._outbox.append(report)
            if self._waits_after is not None and self._waits_after(report):
                self._paused = True
        self._announce()

    def _announce(self) -> None:
        with self._changed:
            if self._announcing:
                return
            self._announcing = True
        self._announced.emit()

    @Slot()
    def _schedule(self) -> None:
        since_ms = 1000 * (time.monotonic() - self._last_delivery)
        self._timer.start(max(0, round(DELIVERY_MS - since_ms)))

    @Slot()
    def _deliver(self) -> None:
        with self._changed:
            batch = [self._outbox.popleft() for _ in range(min(self._batch, len(self._outbox)))]
            more = bool(self._outbox)
            ended = self._ended and not more
            self._announcing = more
            self._changed.notify_all()
        self._last_delivery = time.monotonic()
        if batch:
            began = time.thread_time()
            self.reported.emit(batch)
            self._batch = next_batch(self._batch, 1000 * (time.thread_time() - began))
        if more:
            self._schedule()
        elif ended:
            if self._error is not None:
                log_failure(self._error)
                self.failed.emit(self._error)
            self.finished.emit()


def next_batch(batch: int, work_ms: float) -> int:
    """How many reports to deliver at once after a delivery of up to `batch` of them took so much work."""
    if work_ms > DELIVERY_WORK_MS:
        return max(LEAST_BATCH, batch // 2)
    return min(BATCH, 2 * batch) if work_ms < DELIVERY_WORK_MS / 4 else batch


def log_failure(error: BaseException) -> None:
    """A user's error in a sentence, a bug with its traceback."""
    if isinstance(error, UserError):
        log.warning("%s", error)
    else:
        log.error("Something went wrong that should not have.", exc_info=error)


def job_of_one_step(function: Callable[[], Result], then: Callable[[Result], None] | None) -> Job:
    """A job that calls `function`, and then `then` with its result in the window's thread."""

    def steps() -> Iterator[Result]:
        yield function()

    def deliver(results: list[Any]) -> None:
        if then is not None:
            then(results[0])

    job = Job(steps)
    job.reported.connect(deliver)
    return job
