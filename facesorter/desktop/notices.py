"""Notices of a Linux desktop; Windows and macOS give theirs through Qt."""

from __future__ import annotations

import logging
import threading
from typing import Any

from facesorter.desktop.bus import Connection, Service
from facesorter.desktop.taskbar import APP_ID

log = logging.getLogger(__name__)

NOTIFICATIONS = Service(
    "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
)
_AS_LONG_AS_USUAL = -1


def notify(title: str, text: str) -> threading.Thread:
    """Show a notice; the thread that does so."""
    thread = threading.Thread(target=_notify, args=(title, text), daemon=True, name="notice")
    thread.start()
    return thread


def _notify(title: str, text: str) -> None:
    hints = {"desktop-entry": ("s", APP_ID)}
    what: tuple[Any, ...] = ("FaceSorter", 0, APP_ID, title, text, [], hints, _AS_LONG_AS_USUAL)
    try:
        with Connection() as connection:
            connection.ask(NOTIFICATIONS, "Notify", "susssasa{sv}i", *what)
    except OSError as error:
        log.debug("No notice was shown: %s", error)
