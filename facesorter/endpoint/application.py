"""A request, the reply to it, and what an `HttpServer` asks for the one to the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from facesorter.endpoint.wire import ServiceError


@dataclass(frozen=True, slots=True)
class Request:
    """One request. The names of `headers` are in lower case; of repeated ones the values are joined by commas."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Application:
    """What the server serves. `screen` sees a request without its body, on the loop's thread, and says whether more of
    it is worth reading; `respond` works on a worker's; `refuse` words what the server itself refuses."""

    screen: Callable[[Request], bool]
    respond: Callable[[Request], Reply]
    refuse: Callable[[ServiceError], Reply]
