"""Functions on the threads of a QThreadPool, for the window's jobs and the pipeline's parallel work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QRunnable, QThreadPool


class Call(QRunnable):
    """A function to run once. Signals belong to the job whose method it is: a job is no runnable."""

    def __init__(self, function: Callable[[], None]) -> None:
        super().__init__()
        self._function = function

    def run(self) -> None:
        self._function()


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

        self._pool.start(Call(run))
        return future

    def close(self) -> None:
        """What has not begun is cancelled, so that nobody waits for it."""
        self._closed = True
