"""Keeps the computer from falling asleep while a run goes on; its screen may still go dark."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Self, cast

from facesorter.desktop.bus import Connection, Service

log = logging.getLogger(__name__)

Hold = Callable[[str], AbstractContextManager[None]]
"""Keeps the computer awake while it is entered; the argument says why. Raises `OSError` where that is not possible."""

PORTAL = Service("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Inhibit")
LOGIN = Service("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "SYSTEM")
SCREEN_SAVER = Service("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver")
_SUSPEND = 4
"""The portal's flag for it."""

_ES_SYSTEM_REQUIRED = 0x00000001
_ES_CONTINUOUS = 0x80000000

_CAFFEINATE = "/usr/bin/caffeinate"


class Awake:
    """Holds sleep off from now until `end`, or until the program ends in whatever way.

    A thread of its own asks for it, because a desktop may take seconds to answer, and Windows ties it to a thread.
    """

    def __init__(self, reason: str, hold: Hold | None = None) -> None:
        self._over = threading.Event()
        arguments = hold or hold_of(sys.platform), reason
        self._thread = threading.Thread(target=self._keep, args=arguments, daemon=True, name="awake")
        self._thread.start()

    def _keep(self, hold: Hold, reason: str) -> None:
        try:
            with hold(reason):
                self._over.wait()
        except OSError as error:
            log.debug("The computer may fall asleep during this run: %s", error)

    def end(self) -> None:
        """Let it sleep again. Does not wait."""
        self._over.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def hold_of(platform: str) -> Hold:
    """The way of the system with this name (as `sys.platform`)."""
    return {"win32": on_windows, "darwin": on_macos}.get(platform, on_linux)


@contextmanager
def on_linux(reason: str) -> Generator[None]:
    """By the first service that grants it. Each of them ends what it grants when its caller is gone."""
    refusals: list[str] = []
    for service, method, signature, arguments in (
        (PORTAL, "Inhibit", "sua{sv}", ("", _SUSPEND, {"reason": ("s", reason)})),
        (LOGIN, "Inhibit", "ssss", ("sleep:idle", "FaceSorter", reason, "block")),
        (SCREEN_SAVER, "Inhibit", "ss", ("FaceSorter", reason)),
    ):
        try:
            connection = Connection(service.bus)
        except OSError as error:
            refusals.append(str(error))
            continue
        with connection:
            try:
                granted = connection.ask(service, method, signature, *arguments)
            except OSError as error:
                refusals.append(str(error))
                continue
            try:
                yield
            finally:
                for one in granted:
                    if hasattr(one, "close"):  # the system's login service grants it for as long as a file is open
                        one.close()
            return
    raise OSError("; ".join(refusals))


@contextmanager
def on_windows(reason: str, kernel32: Any = None) -> Generator[None]:
    """For as long as this thread says so; Windows wants no reason."""
    del reason
    if kernel32 is None:
        import ctypes

        kernel32 = cast("Any", ctypes).windll.kernel32
    if not kernel32.SetThreadExecutionState(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED):
        raise OSError("Windows refused SetThreadExecutionState.")
    try:
        yield
    finally:
        kernel32.SetThreadExecutionState(_ES_CONTINUOUS)


@contextmanager
def on_macos(reason: str, command: str = _CAFFEINATE) -> Generator[None]:
    """By the system's own tool, which also ends by itself when this program does."""
    del reason
    process = subprocess.Popen([command, "-i", "-w", str(os.getpid())])  # noqa: S603 - the system's own
    try:
        yield
    finally:
        process.terminate()
        process.wait()
