"""Processes that decode films, each one film at a time from its first frame to the last that is wanted."""

from __future__ import annotations

import atexit
import queue
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import N_
from facesorter.images.film_decoder import FilmFacts, FilmRefused
from facesorter.images.workers import BROKEN, KeptWorker, Limits, T


class FilmWorker(KeptWorker):
    """A worker for one film at a time."""

    taken = 0.0
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
            if self.worker is not None:
                self._ask({"film": None}, lambda _answer, _pixels: None)
        self.taken = 0.0

    def _ask(self, order: dict[str, Any], read: Callable[[dict[str, Any], NDArray[np.uint8]], T]) -> T:
        def found(answer: dict[str, Any], pixels: NDArray[np.uint8]) -> T | FilmRefused:
            self.taken += float(answer["took"])
            if "refused" in answer:
                return FilmRefused(str(answer["refused"]), lasting=bool(answer["lasting"]))
            return read(answer, pixels)

        try:
            answer = self.ask(order, b"", found)
        except BROKEN as error:
            raise PhotoError(N_("The video takes too much time or memory, or makes its decoder fail.")) from error
        if isinstance(answer, FilmRefused):
            raise answer
        return answer


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
