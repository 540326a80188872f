"""Whether data are missing though the file has its length: the zeros that an interrupted copy or a failing disk leaves.

Decoders make a flat or black part of them. Only what cannot be in a good picture counts: a good picture may be black
below, and some encoders write one color as zeros.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from typing import Any, cast

from PIL import Image

from facesorter.images.content import Kind
from facesorter.images.heif_boxes import boxes, extents, kinds
from facesorter.images.lent_memory import Bytes

_ZEROS = 512
"""So many at least end a file that was cut off: the unit in which disks store and lose data."""

_CHUNK = 1 << 16
_ENOUGH = 16
_BLACK_SHARE = 0.6
"""Of bytes without compression, so many may be zero where something is to be seen; of fewer than `_ENOUGH`, none."""

_ITEM_ZEROS = {b"hvc1": 16, b"hev1": 16, b"av01": 128, b"mime": 16}
"""HEVC has no more than two zeros in a row by its definition; in AV1, whole black pictures of 12 megapixels had 16.
Of type `mime` is XMP, which is text."""

_WEBP_ZEROS = 32
_WEBP_SPARE = 16
"""No encoder writes so many bytes that its decoder has no use for."""

_RAW_ZEROS = 1 << 16
_RAW_SHARE = 0.05
"""Cameras fill RAW files up to a round size, but not by so much."""

_COMPRESSION, _STRIPS, _STRIP_LENGTHS, _PLANES = 259, 273, 279, 284
_TILE_WIDTH, _TILES, _TILE_LENGTHS, _BITS = 322, 324, 325, 258
_JPEG_IN_TIFF = 7


def lost(kind: Kind, data: Bytes, image: Image.Image) -> bool:
    """Whether a picture, whose header was read, ends before its file. Raises what Pillow raises of a damaged one."""
    if kind in (Kind.HEIF, Kind.AVIF):
        return _lost_from_boxes(data)
    if kind is Kind.WEBP:
        return _lost_from_webp(data)
    if kind is Kind.BMP:
        return _lost_from_bmp(data)
    return kind is Kind.TIFF and _lost_from_tiff(data, image)


def lost_from_raw(data: Bytes) -> bool:
    """Whether zeros stand for a good part of a RAW file, of which only the preview is looked at."""
    least = max(_RAW_ZEROS, int(len(data) * _RAW_SHARE))
    return len(data) > least and _last_byte(data, len(data) - least, len(data)) < 0


def lost_from_rows(data: Bytes, start: int, stride: int, end: int) -> bool:
    """Whether the last bytes of pixels without compression, in rows of `stride` bytes, are zeros that do not belong.

    They begin within a row then that was not black at its beginning, below pixels that are not black either. What is
    black in a picture begins with a row, or beside something black.
    """
    if end - start < _ZEROS or _last_byte(data, end - _ZEROS, end) >= 0:
        return False
    row, column = divmod(_last_byte(data, start, end) + 1 - start, stride)
    at = start + row * stride
    above = bytes(data[at - stride + column : at]) if row else b""
    beside = bytes(data[at : at + min(column, max(_ENOUGH, len(above)))])
    black = 0 if len(above) < _ENOUGH else _BLACK_SHARE
    return bool(above and beside) and all(part.count(0) <= black * len(part) for part in (above, beside))


def _last_byte(data: Bytes, start: int, end: int) -> int:
    """Where the last byte lies that is not zero, -1 if all are."""
    for at in range(end, start, -_CHUNK):
        begin = max(start, at - _CHUNK)
        kept = len(bytes(data[begin:at]).rstrip(b"\0"))
        if kept:
            return begin + kept - 1
    return -1


def _lost_from_bmp(data: Bytes) -> bool:
    start, header, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", data, 10)
    if header < 40 or compression not in (0, 3):  # of OS/2, or in runs
        return False
    stride = (width * bits + 31) // 32 * 4
    return lost_from_rows(data, start, stride, start + stride * abs(height))


def _lost_from_tiff(data: Bytes, image: Image.Image) -> bool:
    tags = cast("Mapping[int, Any]", image.tag_v2)  # type: ignore[attr-defined]
    tiled = _TILES in tags
    starts = cast("Sequence[int]", tags.get(_TILES if tiled else _STRIPS, ()))
    lengths = cast("Sequence[int]", tags.get(_TILE_LENGTHS if tiled else _STRIP_LENGTHS, ()))
    compression = tags.get(_COMPRESSION, 1)
    if compression == _JPEG_IN_TIFF:
        ends = (bytes(data[start : start + length]) for start, length in zip(starts, lengths, strict=True))
        return any(b"\xff\xd9" not in part[-16:] for part in ends)
    follow = all(starts[at] + lengths[at] == starts[at + 1] for at in range(len(starts) - 1))
    if compression != 1 or not starts or len(starts) != len(lengths) or not follow:
        return False  # others hold a sum, or more than their decoder can do without
    bits = cast("Sequence[int]", tags.get(_BITS, (1,)))
    width: int = tags[_TILE_WIDTH] if tiled else image.width
    stride = (width * (bits[0] if tags.get(_PLANES, 1) == 2 else sum(bits)) + 7) // 8
    return lost_from_rows(data, starts[0], stride, min(len(data), starts[-1] + lengths[-1]))


def _lost_from_webp(data: Bytes) -> bool:
    """Zeros at the end of the picture are lost data if the decoder can do without the last of them.

    A good picture may end with very many zeros, but needs them all.
    """
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name in (b"VP8 ", b"VP8L"):
            begin, end = at + 8, min(len(data), at + 8 + size)
            zeros = end - 1 - max(begin, _last_byte(data, begin, end))
            return zeros >= _WEBP_ZEROS and _is_webp(name, bytes(data[begin : end - _WEBP_SPARE]))
        at += 8 + size + size % 2
    return False


def _is_webp(name: bytes, content: bytes) -> bool:
    chunk = name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    file = io.BytesIO(b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk)
    try:
        Image.open(file, formats=["WEBP"]).load()
    except (OSError, ValueError, EOFError, SyntaxError):
        return False
    return True


def _lost_from_boxes(data: Bytes) -> bool:
    """Whether an item of HEIF or AVIF lies beyond the end of the file, or holds zeros as no encoder writes them."""
    try:
        meta = next(content for name, content in boxes(data, 0, len(data)) if name == b"meta")
        parts = dict(boxes(data, meta.start + 4, meta.stop))
        types = dict(kinds(data, parts[b"iinf"]))
        places = [*extents(data, parts[b"iloc"])]
    except (StopIteration, KeyError, struct.error, IndexError):
        return False  # what the decoder makes of it, it says itself
    for item, start, length in places:
        zeros = _ITEM_ZEROS.get(types.get(item, b""))
        if zeros and (start + length > len(data) or data.find(bytes(zeros), start, start + length) >= 0):
            return True
    return False
