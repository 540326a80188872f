"""Threads for a front end that has none of its own."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class ThreadExecutor:
    """The `Executor` of the command line: one thread a core, more where they only wait for a service."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="photo")

    def submit(self, function: Any, /, *arguments: Any) -> Future[Any]:
        """Run `function(*arguments)` on a thread."""
        return self._pool.submit(function, *arguments)

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(cancel_futures=True)
