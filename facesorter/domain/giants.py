"""Giant photos are held in memory one at a time, however many threads there are."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext

MOST_PHOTO_BYTES = 320_000_000
"""A larger file is refused unread, since it would have to be held in memory; the largest RAW files have 0.3 GB."""

GIANT_BYTES = 48_000_000
"""Photos below it are ordinary, and looked at side by side."""

_one_at_a_time = threading.RLock()


@contextmanager
def alone_if_giant(size: int) -> Generator[None]:
    """Wait, with a photo of so many bytes that it is a giant, until no other giant is held."""
    with alone() if size >= GIANT_BYTES else nullcontext():
        yield


def alone() -> AbstractContextManager[object]:
    """Wait until no other giant is held or decoded; whoever holds one already need not wait."""
    return _one_at_a_time
