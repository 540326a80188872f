"""Reading a regular file whole, or its beginning, without ever waiting for a pipe; and why one cannot be read."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

from facesorter.domain.errors import PhotoError
from facesorter.domain.figures import decimal
from facesorter.domain.giants import MOST_PHOTO_BYTES
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.places.disk.long_paths import for_system

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)

_REASONS = {
    errno.ENOENT: N_("The file is missing: it was moved or deleted."),
    errno.EACCES: N_("There is no right to read it."),
    errno.EPERM: N_("There is no right to read it."),
    errno.ELOOP: N_("The link leads in a circle."),
    errno.ENAMETOOLONG: N_("Its path is too long for this system."),
}
NOT_A_FILE = N_("It is not a file but a pipe, a socket, a device or a folder.")


def read_file(path: str) -> bytes:
    """All bytes of a regular file. Raises `PhotoError`, also if the file changes meanwhile; never waits for a pipe."""
    try:
        file, before = open_regular(path)
        with file:
            _require_small(before)
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise PhotoError(reason_of(error)) from error
    if len(data) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise PhotoError(_("It was changed by another program while it was read."))
    return data


def read_beginning(path: str, most_bytes: int) -> bytes:
    """So many bytes of a regular file at most. Raises `PhotoError`."""
    try:
        file, _status = open_regular(path)
        with file:
            return file.read(most_bytes)
    except OSError as error:
        raise PhotoError(reason_of(error)) from error


def open_regular(path: str) -> tuple[BinaryIO, os.stat_result]:
    """A file that is one, before it is opened and after, and its state. Raises `PhotoError`, `OSError`."""
    path = for_system(path)
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise PhotoError(_(NOT_A_FILE))
    file = open(os.open(path, _OPEN_FLAGS), "rb")  # noqa: SIM115 - whoever asked closes it
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise PhotoError(_(NOT_A_FILE))
    return file, status


def _require_small(status: os.stat_result) -> None:
    if status.st_size > MOST_PHOTO_BYTES:
        raise PhotoError(
            _("It has {size} GB, which is too large to be read.").format(size=decimal(status.st_size / 1e9))
        )


def reason_of(error: OSError) -> str:
    """Why it could not be read, in a sentence."""
    if error.errno in _REASONS:
        return _(_REASONS[error.errno])
    return _("It could not be read: {reason}.").format(reason=error.strerror)
