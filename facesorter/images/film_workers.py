"""Processes that decode films, each one film at a time from its first frame to the last that is wanted."""

from __future__ import annotations

import atexit
import logging
import queue
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import N_
from facesorter.images.film_decoder import FilmFacts, FilmRefused
from facesorter.images.workers import BROKEN, Limits, Worker

_log = logging.getLogger(__name__)


class FilmWorker:
    """A process that is kept for one film; it is started when it is first asked."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._worker: Worker | None = None
        self.taken = 0.0
        """Seconds of the processor's time that went into the film which is open, frames that failed included."""

    def facts(self, path: str) -> FilmFacts:
        """Length and date. Raises `FilmRefused`, and `PhotoError` if the process broke its limits."""

        def read(answer: dict[str, Any], _pixels: NDArray[np.uint8]) -> FilmFacts:
            taken_at = answer["taken_at"]
            return FilmFacts(float(answer["seconds"]), taken_at and datetime.fromisoformat(taken_at))

        return self._ask({"film": path}, read)

    def frame(self, path: str, at: float, key_from: float) -> tuple[float, NDArray[np.uint8]] | None:
        """The frame's time and its pixels; raises as `facts`."""

        def read(answer: dict[str, Any], pixels: NDArray[np.uint8]) -> tuple[float, NDArray[np.uint8]] | None:
            return None if answer["frame"] is None else (float(answer["frame"]), pixels)

        return self._ask({"film": path, "at": at, "key_from": key_from}, read)

    def let_go(self) -> None:
        """Close the film."""
        with suppress(PhotoError, FilmRefused):
            if self._worker is not None:
                self._ask({"film": None}, _nothing)
        self.taken = 0.0

    def end(self) -> None:
        """End the process; it is started anew when it is asked again."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _ask(self, order: dict[str, Any], read: Any) -> Any:
        if self._worker is not None and self._worker.process.poll() is not None:  # it went while it had nothing to do
            self.end()
        try:
            self._worker = self._worker or Worker()
            answer, pixels = self._worker.ask(order, b"", self._limits)
            self.taken += float(answer["took"])
            refused = (
                FilmRefused(str(answer["refused"]), lasting=bool(answer["lasting"])) if "refused" in answer else None
            )
            found = None if refused else read(answer, pixels)
        except BROKEN as error:
            self.end()
            _log.warning("a film made its decoder end")
            raise PhotoError(N_("The film takes too much time or memory, or makes its decoder fail.")) from error
        except BaseException:  # half an answer would be taken for the next one
            self.end()
            raise
        if refused is not None:
            raise refused
        return found


def _nothing(_answer: dict[str, Any], _pixels: NDArray[np.uint8]) -> None:
    """There is nothing to read."""


class FilmWorkers:
    """Up to `count` processes, started when first needed and kept until the program ends; any thread may ask."""

    def __init__(self, count: int, limits: Limits) -> None:
        self._all = [FilmWorker(limits) for _ in range(count)]
        self._idle: queue.LifoQueue[FilmWorker] = queue.LifoQueue()
        for worker in self._all:
            self._idle.put(worker)
        atexit.register(self.end)

    @contextmanager
    def one(self) -> Generator[FilmWorker]:
        """A process for one film; waits until one is free."""
        worker = self._idle.get()
        try:
            yield worker
        finally:
            worker.let_go()
            self._idle.put(worker)

    def end(self) -> None:
        """End them all; they are started again when needed."""
        for worker in self._all:
            worker.end()
