"""How much memory the bodies of requests may take together, and who gives way when there is not enough.

The room is given for a whole body before it is read, so that no two half-read ones can wait for each other. Whoever
asks for least is served first; while somebody waits, a sender that has fallen silent or is slow loses its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from facesorter.endpoint.wire import ServiceError

_LOOK_EVERY_S = 0.05


@dataclass(eq=False)
class Sender:
    """A body that is being read: when it began, what has come, and the clock that ends it."""

    clock: asyncio.Timeout
    began: float
    received: int = 0
    heard: float = field(init=False)
    evicted: bool = False

    def __post_init__(self) -> None:
        self.heard = self.began

    def hear(self, size: int, now: float) -> None:
        """So many more bytes have come."""
        self.received += size
        self.heard = now


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a body may keep others waiting, and how long one may wait."""

    silence_s: float = 0.25
    bytes_per_second: float = 1_000_000
    waiting_s: float = 10.0


class Room:
    """`most` bytes of bodies at once. For the event loop's thread alone."""

    def __init__(self, most: int, patience: Patience) -> None:
        self._most = most
        self._patience = patience
        self._taken = 0
        self._waiting: list[int] = []
        self._reading: set[Sender] = set()

    @asynccontextmanager
    async def held(self, size: int) -> AsyncGenerator[None]:
        """Room for a body of this size while the block runs. Raises `ServiceError` (503) if none becomes free."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience.waiting_s
        self._waiting.append(size)
        try:
            while self._taken + size > self._most or size > min(self._waiting):
                if loop.time() > until:
                    raise unavailable("The endpoint is busy with other pictures. Try again in a moment.")
                if size == min(self._waiting):
                    self._make_room(loop.time())
                await asyncio.sleep(_LOOK_EVERY_S)
        finally:
            self._waiting.remove(size)
        self._taken += size
        try:
            yield
        finally:
            self._taken -= size

    @contextmanager
    def reading(self, sender: Sender) -> Generator[None]:
        """This body is being read while the block runs, and may lose its place to somebody who waits."""
        self._reading.add(sender)
        try:
            yield
        finally:
            self._reading.discard(sender)

    def _make_room(self, now: float) -> None:
        for sender in self._reading:
            silent = now - sender.heard > self._patience.silence_s
            slow = sender.received < (now - sender.began - self._patience.silence_s) * self._patience.bytes_per_second
            if (silent or slow) and not sender.evicted:
                sender.evicted = True
                sender.clock.reschedule(now)


def unavailable(message: str) -> ServiceError:
    """What a client may try again later; boto3 does so by itself."""
    return ServiceError("ServiceUnavailableException", message, 503)
