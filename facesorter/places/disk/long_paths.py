"""Paths as the system opens them however long they are: Windows needs another form of those from 260 characters on.

Elsewhere, and below that length, a path stays as it is. Catalog and messages have the usual form; only what is handed
to the system is changed.
"""

from __future__ import annotations

import os

_ON_WINDOWS = os.name == "nt"
_LONG = 240
"""Characters; folders end at 248, files at 260."""

_PREFIX, _SHARE_PREFIX = "\\\\?\\", "\\\\?\\UNC"


def for_system(path: str) -> str:
    """The path in a form that Windows opens."""
    if not _ON_WINDOWS or len(path) < _LONG or not os.path.isabs(path):
        return path
    plain = path.replace("/", "\\")
    if plain.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return _SHARE_PREFIX + plain[1:] if plain.startswith("\\\\") else _PREFIX + plain
