"""Writes HEIC files as phones do: one picture as a grid of tiles, each coded by itself (ISO/IEC 23008-12)."""

from __future__ import annotations

import re
import struct
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

X265 = "log-level=none:keyint=1:colorprim=smpte432:transfer=iec61966-2-1:repeat-headers=1"
MATRICES = {6: ("smpte170m", "ITU601"), 1: ("bt709", "ITU709")}


def heic_grid(
    pixels: NDArray[np.uint8],
    *,
    tile: int = 256,
    quarters: int = 0,
    mirror: bool = False,
    matrix: int = 6,
    full_range: bool = True,
    deep: bool = False,
    profile: bytes = b"",
) -> bytes:
    """A HEIC file of these (H, W, 3) pixels, turned by so many quarters to the left when it is shown."""
    height, width = pixels.shape[:2]
    rows, columns = -(-height // tile), -(-width // tile)
    padded = np.pad(pixels, ((0, rows * tile - height), (0, columns * tile - width), (0, 0)), mode="edge")
    parts = [
        np.ascontiguousarray(padded[row * tile : (row + 1) * tile, column * tile : (column + 1) * tile])
        for row in range(rows)
        for column in range(columns)
    ]
    coded = [_coded(part, matrix, full_range, deep) for part in parts]
    bits = 10 if deep else 8
    color = box(b"colr", b"nclx", struct.pack(">HHHB", 12, 13, matrix, full_range << 7))
    if profile:
        color = box(b"colr", b"prof", profile)
    properties = [
        box(b"hvcC", _configuration(coded[0], bits)),
        full(b"ispe", struct.pack(">II", tile, tile)),
        color,
        full(b"ispe", struct.pack(">II", width, height)),
        full(b"pixi", bytes([3, bits, bits, bits])),
    ]
    if quarters:
        properties.append(box(b"irot", bytes([quarters])))
    if mirror:
        properties.append(box(b"imir", b"\x01"))
    of_grid = bytes([4, 3, 5, *(0x80 | number + 1 for number in range(5, len(properties)))])
    return _file(coded, (rows, columns, width, height), properties, of_grid)


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), name) + inside


def full(name: bytes, *content: bytes, version: int = 0) -> bytes:
    return box(name, struct.pack(">I", version << 24), *content)


def _file(
    coded: list[list[bytes]], layout: tuple[int, int, int, int], properties: list[bytes], of_grid: bytes
) -> bytes:
    rows, columns, width, height = layout
    tiles = [b"".join(struct.pack(">I", len(unit)) + unit for unit in units if _type(unit) < 32) for units in coded]
    grid, count = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height), len(tiles)
    entries = [*((number + 1, b"hvc1") for number in range(count)), (count + 1, b"grid")]
    infe = [full(b"infe", struct.pack(">HH4s", item, 0, kind), b"\0", version=2) for item, kind in entries]
    made_of = struct.pack(f">HH{count}H", count + 1, count, *range(1, count + 1))
    of_tiles = b"".join(struct.pack(">HB3B", number + 1, 3, 0x81, 2, 3) for number in range(count))
    of_grid = struct.pack(">HB", count + 1, len(of_grid)) + of_grid

    def meta(start: int) -> bytes:
        items = b""
        for number, tile in enumerate(tiles):
            items += struct.pack(">HHHHII", number + 1, 0, 0, 1, start, len(tile))
            start += len(tile)
        items += struct.pack(">HHHHII", count + 1, 1, 0, 1, 0, len(grid))
        return full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack(">H", count + 1)),
            full(b"iloc", struct.pack(">HH", 0x4400, count + 1), items, version=1),
            full(b"iinf", struct.pack(">H", count + 1), *infe),
            full(b"iref", box(b"dimg", made_of)),
            box(b"iprp", box(b"ipco", *properties), full(b"ipma", struct.pack(">I", count + 1), of_tiles, of_grid)),
            box(b"idat", grid),
        )

    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *tiles)


def _coded(tile: NDArray[np.uint8], matrix: int, full_range: bool, deep: bool) -> list[bytes]:
    """The units (NAL) of one tile, parameters included."""
    name, space = MATRICES[matrix]
    encoder = av.CodecContext.create("libx265", "w")
    encoder.height, encoder.width = tile.shape[:2]
    encoder.pix_fmt = "yuv420p10le" if deep else "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {
        "crf": "20",
        "preset": "ultrafast",
        "x265-params": f"{X265}:colormatrix={name}:range={'full' if full_range else 'limited'}",
    }
    frame = av.VideoFrame.from_ndarray(tile, format="rgb24")
    levels = 2 if full_range else 1
    frame = frame.reformat(format=encoder.pix_fmt, dst_colorspace=space, src_color_range=2, dst_color_range=levels)
    stream = b"".join(map(bytes, [*encoder.encode(frame), *encoder.encode()]))
    return [unit for unit in re.split(b"\0\0\0\1|\0\0\1", stream) if unit]


def _type(unit: bytes) -> int:
    return unit[0] >> 1 & 63


def _configuration(units: list[bytes], bits: int) -> bytes:
    """ISO/IEC 14496-15, section 8.3.3.1."""
    arrays = level = b""
    for kind in (32, 33, 34):
        [unit] = [unit for unit in units if _type(unit) == kind]
        arrays += struct.pack(">BHH", 0x80 | kind, 1, len(unit)) + unit
        if kind == 33:
            level = unit.replace(b"\0\0\3", b"\0\0")[3:15]
    numbers = struct.pack(">HBBBBHB", 0xF000, 0xFC, 0xFD, 0xF0 | bits, 0xF0 | bits, 0, 0x0B)
    numbers = numbers[:4] + bytes([0xF8 | bits - 8, 0xF8 | bits - 8]) + numbers[6:]
    return b"\1" + level + numbers + b"\3" + arrays
