"""Which files without a suffix are pictures: their first bytes tell, as they do of objects in S3."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from facesorter.domain.errors import PhotoError
from facesorter.domain.giants import MOST_PHOTO_BYTES
from facesorter.images.content import Kind, kind_of
from facesorter.places.disk.reading import read_beginning

HEAD_BYTES = 64
"""Enough for the beginnings of every kind; of a container with many brands the first ones."""

TRIED = 200
"""If none of so many files of a folder is a picture, the others are not opened: it is a store of something else."""


def pictures_among(folder: str, entries: Sequence[os.DirEntry[str]]) -> list[tuple[str, os.stat_result]]:
    """Name and state of those files of a folder that begin as a picture does, in the order of their names."""
    found: list[tuple[str, os.stat_result]] = []
    for tried, entry in enumerate(sorted(entries, key=lambda one: one.name)):
        if tried >= TRIED and not found:
            break
        with suppress(OSError):  # it vanished since the folder was read, or may not be read
            status = entry.stat()
            if begins_as_picture(os.path.join(folder, entry.name), status.st_size):
                found.append((entry.name, status))
    return found


def begins_as_picture(path: str, size: int) -> bool:
    """Whether a file of so many bytes is a picture by its beginning; what cannot be read is none."""
    if not HEAD_BYTES <= size <= MOST_PHOTO_BYTES:
        return False
    try:
        head = read_beginning(path, HEAD_BYTES)
    except PhotoError:
        return False
    kind = kind_of(head)
    if kind is Kind.BMP:  # whose two letters begin many a text, too
        return head[6:10] == bytes(4)
    return kind is not None
