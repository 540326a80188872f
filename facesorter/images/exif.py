"""The two facts of a photo's EXIF block that matter here: which way is up, and when it was taken.

Read by hand, because Pillow's reader reports a block in disorder through Python's warnings, which cannot be silenced
in one thread alone, and because a damaged block must never keep a photo from being read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

_ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_DATE_TIME_ORIGINAL = 0x9003
_MOST_ENTRIES = 1000


class Exif(NamedTuple):
    """`orientation` is 1 to 8, 1 where the block says nothing sensible; `taken_at` is the camera's local time."""

    orientation: int = 1
    taken_at: datetime | None = None


def read_exif(block: bytes) -> Exif:
    """What a TIFF-structured EXIF block (a whole TIFF file is one, too) says; never raises."""
    tiff = block.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return Exif()
    orientation, taken_at = 1, None
    for tag, value in _entries(tiff, order, _offset(tiff, order, 4)):
        if tag == _ORIENTATION:
            (found,) = struct.unpack_from(order + "H", value)
            orientation = found if 1 <= found <= 8 else 1
        elif tag == _EXIF_IFD:
            taken_at = _taken_at(tiff, order, _offset(value, order, 0))
    return Exif(orientation, taken_at)


def _entries(tiff: bytes, order: str, offset: int) -> Iterator[tuple[int, bytes]]:
    """Tag and four bytes of value (or of the value's offset) of each entry of one directory, as far as it goes."""
    if offset + 2 > len(tiff):
        return
    (count,) = struct.unpack_from(order + "H", tiff, offset)
    for start in range(offset + 2, offset + 2 + 12 * min(count, _MOST_ENTRIES), 12):
        if start + 12 > len(tiff):
            return
        tag, _, _, value = struct.unpack_from(order + "HHI4s", tiff, start)
        yield tag, value


def _offset(block: bytes, order: str, at: int) -> int:
    return struct.unpack_from(order + "I", block, at)[0] if len(block) >= at + 4 else len(block)


def _taken_at(tiff: bytes, order: str, directory: int) -> datetime | None:
    for tag, value in _entries(tiff, order, directory):
        if tag == _DATE_TIME_ORIGINAL:
            start = _offset(value, order, 0)
            try:
                return datetime.strptime(tiff[start : start + 19].decode("ascii"), "%Y:%m:%d %H:%M:%S")
            except ValueError:  # blank, zeros, or not text at all
                return None
    return None
