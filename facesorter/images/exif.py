"""The few facts of a photo's EXIF block that matter here: which way is up, when and by which camera it was taken.

Read by hand, because Pillow's reader reports a block in disorder through Python's warnings, which cannot be silenced
in one thread alone, and because a damaged block must never keep a photo from being read.
"""

from __future__ import annotations

import struct
from datetime import datetime
from typing import NamedTuple

from facesorter.images.lent_memory import Bytes

_NEW_SUBFILE_TYPE, _MAKE, _MODEL, _ORIENTATION, _SUB_IFDS = 0x00FE, 0x010F, 0x0110, 0x0112, 0x014A
_EXIF_IFD, _DATE_TIME_ORIGINAL, _DNG_VERSION = 0x8769, 0x9003, 0xC612
_MOST_ENTRIES = 1000
_ASCII, _SHORT = 2, 3
_MOST_LETTERS = 64
"""No maker's and no model's name is longer."""


class Exif(NamedTuple):
    """`orientation` is 1 to 8, 1 where the block says nothing sensible; `taken_at` is the camera's local time.

    `camera` is its maker and model.
    """

    orientation: int = 1
    taken_at: datetime | None = None
    camera: str | None = None


def read_exif(tiff: Bytes) -> Exif:
    """What a TIFF-structured EXIF block (or a whole TIFF or RAW file, or a CR3's part) says; never raises."""
    main = _directory(tiff, 4)
    orientation = main.get(_ORIENTATION, 1)
    details = _directory(tiff, main[_EXIF_IFD]) if _EXIF_IFD in main else main
    taken_at = _time(tiff, details[_DATE_TIME_ORIGINAL]) if _DATE_TIME_ORIGINAL in details else None
    make, model = (_text(tiff, main[tag]) if tag in main else "" for tag in (_MAKE, _MODEL))
    return Exif(orientation if 1 <= orientation <= 8 else 1, taken_at, _camera(make, model))


def is_raw(tiff: Bytes) -> bool:
    """Whether a TIFF file is a camera's RAW, of which other readers see no more than a stamp-sized picture."""
    main = _directory(tiff, 4)
    reduced = main.get(_NEW_SUBFILE_TYPE) == 1
    return _DNG_VERSION in main or tiff[8:10] == b"CR" or (_SUB_IFDS in main and (reduced or _MAKE in main))


def _directory(tiff: Bytes, pointer: int) -> dict[int, int]:
    """The directory whose offset stands at `pointer`: for each tag its value, or the offset where its value lies."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    entries: dict[int, int] = {}
    if order is None:
        return entries
    try:
        (start,) = struct.unpack_from(order + "I", tiff, pointer)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for at in range(start + 2, start + 2 + 12 * min(count, _MOST_ENTRIES), 12):
            tag, kind = struct.unpack_from(order + "HH", tiff, at)
            (length,) = struct.unpack_from(order + "I", tiff, at + 4)
            (value,) = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), tiff, at + 8)
            lies_here = tag == _EXIF_IFD or (kind == _ASCII and length <= 4)
            entries.setdefault(tag, at + 8 if lies_here else value)
    except struct.error:  # the block ends too early; what came before counts
        pass
    return entries


def _time(tiff: Bytes, start: int) -> datetime | None:
    try:
        return datetime.strptime(tiff[start : start + 19].decode("ascii"), "%Y:%m:%d %H:%M:%S")
    except ValueError:  # blank, zeros, or no text at all
        return None


def _text(tiff: Bytes, start: int) -> str:
    """A text up to its NUL; "" where it is none."""
    text = bytes(tiff[start : start + _MOST_LETTERS]).partition(b"\0")[0].decode("utf-8", "replace")
    return " ".join(text.split()) if text.isprintable() else ""


def _camera(make: str, model: str) -> str | None:
    """Most makers write their name before the model's, too: once is enough."""
    if make and model.lower().startswith(make.split(maxsplit=1)[0].lower()):
        return model
    return f"{make} {model}".strip() or None
