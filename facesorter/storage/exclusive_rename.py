"""A rename that refuses an existing name, in one step; Python has none for Linux."""

from __future__ import annotations

import ctypes
import errno
import os
import sys

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_AT_FDCWD, _RENAME_NOREPLACE = -100, 1  # uapi/linux/fcntl.h and fs.h


def renamed_to_new(path: str, target: str) -> bool:
    """Rename if the target's name is free; False if that fails, or is nothing this file system or system can do.

    Raises `FileExistsError`.
    """
    rename = getattr(_LIBC, "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(path), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number == errno.EEXIST:
        raise FileExistsError(number, os.strerror(number), target)
    return False
