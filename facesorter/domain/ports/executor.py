"""Where parallel work runs."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Protocol


class Executor(Protocol):
    """Where a pipeline runs its bounded parallel work: a thread pool, or Qt's."""

    @property
    def workers(self) -> int:
        """How many calls run at once."""
        ...

    def submit(self, function: Any, /, *arguments: Any) -> Future[Any]:
        """Run `function(*arguments)` on a worker."""
        ...
