"""Gives a folder of copies another name beside its old one, never in place of anything."""

from __future__ import annotations

import os

from facesorter.domain.errors import StorageUnavailable, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.places.disk.destination import require_real
from facesorter.places.disk.exclusive_rename import renamed_to_new
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.syncing import sync_folder


def require_renamable(folder: str, new: str) -> bool:
    """Whether there is such a folder to rename; False if it was deleted.

    Raises `WrongUse` if the new name is not free, `StorageUnavailable` if the folder is out of reach or a link.
    """
    if not os.path.isdir(os.path.dirname(folder)):
        raise StorageUnavailable(
            _("The folder {folder} cannot be reached.").format(folder=folder),
            _("Connect its drive or share again, then try again."),
        )
    require_real(folder)
    if not os.path.isdir(folder):
        return False
    if os.path.lexists(new) and not _is_same(folder, new):
        raise _taken(new)
    return True


def rename_folder(folder: str, new: str) -> None:
    """Rename, durably. Raises as `require_renamable`, and as `os_errors.writing`."""
    if not require_renamable(folder, new):
        raise StorageUnavailable(_("The folder {folder} is gone.").format(folder=folder), _("Look for it."))
    with writing(folder):
        try:
            if not renamed_to_new(folder, new):
                os.rename(folder, new)  # which replaces nothing but an empty folder made this very moment
        except FileExistsError:
            if not _is_same(folder, new):
                raise _taken(new) from None
            os.rename(folder, new)  # in another case, where that is the same name
        sync_folder(os.path.dirname(new))


def _is_same(folder: str, new: str) -> bool:
    try:
        return os.path.samefile(folder, new)
    except OSError:
        return False


def _taken(new: str) -> WrongUse:
    return WrongUse(
        _("There is something at {path} already.").format(path=new), _("Move it away, or choose another name.")
    )
