"""The process that has the whole program loaded, and has looked at some pictures, and forks for each start; see `warm`.

It reads orders as lines of JSON, and answers each with the return code and the seconds it took.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import keyring

from facesorter.app import prepare
from facesorter.cli import people_scan, sort
from facesorter.domain.errors import PhotoError
from facesorter.domain.models import EncodedPicture
from facesorter.engines.local import engine as local
from facesorter.engines.rekognition import calls as rekognition_calls
from facesorter.engines.rekognition.rate_limiter import RateLimiter
from facesorter.places.disk import exclusive_rename, transfer

STRIKE = 3000
"""More calls than a program that is killed here makes of any kind."""

CALLS_PER_SECOND = 500.0
"""Of a paid service; what is killed here is no test of how it finds a limit."""

NO_FILE = 1 << 20

FAILING_CALLS: Mapping[str, Callable[[], object]] = {
    "fsync": lambda: os.fsync(NO_FILE),
    "fdatasync": lambda: os.fdatasync(NO_FILE),
    "pwrite64": lambda: os.pwrite(NO_FILE, b"", 0),
    "link": lambda: os.link("", ""),
    "rename": lambda: os.rename("", ""),
    "renameat2": lambda: exclusive_rename.renamed_to_new("", ""),
    "unlink": lambda: os.unlink(""),
    "mkdir": lambda: os.mkdir(""),
    "rmdir": lambda: os.rmdir(""),
}
"""The calls a program can be killed at, which matter to what it leaves, and how to make one that does nothing."""


class OneThread:
    """An `Executor` that does at once what it is asked to, so that every call is made on the main thread."""

    workers = 1

    def __init__(self, workers: int | None = None) -> None:
        pass

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        future = Future[Any]()
        try:
            future.set_result(function(*arguments))
        except BaseException as error:  # noqa: BLE001 (whoever asks for the result is told)
            future.set_exception(error)
        return future

    def close(self) -> None:
        pass


def refuse(*_: object) -> None:
    """As a file system does that has no links."""
    raise PermissionError("links are unknown here")


def become(order: dict[str, Any]) -> int:
    """The exit code of what is ordered, done in this process."""
    for number, file in enumerate(order["output"], 1):
        os.dup2(os.open(file, os.O_WRONLY), number)
    os.environ.update(order["environment"])
    if order["on_one_thread"]:
        prepare.ThreadExecutor = sort.ThreadExecutor = people_scan.ThreadExecutor = OneThread  # type: ignore[misc]
    if "links" in order["lacks"]:
        transfer.os.link = refuse
    if "renames" in order["lacks"]:
        exclusive_rename._rename = None
    module, _, name = order["function"].partition(":")
    function = getattr(importlib.import_module(module), name)
    if order["at"]:
        call, calls = order["at"]
        for _ in range(STRIKE - calls):
            with suppress(OSError):
                FAILING_CALLS[call]()
    return function(order["arguments"])


def start(order: dict[str, Any]) -> tuple[int, float]:
    """The return code of a process of its own, and how long it took; it is killed when its time is over."""
    for file in order["output"]:
        Path(file).write_bytes(b"")  # a program that is killed at once does not come to that
    began = time.monotonic()
    process = os.fork()
    if not process:
        code = 70
        try:
            code = become(order)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    if order["seconds"] is None:
        status = os.waitpid(process, 0)[1]
        return os.waitstatus_to_exitcode(status), time.monotonic() - began
    ended = status = 0
    while not ended:
        ended, status = os.waitpid(process, os.WNOHANG)
        if not ended and time.monotonic() - began > order["seconds"]:
            os.kill(process, signal.SIGKILL)
            ended, status = os.waitpid(process, 0)
        time.sleep(0.0005)
    return os.waitstatus_to_exitcode(status), time.monotonic() - began


class RememberingEngine(local.LocalEngine):
    """Looks at a picture once, whatever its path."""

    def __init__(self) -> None:
        super().__init__(None)
        self._answer = cache(lambda data: super(RememberingEngine, self).analyze("", EncodedPicture("", data)))
        self._seen = cache(lambda data: super(RememberingEngine, self)._see(EncodedPicture("", data)))

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        return self._answer(picture.data)

    def _see(self, picture: EncodedPicture) -> Any:
        return self._seen(picture.data)


def main() -> None:
    engine = RememberingEngine()
    for path in sys.argv[1:]:
        with suppress(PhotoError):
            engine.analyze("", EncodedPicture(path, Path(path).read_bytes()))
    local.LocalEngine = lambda folder: engine  # type: ignore[misc,assignment]
    rekognition_calls.RateLimiter = partial(RateLimiter, CALLS_PER_SECOND)  # type: ignore[misc,assignment]
    keyring.get_keyring()
    assert len(os.listdir("/proc/self/task")) == 1, "a process with threads cannot be forked"
    for line in sys.stdin:
        sys.stdout.write(json.dumps(start(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
