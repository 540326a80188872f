"""The only thread code of the window: jobs, the executor of the pipeline's parallel work, and how all of it ends.

A job is a generator run on a worker. What it yields reaches the window in batches, at most some thirty a second, so
that no run can flood the window; a worker that is too far ahead waits.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThread, QThreadPool, QTimer, Signal, Slot

from facesorter.domain.errors import Stopped, UserError
from facesorter.domain.spending import StopSignal

DELIVERY_MS = 33
"""Time between two deliveries of one job to the window."""

BATCH = 500
"""Reports delivered at once at most: handling them takes a fraction of the 50 ms in which the window must answer."""

AHEAD = 4 * BATCH
"""Undelivered reports at which the worker waits."""

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class _Call(QRunnable):
    """Holds a bound method; the signals belong to the job, which is no runnable."""

    def __init__(self, method: Callable[[], None]) -> None:
        super().__init__()
        self._method = method

    def run(self) -> None:
        self._method()


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
            batch = [self._outbox.popleft() for _ in range(min(BATCH, len(self._outbox)))]
            more = bool(self._outbox)
            ended = self._ended and not more
            self._announcing = more
            self._changed.notify_all()
        self._last_delivery = time.monotonic()
        if batch:
            self.reported.emit(batch)
        if more:
            self._schedule()
        elif ended:
            if self._error is not None:
                log_failure(self._error)
                self.failed.emit(self._error)
            self.finished.emit()


def log_failure(error: BaseException) -> None:
    """A user's error in a sentence, a bug with its traceback."""
    if isinstance(error, UserError):
        log.warning("%s", error)
    else:
        log.error("Something went wrong that should not have.", exc_info=error)


class QtExecutor:
    """The pipeline's `Executor` over a QThreadPool."""

    def __init__(self, pool: QThreadPool) -> None:
        self._pool = pool
        self._closed = False

    @property
    def workers(self) -> int:
        return self._pool.maxThreadCount()

    def submit(self, function: Any, /, *arguments: Any) -> Future[Any]:
        """Run `function(*arguments)` on a worker; after `close` nothing begins any more."""
        future: Future[Any] = Future()

        def run() -> None:
            if self._closed:
                future.cancel()
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = function(*arguments)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks for the result
                future.set_exception(error)
            else:
                future.set_result(result)

        self._pool.start(_Call(run))
        return future

    def close(self) -> None:
        """What has not begun is cancelled, so that nobody waits for it."""
        self._closed = True


def _of_one_step(function: Callable[[], Result], then: Callable[[Result], None] | None) -> Job:
    """A job that calls `function`, and then `then` with its result in the window's thread."""

    def steps() -> Iterator[Result]:
        yield function()

    def deliver(results: list[Any]) -> None:
        if then is not None:
            then(results[0])

    job = Job(steps)
    job.reported.connect(deliver)
    return job


class Jobs(QObject):
    """Every job of the window and the pools they run on.

    Long work shares one pool, but counting, pricing, sorting and watching go one after the other: what one of them
    selects is its own, but a run must find the copies of the one before, and none needs a count that goes on beside
    it. Writes go one after the other too, in the order they were asked for; pictures to look at have their own pool,
    so that a run does not keep them waiting.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        cores = max(1, QThread.idealThreadCount())
        self._runs = self._pool(4)
        self._selections = self._pool(1)
        self._writes = self._pool(1)
        self._pictures = self._pool(min(4, cores))
        self._photos = self._pool(cores)
        self.executor = QtExecutor(self._photos)
        self._alive: set[Job] = set()
        self._decisions: dict[Job, int] = {}
        self._quitting = False

    def _pool(self, threads: int) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(threads)
        return pool

    def run(
        self,
        steps: Callable[[], Iterator[Any]],
        waits_after: Callable[[Any], bool] | None = None,
        stopped: threading.Event | None = None,
    ) -> Job:
        """Start a long job; connect to its signals before returning to the event loop."""
        return self._start(Job(steps, waits_after, stopped), self._runs)

    def select(
        self,
        steps: Callable[[], Iterator[Any]],
        waits_after: Callable[[Any], bool] | None = None,
        stopped: threading.Event | None = None,
    ) -> Job:
        """The same for a job that waits until the one before it, of those started in this way, has ended."""
        return self._start(Job(steps, waits_after, stopped), self._selections)

    def write(self, steps: Callable[[], Iterator[Any]], decisions: int = 0) -> Job:
        """Start a job that changes what is remembered; such jobs never overtake each other, and `quit` lets them end.

        `decisions` says how many of the user's decisions would be lost with it.
        """
        job = Job(steps)
        self._decisions[job] = decisions
        return self._start(job, self._writes)

    def look(self, function: Callable[[], Result], then: Callable[[Result], None]) -> Job:
        """Call `function` on a worker for pictures, then `then` with its result in the window's thread."""
        return self._start(_of_one_step(function, then), self._pictures)

    def remember(
        self, function: Callable[[], Result], then: Callable[[Result], None] | None = None, decisions: int = 1
    ) -> Job:
        """The same for a change of what is remembered, as `write` does it: in one step."""
        job = _of_one_step(function, then)
        self._decisions[job] = decisions
        return self._start(job, self._writes)

    def _start(self, job: Job, pool: QThreadPool) -> Job:
        self._alive.add(job)
        job.finished.connect(lambda: self._forget(job))
        if self._quitting:
            job.cancel()
        pool.start(_Call(job.run))
        return job

    def _forget(self, job: Job) -> None:
        self._alive.discard(job)
        self._decisions.pop(job, None)
        job.deleteLater()

    def quit(self, within_ms: int = 1800, writes_within_ms: int = 20_000) -> bool:
        """Carry out the writes, cancel everything else, and wait; False if something still runs after that time.

        From then on nothing is delivered any more: who would listen is about to go. The log is told what was lost.
        """
        self._quitting = True
        for job in self._alive:
            if job not in self._decisions:
                job.cancel()
                job.cancel()  # nobody waits for a service any more
            job.blockSignals(True)  # noqa: FBT003 - Qt's only way to say it
        self.executor.close()
        began = time.monotonic()
        patience_ms = dict.fromkeys((self._runs, self._selections, self._pictures, self._photos), within_ms)
        patience_ms[self._writes] = writes_within_ms
        ended = [
            pool.waitForDone(max(0, round(patience - 1000 * (time.monotonic() - began))))
            for pool, patience in patience_ms.items()
        ]
        self._tell_of_lost_writes()
        return all(ended)

    def _tell_of_lost_writes(self) -> None:
        for job in self._decisions:
            if job.error is not None:
                log_failure(job.error)
        lost = sum(decisions for job, decisions in self._decisions.items() if not job.done)
        if lost:
            log.error("Decisions that could not be kept: %d.", lost)
