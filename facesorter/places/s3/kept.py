"""Objects of S3 that were read to be looked at, kept until they are copied, so that none is downloaded for that again.

They lie in a temporary file without a name, so that nothing is left behind however the program ends.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, NamedTuple

MOST_KEPT_BYTES = 256 * 1024 * 1024
"""Photos that are sure at once are copied within a second or two; these are some 60 photos of a phone."""

_PART_OF_FREE = 10
"""At most such a part of what is free among temporary files is used."""

_PART_FOR_ONE = 8
"""An object that is larger than such a part of the room would displace too many others."""

_log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """An object as it was read; `known` is what S3 said of its bytes (`listing.FolderEntry.object`)."""

    known: bytes
    data: bytes


class _Stretch(NamedTuple):
    path: str
    known: bytes
    start: int
    end: int


class KeptObjects:
    """The objects that were read last, as many as there is room for. Any thread may ask.

    Only while somebody is `keeping` them; then they are gone.
    """

    def __init__(self, most_bytes: int = MOST_KEPT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._users = 0
        self._file: IO[bytes] | None = None
        self._room = 0
        self._end = 0
        self._oldest_first: deque[_Stretch] = deque()
        self._by_path: dict[str, _Stretch] = {}

    @contextmanager
    def keeping(self) -> Generator[None]:
        """Keep what is read meanwhile."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._forget()

    def keep(self, path: str, known: bytes, data: bytes) -> None:
        """Keep an object, in place of the ones that were read first; not if it is too large, or the disk is full."""
        with self._lock:
            if not self._users:
                return
            try:
                self._write(path, known, data)
            except OSError as error:
                _log.info("Photos of S3 are not kept for their copies: %s", error.strerror)
                self._forget()
                self._most_bytes = 0

    def get(self, path: str) -> Kept | None:
        """The object, if it is still kept."""
        with self._lock:
            found = self._by_path.get(path)
            if found is None or self._file is None:
                return None
            try:
                self._file.seek(found.start)
                data = self._file.read(found.end - found.start)
            except OSError:
                return None
            return Kept(found.known, data) if len(data) == found.end - found.start else None

    def _write(self, path: str, known: bytes, data: bytes) -> None:
        if self._file is None:
            self._room = min(self._most_bytes, shutil.disk_usage(tempfile.gettempdir()).free // _PART_OF_FREE)
            self._file = tempfile.TemporaryFile(prefix="facesorter-", buffering=0)  # noqa: SIM115 - it outlives the block
        if len(data) > self._room // _PART_FOR_ONE:
            return
        if self._end + len(data) > self._room:
            self._drop_between(self._end, self._room)
            self._end = 0
        start, self._end = self._end, self._end + len(data)
        self._drop_between(start, self._end)
        self._file.seek(start)
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        stretch = self._by_path[path] = _Stretch(path, known, start, self._end)
        self._oldest_first.append(stretch)

    def _drop_between(self, start: int, end: int) -> None:
        """Forget what lies there: it was written in the last round, and before all that is left."""
        while self._oldest_first and start <= self._oldest_first[0].start < end:
            gone = self._oldest_first.popleft()
            if self._by_path.get(gone.path) == gone:
                del self._by_path[gone.path]

    def _forget(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._end = None, 0
        self._oldest_first.clear()
        self._by_path.clear()
