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
        self._stopped = stopped
        there = [path for path in paths if os.path.exists(path)]
        self._changes = watchfiles.watch(
            *there,
            watch_filter=None,
            stop_event=stopped,
            rust_timeout=_STEP_MS,
            yield_on_timeout=True,
            recursive=recursive,
            ignore_permission_denied=True,
        )
        self._announces = bool(there)
        self.wait(0)

    def wait(self, seconds: float) -> None:
        """Until something changes, so much time has passed, or `stopped` is set."""
        deadline = monotonic() + seconds
        try:
            while self._announces and not next(self._changes) and monotonic() < deadline:
                pass
        except StopIteration:
            return
        except (OSError, RuntimeError) as error:  # too many folders for the system, or a drive without such a thing
            self._announces = False
            _log.info("Changes are not announced here (%s); folders are looked through now and then.", error)
        if not self._announces:
            self._stopped.wait(max(0, deadline - monotonic()))
