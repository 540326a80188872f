"""HEIC photos as phones write them, a grid of HEVC tiles, decoded by FFmpeg, in three quarters of libheif's time.

The pixels are libheif's within one level. Of a picture that is made smaller they are within two levels, and further off
only where colors are cut off at black or white, as the planes are made smaller first. Whatever is unusual is left to
libheif: other depths, colors that are not those of JPEG, transparency, cropping, mirrors. So is everything where FFmpeg
is not installed. It belongs into a worker.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.images.heif_boxes import boxes, extents, kinds
from facesorter.images.lent_memory import Bytes

_GRID, _TILE = b"grid", b"hvc1"
_ALLOWED = {b"hvcC", b"ispe", b"colr", b"pixi", b"irot", b"auxC"}
_ALPHA = (b"urn:mpeg:hevc:2015:auxid:1", b"auxiliary:alpha")
_FULL_RANGE, _MATRICES = 2, (5, 6)
"""As JPEG has its colors: 0 to 255, by ITU-R BT.601; FFmpeg's numbers and those of ISO/IEC 23091-2 agree."""

_FORMATS = ("yuv420p", "yuvj420p")
_TURNS = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}

Planes = list[NDArray[np.uint8]]


class _Grid(NamedTuple):
    """How the tiles are coded, their data, how many lie in a row and in a column, and the picture's size and turn."""

    config: bytes
    tiles: list[bytes]
    columns: int
    rows: int
    width: int
    height: int
    quarters: int


def decode_grid(data: Bytes, factor: int) -> Image.Image | None:
    """The upright picture at a `factor`-th of its size, or None where libheif is to decode it."""
    with suppress(struct.error, LookupError, StopIteration, ValueError):
        grid = _grid(data)
        planes = _planes(grid) if grid else None
        if grid and planes:
            return _image(grid, planes, factor)
    return None


def _grid(data: Bytes) -> _Grid | None:
    meta = next(content for name, content in boxes(data, 0, len(data)) if name == b"meta")
    if any(bytes(data[meta]).find(urn) >= 0 for urn in _ALPHA):
        return None
    parts = dict(boxes(data, meta.start + 4, meta.stop))
    (primary,) = struct.unpack_from(
        ">H" if _byte(data, parts[b"pitm"].start) == 0 else ">I", data, parts[b"pitm"].start + 4
    )
    kind_of = dict(kinds(data, parts[b"iinf"]))
    if kind_of.get(primary) != _GRID:
        return None
    tiles = _parts_of(data, parts[b"iref"], primary)
    properties = dict(boxes(data, parts[b"iprp"].start, parts[b"iprp"].stop))
    values = list(boxes(data, properties[b"ipco"].start, properties[b"ipco"].stop))
    of_item = dict(_associations(data, properties[b"ipma"]))
    own = [values[number - 1] for number in of_item[primary]]
    of_tiles = {tuple(of_item[tile]) for tile in tiles}
    if len(of_tiles) != 1 or any(kind_of.get(tile) != _TILE for tile in tiles):
        return None
    shared = [values[number - 1] for number in next(iter(of_tiles))]
    if any(name not in _ALLOWED for name, _ in own + shared) or not all(_usual(data, one) for one in own + shared):
        return None
    places: dict[int, list[bytes]] = {}
    for item, start, length in extents(data, parts[b"iloc"]):
        places.setdefault(item, []).append(bytes(data[start : start + length]))
    columns, rows, width, height = _layout(data, parts[b"idat"])
    turns = [_byte(data, content.start) & 3 for name, content in own if name == b"irot"]
    if len(tiles) != columns * rows or len(turns) > 1:
        return None
    config = next(bytes(data[content]) for name, content in shared if name == b"hvcC")
    return _Grid(config, [b"".join(places[tile]) for tile in tiles], columns, rows, width, height, sum(turns))


def _byte(data: Bytes, at: int) -> int:
    return struct.unpack_from(">B", data, at)[0]


def _layout(data: Bytes, idat: slice) -> tuple[int, int, int, int]:
    """Columns, rows, width and height of a grid (section 6.6.2.3.2)."""
    _, flags, rows, columns = struct.unpack_from(">BBBB", data, idat.start)
    width, height = struct.unpack_from(">II" if flags & 1 else ">HH", data, idat.start + 4)
    return columns + 1, rows + 1, width, height


