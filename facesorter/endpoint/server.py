"""The HTTP server: one POST a call, on loopback unless a key is configured.

It is cheroot, CherryPy's server, because it stops cleanly from another thread, keeps connections alive and hands each
request to a pool of threads, where the engine's work lets go of the interpreter.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from cheroot.wsgi import Server

from facesorter.domain.errors import UserError, WrongUse
from facesorter.endpoint import signature
from facesorter.endpoint.faults import NO_FAULTS, PORTAL_PAGE, CaptivePortal, FaultInjector, Faults
from facesorter.endpoint.service import Service
from facesorter.endpoint.signature import AccessKey, HttpRequest
from facesorter.endpoint.wire import CONTENT_TYPE, SERVICE, TARGET_PREFIX, ServiceError, internal_error, request_values

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_BODY_BYTES = 64 * 1024 * 1024
"""Room for two pictures well beyond the limit, so that they are refused in Rekognition's own words."""

THREADS = 32
"""Calls under way at once: enough that calls which only wait (slow ones, S3) do not hold up the others."""

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
        self._server = Server(
            (host, port), self._respond, numthreads=THREADS, max=THREADS, request_queue_size=128, timeout=60
        )
        self._server.max_request_body_size = MOST_BODY_BYTES
        self._server.expiration_interval = 0.05  # seconds until `stop` is noticed
        self._server.error_log = _log_server_error
        try:
            self._server.prepare()
        except OSError as error:
            raise UserError(
                f"The address {host}:{port} cannot be used: it is taken, or not this computer's to give.",
                "Choose another.",
            ) from error
        shown = f"[{host}]" if ":" in host else host
        bound_port = cast(int, self._server.bind_addr[1])  # pyright: ignore[reportUnknownMemberType]
        self.address = f"http://{shown}:{bound_port}"

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

    def _respond(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        operation = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(TARGET_PREFIX)
        status, content_type, outcome = 200, CONTENT_TYPE, "OK"
        try:
            answer = json.dumps(self._answer(operation, environ, body)).encode()
        except CaptivePortal:
            content_type, answer, outcome = "text/html", PORTAL_PAGE, "CaptivePortal"
        except ServiceError as error:
            status, answer, outcome = error.status, error.body(), error.code
        except Exception:  # noqa: BLE001  (a bug fails this call, not the server)
            _log.exception("%s failed", operation)
            error = internal_error()
            status, answer, outcome = error.status, error.body(), error.code
        self._on_call(Call(operation, outcome, time.perf_counter() - began, body))
        headers = [
            ("x-amzn-RequestId", str(uuid.uuid4())),
            ("Content-Type", content_type),
            ("Content-Length", str(len(answer))),
        ]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [answer]

    def _answer(self, operation: str, environ: WSGIEnvironment, body: bytes) -> dict[str, Any]:
        named = environ.get("HTTP_X_AMZ_TARGET", "").startswith(TARGET_PREFIX) and environ["REQUEST_METHOD"] == "POST"
        if not named or operation not in self._service.operations:
            raise ServiceError("UnknownOperationException", f"The operation {operation} is not known here")
        if self._key is not None:
            signature.check(_http_request(environ, body), self._key, datetime.now(UTC))
        elif not _is_loopback(_host_name(environ.get("HTTP_HOST", ""))):
            raise ServiceError("AccessDeniedException", "The Host header must name this computer's loopback address")
        self._stopping.wait(self._injector.strike())
        values = request_values(SERVICE.operation_model(operation), body)
        region = _REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
        return self._service.answer(operation, values, region[1] if region else _DEFAULT_REGION)


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


def _http_request(environ: WSGIEnvironment, body: bytes) -> HttpRequest:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    return HttpRequest(environ.get("REQUEST_URI", environ["PATH_INFO"]), headers, body)


def _log_server_error(msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    _log.log(level, msg, exc_info=traceback)
