"""Every job of the window, the pools of threads they run on, and how all of it ends.

Threads of the window are made nowhere else; see `job` and `qt_executor` for what runs on them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, QThreadPool

from facesorter.ui.shell.job import Job, job_of_one_step, log_failure
from facesorter.ui.shell.qt_executor import Call, QtExecutor

log = logging.getLogger(__name__)

Result = TypeVar("Result")


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
        return self._start(job_of_one_step(function, then), self._pictures)

    def remember(
        self, function: Callable[[], Result], then: Callable[[Result], None] | None = None, decisions: int = 1
    ) -> Job:
        """The same for a change of what is remembered, as `write` does it: in one step."""
        job = job_of_one_step(function, then)
        self._decisions[job] = decisions
        return self._start(job, self._writes)

    def _start(self, job: Job, pool: QThreadPool) -> Job:
        self._alive.add(job)
        job.finished.connect(lambda: self._forget(job))
        if self._quitting:
            job.cancel()
        pool.start(Call(job.run))
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
