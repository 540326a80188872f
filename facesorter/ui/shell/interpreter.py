"""Keeps Python itself from holding up the window: other threads' turns and the garbage collector's are short."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

SWITCH_SECONDS = 0.0005
"""How long a worker's Python may keep the window waiting each time. Painting a page of photos lets go of the
interpreter some thousand times, and with Python's own 5 ms each of them could cost as much."""

OLDEST = 2


def be_brief(application: QGuiApplication) -> None:
    """Give workers short turns, and let a collection look at no object that an earlier full one has looked at.

    A full collection walks over everything the program holds, on whichever thread, while all others wait: 20 ms after
    the start, 140 ms in a run of 100,000 photos. What stays after one is therefore set aside. Whatever of it becomes
    garbage in circles is found when another program comes to the front, and nobody waits for this window.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()
    if _set_aside not in gc.callbacks:
        gc.callbacks.append(_set_aside)
    application.applicationStateChanged.connect(_look_at_everything)


def _set_aside(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == OLDEST:
        gc.freeze()


def _look_at_everything(state: Qt.ApplicationState) -> None:
    if state is Qt.ApplicationState.ApplicationInactive:
        gc.unfreeze()
        gc.collect()