def _parts_of(data: Bytes, iref: slice, item: int) -> Sequence[int]:
    """The items that this one is made of."""
    number = "H" if _byte(data, iref.start) == 0 else "I"
    for name, content in boxes(data, iref.start + 4, iref.stop):
        source, count = struct.unpack_from(f">{number}H", data, content.start)
        if name == b"dimg" and source == item:
            return struct.unpack_from(f">{count}{number}", data, content.start + struct.calcsize(f">{number}H"))
    raise LookupError(b"dimg")


def _associations(data: Bytes, ipma: slice) -> Iterator[tuple[int, list[int]]]:
    """Each item with the numbers of its properties, from 1 on."""
    version, flags = _byte(data, ipma.start), _byte(data, ipma.start + 3)
    (count,) = struct.unpack_from(">I", data, ipma.start + 4)
    at = ipma.start + 8
    for _ in range(count):
        item, properties = struct.unpack_from(">HB" if version == 0 else ">IB", data, at)
        at += 3 if version == 0 else 5
        size, mask = (2, 0x7FFF) if flags & 1 else (1, 0x7F)
        numbers = [
            int.from_bytes(bytes(data[at + size * one : at + size * (one + 1)])) & mask for one in range(properties)
        ]
        at += size * properties
        yield item, [number for number in numbers if number]


def _usual(data: Bytes, value: tuple[bytes, slice]) -> bool:
    """Whether a property says what JPEG's colors would say."""
    name, content = value
    if name != b"colr" or bytes(data[content.start : content.start + 4]) != b"nclx":
        return True
    _, _, matrix, full = struct.unpack_from(">HHHB", data, content.start + 4)
    return matrix in _MATRICES and full >> 7 == 1


def _planes(grid: _Grid) -> Planes | None:
    """Brightness, and two planes of color of half the size, of the whole grid cut to the picture."""
    try:
        import av  # only a worker that meets HEIC pays for loading it
        from av.error import FFmpegError
    except ImportError:
        return None

    decoder: Any = av.CodecContext.create("hevc", "r")
    decoder.extradata = grid.config
    decoder.thread_count = 1
    planes: Planes = []
    number = 0
    try:
        packets = itertools.chain((av.Packet(tile) for tile in grid.tiles), [None])
        for frame in itertools.chain.from_iterable(map(decoder.decode, packets)):
            usual = frame.format.name in _FORMATS and frame.color_range == _FULL_RANGE and frame.colorspace in _MATRICES
            if not usual or number == len(grid.tiles) or frame.is_corrupt:
                return None
            if not planes:
                sides = [(grid.rows * plane.height, grid.columns * plane.width) for plane in frame.planes]
                if sides[0][0] < grid.height or sides[0][1] < grid.width:
                    return None
                planes = [np.empty(side, np.uint8) for side in sides]
            row, column = divmod(number, grid.columns)
            for plane, whole in zip(frame.planes, planes, strict=True):
                pixels = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[
                    : plane.height, : plane.width
                ]
                top, left = row * plane.height, column * plane.width
                whole[top : top + plane.height, left : left + plane.width] = pixels
            number += 1
    except (FFmpegError, ValueError):
        return None
    if number != len(grid.tiles):
        return None
    half = -(-grid.height // 2), -(-grid.width // 2)
    return [planes[0][: grid.height, : grid.width], *(plane[: half[0], : half[1]] for plane in planes[1:])]


def _image(grid: _Grid, planes: Planes, factor: int) -> Image.Image:
    """The picture in RGB; where it can be, the planes are made smaller before their colors are worked out."""
    divides = grid.width % factor == 0 and grid.height % factor == 0
    bands = [Image.fromarray(np.ascontiguousarray(plane)) for plane in planes]
    early = factor >= 4 and factor % 2 == 0 and divides
    if early:
        bands = [bands[0].reduce(factor), *(band.reduce(factor // 2) for band in bands[1:])]
    else:
        size = bands[0].size
        doubled = [np.repeat(np.repeat(plane, 2, 0), 2, 1)[: size[1], : size[0]] for plane in planes[1:]]
        bands = [bands[0], *map(Image.fromarray, doubled)]
    image = Image.merge("YCbCr", bands).convert("RGB")
    if grid.quarters:
        image = image.transpose(_TURNS[grid.quarters])
    return image if early or factor == 1 else image.reduce(factor)
