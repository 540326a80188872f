"""Backups of a database file: made before it is migrated, the last two kept, and used where the file is damaged."""

from __future__ import annotations

import glob
import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime

KEPT = 2


def back_up(connection: sqlite3.Connection, path: str, version: int) -> None:
    """Keep the file as it is, beside it; older backups than the last two go. Raises `sqlite3.Error`, `OSError`."""
    if path == ":memory:":
        return
    beginning = path + ".backup"
    with suppress(FileNotFoundError):  # of one that was cut off
        os.unlink(beginning)
    os.close(os.open(beginning, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(beginning)) as backup:
        connection.backup(backup)
    stem, suffix = os.path.splitext(path)
    os.rename(beginning, f"{stem}-backup-{datetime.now():%Y%m%d-%H%M%S-%f}-version-{version}{suffix}")
    for old in backups(path)[KEPT:]:
        os.unlink(old)


def backups(path: str) -> list[str]:
    """The backups of this file, the newest first."""
    stem, suffix = os.path.splitext(path)
    return sorted(glob.glob(f"{glob.escape(stem)}-backup-*{suffix}"), reverse=True)
