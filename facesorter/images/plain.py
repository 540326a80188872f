"""Pictures without compression, BMP and TIFF files of 8 bits a color, which need no decoder.

Their pixels lie where the header says, so that nothing can go wrong with them, and to send them to a worker would cost
more than to average them here. Whatever is unusual about a file is left to the worker, damage included.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from PIL import Image

from facesorter.images.content import Kind, kind_of
from facesorter.images.exif import Exif, read_exif
from facesorter.images.lost_data import lost_from_rows

_BAND_BYTES = 500_000
"""Rows are unpacked about so many bytes at a time, which stay in the processor's cache until they are averaged."""

_LONGEST_SIDE = 60_000

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes that a value of each type of TIFF's takes (TIFF 6.0, section 2); 3 and 4 are the numbers used below."""

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _COLORS, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_STARTS, _COMPONENTS, _ROWS, _LENGTHS, _PLANES, _MORE_COMPONENTS = 273, 277, 278, 279, 284, 338
_USUAL: dict[int, tuple[int, ...]] = {_COMPRESSION: (1,), _FILL_ORDER: (1,), _PLANES: (1,), _MORE_COMPONENTS: ()}
_PLAIN_RGB = _USUAL | {_BITS: (8, 8, 8), _COLORS: (2,), _COMPONENTS: (3,)}
_READ = {*_PLAIN_RGB, _WIDTH, _HEIGHT, _STARTS, _ROWS, _LENGTHS}
_MOST_ENTRIES = 1000


class Plain(NamedTuple):
    """Where the pixels lie: rows of `stride` bytes from `start` on, colors in this `order`, perhaps from below."""

    data: bytes
    width: int
    height: int
    start: int
    stride: int
    order: str
    upward: bool
    exif: Exif

    @property
    def lacks_data(self) -> bool:
        """Whether zeros stand for the last of the pixels; see `lost_data.lost_from_rows`."""
        return lost_from_rows(self.data, self.start, self.stride, self.start + self.stride * self.height)

    def reduced(self, factor: int) -> Image.Image:
        """The picture as it is stored, brought to a `factor`-th of its size by averaging."""
        small = Image.new("RGB", (-(-self.width // factor), -(-self.height // factor)), None)
        rows = factor * max(1, _BAND_BYTES // self.stride // factor)
        for top in range(0, self.height, rows):
            bottom = min(top + rows, self.height)
            at = self.start + (self.height - bottom if self.upward else top) * self.stride
            content = self.data[at : at + (bottom - top) * self.stride]
            turned = -1 if self.upward else 1
            band = Image.frombytes("RGB", (self.width, bottom - top), content, "raw", self.order, self.stride, turned)
            small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
        return small


def find_plain(data: bytes) -> Plain | None:
    """The picture that needs no decoder, or None if this file is of another kind, unusual or incomplete."""
    kind = kind_of(data)
    try:
        found = _bmp(data) if kind is Kind.BMP else _tiff(data) if kind is Kind.TIFF else None
    except (struct.error, LookupError, ValueError):  # the header ends too early, or says what it should not
        return None
    if found is None or not (0 < found.width <= _LONGEST_SIDE and 0 < found.height <= _LONGEST_SIDE):
        return None
    return found if found.start + found.stride * found.height <= len(data) else None


def _bmp(data: bytes) -> Plain | None:
    start, header, width, height, planes, bits, compression = struct.unpack_from("<IIiiHHI", data, 10)
    if header < 40 or start < 14 + header or (planes, bits, compression) != (1, 24, 0):
        return None
    return Plain(data, width, abs(height), start, (3 * width + 3) // 4 * 4, "BGR", height > 0, Exif())


def _tiff(data: bytes) -> Plain | None:
    """RGB colors side by side, whose strips follow one another without a gap."""
    tags = _USUAL | _numbers(data)
    if any(tags[tag] != value for tag, value in _PLAIN_RGB.items()):
        return None
    [width], [height] = tags[_WIDTH], tags[_HEIGHT]
    [rows] = tags.get(_ROWS, (height,))
    starts, lengths, stride = tags[_STARTS], tags[_LENGTHS], 3 * width
    follow = range(starts[0], starts[0] + stride * height, stride * min(rows, height))
    if not len(follow) == len(starts) == len(lengths) or starts != tuple(follow) or sum(lengths) != stride * height:
        return None
    return Plain(data, width, height, starts[0], stride, "RGB", upward=False, exif=read_exif(data))


def _numbers(tiff: bytes) -> dict[int, tuple[int, ...]]:
    """Those tags of the first directory that are `_READ`; `ValueError` if a value of any lies outside of the file."""
    order = {b"II*\0": "<", b"MM\0*": ">"}[tiff[:4]]
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, start)
    numbers: dict[int, tuple[int, ...]] = {}
    for at in range(start + 2, start + 2 + 12 * min(count, _MOST_ENTRIES), 12):
        tag, kind, many, place = struct.unpack_from(order + "HHII", tiff, at)
        size = _SIZES[kind] * many
        if size > 4 and place + size > len(tiff):
            raise ValueError("cut off")
        if tag in _READ:
            if tag in numbers or kind not in (3, 4) or many > _LONGEST_SIDE:
                raise ValueError("unusual")
            numbers[tag] = struct.unpack_from(f"{order}{many}{'HI'[kind - 3]}", tiff, place if size > 4 else at + 8)
    return numbers
