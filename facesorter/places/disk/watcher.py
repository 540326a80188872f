"""Waits for changes in folders, as far as their drives announce any."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from time import monotonic

import watchfiles

_STEP_MS = 500

_log = logging.getLogger(__name__)


class FolderWatcher:
    """The `Watcher` of some folders and single files; what changes from its making on is noticed."""

    def __init__(self, paths: Sequence[str], recursive: bool, stopped: threading.Event) -> None:
        self._paths = tuple(paths)
        self._recursive = recursive
        self._stopped = stopped
        self._begin()

    def _begin(self) -> None:
        """Listen to what lies at the paths now."""
        self._watched = self._what_is_there()
        there = [path for path, file in zip(self._paths, self._watched, strict=True) if file is not None]
        self._changes = watchfiles.watch(
            *there,
            watch_filter=None,
            stop_event=self._stopped,
            rust_timeout=_STEP_MS,
            yield_on_timeout=True,
            recursive=self._recursive,
            ignore_permission_denied=True,
        )
        self._announces = bool(there)
        self._listen(0)

    def wait(self, seconds: float) -> None:
        """Until something changes, so much time has passed, or `stopped` is set.

        A folder that is put in the place of a watched one is a change, too, although no drive announces that: what is
        listened to is the folder that was there, not its name.
        """
        deadline = monotonic() + seconds
        while not self._stopped.is_set():
            if self._listen(min(seconds, _STEP_MS / 1000)):
                return
            if self._what_is_there() != self._watched:
                self._begin()
                return
            if monotonic() >= deadline:
                return

    def _listen(self, seconds: float) -> bool:
        """Whether something was announced within that time."""
        if self._announces:
            try:
                return bool(next(self._changes))
            except StopIteration:
                return True
            except (OSError, RuntimeError) as error:  # too many folders for the system, or a drive that is silent
                self._announces = False
                _log.info("Changes are not announced here (%s); folders are looked through now and then.", error)
        self._stopped.wait(seconds)
        return False

    def _what_is_there(self) -> list[tuple[int, int] | None]:
        """Which file or folder each path means, if any."""
        found: list[tuple[int, int] | None] = []
        for path in self._paths:
            try:
                facts = os.stat(path)
            except OSError:
                found.append(None)
            else:
                found.append((facts.st_dev, facts.st_ino))
        return found
