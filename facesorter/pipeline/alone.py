"""Keeps two workers from the same picture: it may lie in a folder twice, and nothing is asked of it twice."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager


class Alone:
    """Any thread may use it."""

    def __init__(self) -> None:
        self._contents: set[bytes] = set()
        self._changed = threading.Condition()

    @contextmanager
    def over(self, content: bytes) -> Generator[None]:
        """Wait until nobody else is over this content, and be it alone."""
        with self._changed:
            self._changed.wait_for(lambda: content not in self._contents)
            self._contents.add(content)
        try:
            yield
        finally:
            with self._changed:
                self._contents.discard(content)
                self._changed.notify_all()
