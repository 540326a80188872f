"""Keeps a profile for one program at a time, also where two computers share it on a network drive.

The system's lock would be enough if every network drive passed it on. Some do not, so whoever has the profile also
keeps a note of itself there, fresh while it lives: a note from elsewhere that is fresh counts as a lock.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import threading
from pathlib import Path
from typing import Any, cast

from filelock import FileLock, Timeout

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.messages import gettext as _

BEAT_SECONDS = 20.0
STALE_SECONDS = 70.0
"""Age of a note from which whoever wrote it is dead: three beats, and some patience with a slow drive."""


class ProfileLock:
    """The lock of the profile in this folder."""

    def __init__(self, file: Path, beat_seconds: float = BEAT_SECONDS, stale_seconds: float = STALE_SECONDS) -> None:
        self._lock = FileLock(file, timeout=0)
        self._file = file
        self._note = file.with_name("facesorter.owner")
        self._beat_seconds = beat_seconds
        self._stale_seconds = stale_seconds
        self._released = threading.Event()
        self._heart: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._heart is not None

    def acquire(self) -> None:
        """Take it, unless it is ours. Raises `StorageUnavailable` if somebody else has it, `OSError`."""
        if self._heart is not None:
            return
        try:
            self._lock.acquire()
        except Timeout:
            raise _taken(self._read_note()) from None
        try:
            note = self._read_note()
            if note and note.get("computer") != platform.node() and self._is_fresh():
                raise _taken(note)
            self._note.write_text(json.dumps({"computer": platform.node(), "user": _user(), "process": os.getpid()}))
        except BaseException:
            self._lock.release(force=True)
            raise
        self._released.clear()
        self._heart = threading.Thread(target=self._beat, name="profile lock", daemon=True)
        self._heart.start()

    def release(self) -> None:
        """Let it go."""
        if self._heart is None:
            return
        self._released.set()
        self._heart.join(1)  # longer only on a drive that hangs
        self._heart = None
        if self._read_note().get("computer") == platform.node():
            self._note.unlink(missing_ok=True)
        self._lock.release(force=True)

    def _beat(self) -> None:
        while not self._released.wait(self._beat_seconds):
            try:
                os.utime(self._note)
            except OSError:
                continue  # the drive has gone; it may come back

    def _read_note(self) -> dict[str, Any]:
        """Who has the profile, or had it when the power failed; empty if nobody says."""
        try:
            note = json.loads(self._note.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return cast("dict[str, Any]", note) if isinstance(note, dict) else {}

    def _is_fresh(self) -> bool:
        """By the clock of the drive, which need not be this computer's. A date that is still to come is no date."""
        os.utime(self._file)
        try:
            age = self._file.stat().st_mtime - self._note.stat().st_mtime
        except FileNotFoundError:
            return False
        return -self._stale_seconds < age < self._stale_seconds


def _taken(note: dict[str, Any]) -> StorageUnavailable:
    if note.get("computer", platform.node()) == platform.node():
        return StorageUnavailable(
            _("FaceSorter is already at work on this computer."),
            _("Wait until it is done, or close it, and try again."),
        )
    return StorageUnavailable(
        _("FaceSorter is at work with the same profile on the computer {computer} ({user}).").format(
            computer=note["computer"], user=note.get("user")
        ),
        _("Close it there, or wait two minutes if that computer was switched off. Or use another profile."),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a system without a list of users
        return "unknown user"
