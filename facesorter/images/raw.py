"""The JPEG preview inside a camera's RAW file.

Found by looking for it rather than by each maker's structure: every maker stores a plain JPEG somewhere, and a search
has nothing a hostile file could lead astray. Only a RAW file without one needs LibRaw, the optional `rawpy`.
"""

from __future__ import annotations

import struct
from collections import Counter
from contextlib import suppress

from facesorter.images.exif import Exif, read_exif
from facesorter.images.jpeg import Jpeg, find_jpeg
from facesorter.images.lent_memory import Bytes

_SMALLEST_PX = 500
_MOST_CANDIDATES = 1000
_MOST_ALIKE = 3


def preview(data: Bytes) -> Jpeg | None:
    """The largest JPEG picture in a RAW file, turned as the RAW file says, if its longer side has 500 pixels."""
    found: list[Jpeg] = []
    at = data.find(b"\xff\xd8\xff")
    for _ in range(_MOST_CANDIDATES):
        if at < 0:
            break
        with suppress(ValueError, struct.error):  # those three bytes occur by chance as well
            found.append(find_jpeg(data, at))
        at = data.find(b"\xff\xd8\xff", at + 3)
    sizes = Counter((jpeg.width, jpeg.height) for jpeg in found)
    # Many of one size are the tiles of a DNG that is itself compressed as JPEG.
    whole = [jpeg for jpeg in found if sizes[jpeg.width, jpeg.height] <= _MOST_ALIKE]
    largest = max(whole, key=lambda jpeg: jpeg.width * jpeg.height, default=None)
    if largest is None or max(largest.width, largest.height) < _SMALLEST_PX:
        return None
    return largest._replace(exif=_exif(data) or largest.exif)


def _exif(data: Bytes) -> Exif | None:
    """The EXIF facts of the RAW file itself: Canon's CR3 keeps them in two boxes, Fujifilm's RAF in its preview."""
    if data[4:8] == b"ftyp":
        general, details = (read_exif(data[data.find(box) + 4 :][:65536]) for box in (b"CMT1", b"CMT2"))
        return general._replace(taken_at=details.taken_at)
    return read_exif(data) if data[:2] in (b"II", b"MM") else None
