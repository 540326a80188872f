"""What an error of the operating system means, in words: the photo's, the source folder's or the destination's."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager

from facesorter.domain.errors import DiskFull, PhotoError, SourceUnavailable, StorageUnavailable
from facesorter.domain.messages import gettext as _


def numbers(*names: str) -> frozenset[int]:
    """Those of the error numbers with these names that this system has."""
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_FULL = numbers("ENOSPC", "EDQUOT")
_NO_RIGHT = numbers("EACCES", "EPERM")
_OUT_OF_REACH = numbers(
    *("ESTALE", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET", "ECONNABORTED"),
    *("ENOTCONN", "ESHUTDOWN", "EREMOTEIO", "ENODEV", "ENXIO", "ENOMEDIUM"),
)


@contextmanager
def reading(path: str) -> Generator[None]:
    """Errors of a source, in words: `PhotoError`, or `SourceUnavailable` if its whole folder is out of reach."""
    try:
        yield
    except OSError as error:
        folder = os.path.dirname(path)
        if error.errno in _OUT_OF_REACH or (error.errno == errno.ENOENT and not os.path.isdir(folder)):
            raise SourceUnavailable(
                _("The folder {folder} cannot be reached.").format(folder=folder),
                _("Connect its drive or share again, then go on."),
            ) from error
        if error.errno == errno.ENOENT:
            raise PhotoError(_("It is missing: it was moved or deleted.")) from error
        if error.errno in _NO_RIGHT:
            raise PhotoError(_("There is no right to read it.")) from error
        raise PhotoError(_("It could not be read ({reason}).").format(reason=error.strerror)) from error


@contextmanager
def writing(folder: str) -> Generator[None]:
    """Errors of a target folder, in words: `DiskFull`, `PhotoError` for one file, else `StorageUnavailable`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        if error.errno in (errno.EIO, errno.EFBIG):
            raise PhotoError(
                _("Its copy could not be written safely ({reason}).").format(reason=error.strerror)
            ) from error
        raise StorageUnavailable(
            _("The folder {folder} cannot be used ({reason}).").format(folder=folder, reason=error.strerror),
            _("Check its drive and its rights, then go on."),
        ) from error


def disk_full(folder: str) -> DiskFull:
    """The one sentence for a full disk."""
    return DiskFull(
        _("There is no room left for {folder}.").format(folder=folder), _("Free some space there, then go on.")
    )
