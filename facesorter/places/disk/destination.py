"""Whether copies may be put into a folder."""

from __future__ import annotations

import os
import stat
import tempfile

from facesorter.domain.errors import StorageUnavailable, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.places.disk.os_errors import writing

MOST_NEW_FOLDERS = 16
"""A path with more folders that do not exist is a mistake; to make them all would leave a chain to clear away."""

_JUNCTION = 0xA0000003
"""`IO_REPARSE_TAG_MOUNT_POINT` of Windows, which Python has there alone."""


def check_destination(folder: str) -> None:
    """Make the destination and try to write there, before anything else is begun.

    Raises `StorageUnavailable`, `WrongUse` if its path cannot be meant; nothing is made then.
    """
    missing, there = 0, folder
    while there and not os.path.lexists(there) and there != os.path.dirname(there):
        missing, there = missing + 1, os.path.dirname(there)
    if missing > MOST_NEW_FOLDERS:
        raise WrongUse(
            ngettext(
                "Of the path of the destination, {} folder does not exist.",
                "Of the path of the destination, {} folders do not exist.",
                missing,
            ).format(missing),
            _("Check its spelling, or make the folder first."),
        )
    with writing(folder):
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # has no name, or loses it with us
            pass


def changed_at(folder: str) -> int | None:
    """When a file was last added to a folder or taken out (ns); None if the folder cannot be seen."""
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return None


def is_link(folder: str) -> bool:
    """Whether this folder is a link or a junction to another place."""
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def require_real(folder: str) -> None:
    """Raises `StorageUnavailable` if a person's folder is a link: copies would lie, and be removed, elsewhere."""
    if is_link(folder):
        raise StorageUnavailable(
            _("{folder} is a link to another place.").format(folder=folder),
            _("Remove or rename the link, then try again."),
        )
