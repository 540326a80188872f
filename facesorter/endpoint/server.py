"""What an HTTP request means here: one POST a call, on loopback unless a key is configured."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from facesorter.domain.errors import UserError, WrongUse
from facesorter.endpoint import signature
from facesorter.endpoint.application import Application, Reply, Request
from facesorter.endpoint.faults import NO_FAULTS, PORTAL_PAGE, CaptivePortal, FaultInjector, Faults
from facesorter.endpoint.http import HttpServer
from facesorter.endpoint.limits import LIMITS
from facesorter.endpoint.service import Service
from facesorter.endpoint.signature import AccessKey, HttpRequest
from facesorter.endpoint.wire import CONTENT_TYPE, SERVICE, TARGET_PREFIX, ServiceError, internal_error, request_values

_BACKLOG = 256
_PARSED_AT_ONCE = 2
"""Bodies that are turned into values at once: on the way one takes four times its size."""

_DEFAULT_REGION = "us-east-1"
_REGION = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A call was answered: `outcome` is `OK`, the exception's name, or `CaptivePortal`."""

    operation: str
    outcome: str
    seconds: float
    body: bytes = field(repr=False)


def _log_call(call: Call) -> None:
    _log.info("%s: %s (%.0f ms)", call.operation or "?", call.outcome, call.seconds * 1000)


class Endpoint:
    """Serves `service` at `address`. `faults` may be replaced while it runs; `on_call` hears of every call.

    `host` must be a loopback address unless `key` is given; with a key every call must be signed with it. Port 0 is
    any free one. Raises `WrongUse` for a host without a key, `UserError` if the address cannot be had.
    """

    def __init__(
        self,
        service: Service,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        key: AccessKey | None = None,
        faults: Faults = NO_FAULTS,
        on_call: Callable[[Call], None] = _log_call,
    ) -> None:
        if key is None and not _is_loopback(host):
            raise WrongUse(
                f"Without a key the endpoint listens on this computer alone, not on {host}.",
                "Give it an access key and a secret, or leave the host out.",
            )
        self.faults = faults
        self._service = service
        self._key = key
        self._on_call = on_call
        self._stopping = threading.Event()
        self._parsing = threading.Semaphore(_PARSED_AT_ONCE)
        try:
            listening = _listening(host, port)
        except OSError as error:
            raise UserError(
                f"The address {host}:{port} cannot be used: it is taken, or not this computer's to give.",
                "Choose another.",
            ) from error
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{cast(int, listening.getsockname()[1])}"
        application = Application(self._is_worth_reading, self._respond, _refusal)
        self._server = HttpServer(listening, application, LIMITS)

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose; setting it takes effect with the next call."""
        return self._injector.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._injector = FaultInjector(faults)

    def run(self) -> None:
        """Serve until `stop` is called from another thread, or Ctrl+C."""
        try:
            self._server.serve()
        finally:
            self.stop()

    def stop(self) -> None:
        """Take no more calls, let those under way end, and close the port."""
        self._stopping.set()
        self._server.stop()

    @contextmanager
    def running(self) -> Generator[str]:
        """Serve on a thread while the block runs; gives the address."""
        thread = threading.Thread(target=self._server.serve, name="endpoint")
        thread.start()
        try:
            yield self.address
        finally:
            self.stop()
            thread.join()

    def _is_worth_reading(self, head: Request) -> bool:
        try:
            self._screen(head)
        except ServiceError:
            return False
        return True

    def _screen(self, request: Request) -> str:
        """The operation that is asked for. Raises `ServiceError` for what is refused whatever its body holds."""
        target = request.headers.get("x-amz-target", "")
        operation = target.removeprefix(TARGET_PREFIX)
        named = target.startswith(TARGET_PREFIX) and request.method == "POST"
        if not named or operation not in self._service.operations:
            raise ServiceError("UnknownOperationException", f"The operation {operation} is not known here")
        if self._key is not None:
            signature.check_head(request.headers, self._key, datetime.now(UTC))
        elif not _is_loopback(_host_name(request.headers.get("host", ""))):
            raise ServiceError("AccessDeniedException", "The Host header must name this computer's loopback address")
        return operation

    def _respond(self, request: Request) -> Reply:
        began = time.perf_counter()
        outcome = "OK"
        try:
            reply = _reply(200, CONTENT_TYPE, json.dumps(self._answer(request)).encode())
        except CaptivePortal:
            reply, outcome = _reply(200, "text/html", PORTAL_PAGE), "CaptivePortal"
        except ServiceError as error:
            reply, outcome = _refusal(error), error.code
        except Exception:  # noqa: BLE001  (a bug fails this call, not the server)
            _log.exception("%s failed", request.headers.get("x-amz-target"))
            error = internal_error()
            reply, outcome = _refusal(error), error.code
        operation = request.headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
        self._on_call(Call(operation, outcome, time.perf_counter() - began, request.body))
        return reply

    def _answer(self, request: Request) -> dict[str, Any]:
        operation = self._screen(request)
        if self._key is not None:
            signed = HttpRequest(request.path, request.headers, request.body)
            signature.check(signed, self._key, datetime.now(UTC))
        self._stopping.wait(self._injector.strike())
        with self._parsing:
            values = request_values(SERVICE.operation_model(operation), request.body)
        region = _REGION.search(request.headers.get("authorization", ""))
        return self._service.answer(operation, values, region[1] if region else _DEFAULT_REGION)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises `OSError`."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if port and os.name == "posix":  # elsewhere this option would let two programs share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _reply(status: int, content_type: str, body: bytes) -> Reply:
    return Reply(status, (("x-amzn-RequestId", str(uuid.uuid4())), ("Content-Type", content_type)), body)


def _refusal(error: ServiceError) -> Reply:
    return _reply(error.status, CONTENT_TYPE, error.body())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_name(header: str) -> str:
    """The name in a Host header, without port and brackets; empty if it is none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
