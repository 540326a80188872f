"""The boxes of which HEIF and AVIF files are made, as far as they are read here."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from facesorter.images.lent_memory import Bytes

_MOST_ITEMS = 10_000


def boxes(data: Bytes, at: int, end: int) -> Iterator[tuple[bytes, slice]]:
    """The name of each box and where its content lies (ISO/IEC 14496-12, section 4.2)."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            header = 16
        stop = at + size if size else end
        if size and size < header:
            return
        yield name, slice(at + header, min(stop, end))
        at = stop


def kinds(data: Bytes, iinf: slice) -> Iterator[tuple[int, bytes]]:
    """The type of each item (section 8.11.6)."""
    (version,) = struct.unpack_from(">B", data, iinf.start)
    for name, entry in boxes(data, iinf.start + (6 if version == 0 else 8), iinf.stop):
        if name == b"infe" and data[entry.start] in (2, 3):
            layout = ">H2x4s" if data[entry.start] == 2 else ">I2x4s"
            yield struct.unpack_from(layout, data, entry.start + 4)


def extents(data: Bytes, iloc: slice) -> Iterator[tuple[int, int, int]]:
    """Item, start and length of what items hold in the file itself (section 8.11.3)."""
    (version, sizes) = struct.unpack_from(">B3xH", data, iloc.start)
    at = iloc.start + 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        if at > iloc.stop:
            raise IndexError("cut off")
        return int.from_bytes(bytes(data[at - size : at]), "big")

    wide = 4 if version == 2 else 2
    for _ in range(min(number(wide), _MOST_ITEMS)):
        item = number(wide)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(sizes >> 4 & 15)
        for _ in range(min(number(2), _MOST_ITEMS)):
            if version:
                number(sizes & 15)
            start = base + number(sizes >> 12)
            length = number(sizes >> 8 & 15)
            if method == 0 and length:
                yield item, start, length
