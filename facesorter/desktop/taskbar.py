"""Shows how far a run is beside the program's icon: in the dock of Linux desktops and the task bar of Windows."""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast
from uuid import UUID

from facesorter.desktop.bus import Connection

log = logging.getLogger(__name__)

Show = Callable[[int | None], None]
"""Shows a percentage (0 to 100), or nothing any more."""

APP_ID = "io.github.facesorter.FaceSorter"

_LAUNCHER = "com.canonical.Unity.LauncherEntry"

_TASK_BAR_CLASS = UUID("56fdf344-fd6d-11d0-958a-006097c9a090")
_TASK_BAR_INTERFACE = UUID("ea1afb91-9e28-4b86-90e9-9e9f8a5eefaf")
_RELEASE, _INITIALIZE, _SET_VALUE, _SET_STATE = 2, 3, 9, 10
"""Places of the methods of `ITaskbarList3` in its table."""
_NO_PROGRESS, _NORMAL = 0, 2
_IN_PROCESS, _APARTMENT = 1, 2
_function_type = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)


class TaskbarProgress:
    """Takes percentages and shows the newest, on a thread of its own; `close` takes it away."""

    def __init__(self, place: Callable[[], AbstractContextManager[Show]]) -> None:
        self._place = place
        self._changed = threading.Condition()
        self._percent: int | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._follow, daemon=True, name="taskbar")
        self._thread.start()

    def show(self, percent: int | None) -> None:
        """Show this percentage, or nothing any more."""
        with self._changed:
            self._percent = percent
            self._changed.notify()

    def close(self) -> None:
        """Show nothing any more, and end; does not wait."""
        with self._changed:
            self._percent, self._closed = None, True
            self._changed.notify()

    def _follow(self) -> None:
        shown: int | None = None
        try:
            with self._place() as show:
                closed = False
                while not closed:
                    with self._changed:
                        self._changed.wait_for(lambda seen=shown: self._closed or self._percent != seen)
                        percent, closed = self._percent, self._closed
                    if percent != shown:
                        show(percent)
                        shown = percent
        except OSError as error:
            log.debug("The icon shows no progress: %s", error)


@contextmanager
def in_launcher() -> Generator[Show]:
    """In docks that listen for it (Ubuntu, KDE and others)."""
    with Connection() as connection:

        def show(percent: int | None) -> None:
            properties = {"progress": ("d", (percent or 0) / 100), "progress-visible": ("b", percent is not None)}
            address = f"application://{APP_ID}.desktop"
            connection.emit("/io/github/facesorter/FaceSorter", _LAUNCHER, "Update", "sa{sv}", address, properties)

        yield show


@contextmanager
def in_task_bar(window: int, ole32: Any = None) -> Generator[Show]:
    """On the button of the window with this handle, in Windows' task bar."""
    if ole32 is None:
        ole32 = cast("Any", ctypes).windll.ole32
    ole32.CoInitializeEx(None, _APARTMENT)
    try:
        task_bar = ctypes.c_void_p()
        wanted, interface = ((ctypes.c_byte * 16)(*one.bytes_le) for one in (_TASK_BAR_CLASS, _TASK_BAR_INTERFACE))
        made = ole32.CoCreateInstance(
            ctypes.byref(wanted), None, _IN_PROCESS, ctypes.byref(interface), ctypes.byref(task_bar)
        )
        if made != 0 or not task_bar:
            raise OSError("Windows offers no task bar.")

        def call(place: int, kinds: tuple[Any, ...] = (), *arguments: Any) -> None:
            table = ctypes.cast(task_bar, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
            _function_type(ctypes.c_long, ctypes.c_void_p, *kinds)(table[place] or 0)(task_bar, *arguments)

        def show(percent: int | None) -> None:
            state = _NO_PROGRESS if percent is None else _NORMAL
            call(_SET_STATE, (ctypes.c_void_p, ctypes.c_int), window, state)
            if percent is not None:
                call(_SET_VALUE, (ctypes.c_void_p, ctypes.c_ulonglong, ctypes.c_ulonglong), window, percent, 100)

        call(_INITIALIZE)
        try:
            yield show
        finally:
            call(_RELEASE)
    finally:
        ole32.CoUninitialize()


def progress_beside_icon(window: int, platform: str = sys.platform) -> TaskbarProgress | None:
    """What shows progress for the window with this handle; None where Qt alone can (the dock of macOS)."""
    if platform == "darwin":
        return None
    return TaskbarProgress((lambda: in_task_bar(window)) if platform == "win32" else in_launcher)
