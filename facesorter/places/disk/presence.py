"""Whether photos that were there once are gone, or only on a disk that is not connected."""

from __future__ import annotations

import os
from collections.abc import Sequence

from facesorter.domain.listing import KnownFolder
from facesorter.places.disk.long_paths import for_system


def mount_of(path: str) -> str:
    """Where the file system of this path is mounted, without links; on Windows the drive or the share."""
    path = os.path.realpath(path)
    while not os.path.ismount(path):
        above = os.path.dirname(path)
        if above == path:
            break
        path = above
    return path


def is_gone(folder: KnownFolder) -> bool:
    """Whether the folder is not there any more, though the disk that it was on is.

    The nearest folder above that is left must lie on that very disk: below the place where a disk is mounted, all is
    missing while it is not connected. What cannot be told is not gone.
    """
    above = folder.path
    while (there := _is_there(above)) is False:
        if os.path.dirname(above) == above:
            return False
        above = os.path.dirname(above)
    return there is True and above != folder.path and os.path.isdir(above) and mount_of(above) == folder.mount


def missing_in(folder: KnownFolder, names: Sequence[str]) -> Sequence[str] | None:
    """Which of these photos are not in the folder any more; None if that cannot be told."""
    try:
        there = set(os.listdir(for_system(folder.path)))
    except (FileNotFoundError, NotADirectoryError):
        return names if is_gone(folder) else None
    except OSError:
        return None
    if not there and mount_of(folder.path) != folder.mount:
        return None
    return [name for name in names if name not in there]


def _is_there(path: str) -> bool | None:
    """Whether something has this path; None if that cannot be told."""
    try:
        os.lstat(for_system(path))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None
    return True
