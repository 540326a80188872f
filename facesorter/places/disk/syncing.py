"""Making files and their names durable: on the disk before anybody relies on them."""

from __future__ import annotations

import functools
import logging
import os

from facesorter.places.disk.os_errors import numbers

_NO_FSYNC = numbers("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")

_log = logging.getLogger(__name__)


def sync(descriptor: int, folder: str) -> None:
    """Flush a file or folder to its disk; where the file system has no such thing, that is logged once a folder."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
        _warn_unsynced(folder)


def sync_folder(folder: str) -> None:
    """Make the names in a folder durable. Windows has no call for that: its names are journaled by the system."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        sync(descriptor, folder)
    finally:
        os.close(descriptor)


@functools.lru_cache(maxsize=64)
def _warn_unsynced(folder: str) -> None:
    _log.warning("The file system of %s cannot confirm that copies are on the disk.", folder)
