"""A rename that refuses an existing name, in one step; Python has none for Linux and macOS."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from typing import Any

_AT_FDCWD, _RENAME_NOREPLACE = -100, 1  # uapi/linux/fcntl.h and fs.h
_RENAME_EXCL = 4  # sys/stdio.h of macOS


def exclusive_rename(platform: str, libc: Any) -> Callable[[bytes, bytes], int] | None:
    """The system's call, if it has one; 0 is success, and anything else explained by `errno`."""
    if platform == "linux" and hasattr(libc, "renameat2"):
        return lambda path, target: libc.renameat2(_AT_FDCWD, path, _AT_FDCWD, target, _RENAME_NOREPLACE)
    if platform == "darwin" and hasattr(libc, "renamex_np"):
        return lambda path, target: libc.renamex_np(path, target, _RENAME_EXCL)
    return None


_rename = exclusive_rename(sys.platform, None if os.name == "nt" else ctypes.CDLL(None, use_errno=True))


def renamed_to_new(path: str, target: str) -> bool:
    """Rename if the target's name is free; False if that fails, or is nothing this file system or system can do.

    Raises `FileExistsError`.
    """
    if _rename is None:
        return False
    if _rename(os.fsencode(path), os.fsencode(target)) == 0:
        return True
    number = ctypes.get_errno()
    if number == errno.EEXIST:
        raise FileExistsError(number, os.strerror(number), target)
    return False
