"""Pictures without compression come out as Pillow reads them, and what is unusual is left to a worker."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facesorter import images
from facesorter.domain.errors import PhotoError
from facesorter.images.decoding import decode_any
from facesorter.images.plain import find_plain

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]
Tags = dict[int, tuple[str, list[int]]]


def tiff(pixels: Pixels, rows: int, order: str = "<", **changed: tuple[str, list[int]]) -> bytes:
    """A TIFF file in strips of so many rows; `changed` replaces a tag by its number, `t259=("H", [5])`."""
    height, width = pixels.shape[:2]
    starts = [8 + top * width * 3 for top in range(0, height, rows)]
    lengths = [min(rows, height - top) * width * 3 for top in range(0, height, rows)]
    tags: Tags = {
        256: ("H", [width]),
        257: ("H", [height]),
        258: ("H", [8, 8, 8]),
        259: ("H", [1]),
        262: ("H", [2]),
        273: ("I", starts),
        277: ("H", [3]),
        278: ("H", [rows]),
        279: ("I", lengths),
    }
    tags |= {int(name[1:]): value for name, value in changed.items()}
    content = pixels.tobytes()
    directory, apart = b"", b""
    place = 8 + len(content) + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}{kind}", *values)
        directory += struct.pack(order + "HHI", tag, {"H": 3, "I": 4, "B": 1}[kind], len(values))
        directory += packed.ljust(4, b"\0") if len(packed) <= 4 else struct.pack(order + "I", place + len(apart))
        apart += packed if len(packed) > 4 else b""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(order + "I", 8 + len(content))
    return head + content + struct.pack(order + "H", len(tags)) + directory + b"\0\0\0\0" + apart


def through_pillow(data: bytes, at_least: int | None) -> Pixels:
    return decode_any(data, at_least, copy_will_do=False).pixels


@pytest.mark.parametrize("at_least", [None, 1, 50, 79, 80, 239])
@pytest.mark.parametrize("rows", [1, 7, 160, 9999])
@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_in_strips(photo: Pixels, rows: int, order: str, at_least: int | None) -> None:
    data = tiff(photo, min(rows, 160) if rows != 9999 else 9999, order)
    assert find_plain(data)
    assert (images.decode(data, at_least=at_least).pixels == through_pillow(data, at_least)).all()
    assert images.size_of(data) == (240, 160)


@pytest.mark.parametrize("at_least", [None, 1, 50, 80, 239])
@pytest.mark.parametrize("width", [237, 238, 239, 240])
@pytest.mark.parametrize("upward", [True, False])
def test_bmp_from_both_ends(photo: Pixels, width: int, upward: bool, at_least: int | None) -> None:
    file = io.BytesIO()
    Image.fromarray(photo[:157, :width] if upward else photo[156::-1, :width]).save(file, "BMP")
    data = bytearray(file.getvalue())
    if not upward:
        data[22:26] = struct.pack("<i", -157)  # the height of a picture stored from above is negative
    plain = find_plain(bytes(data))
    assert plain is not None
    assert plain.upward is upward
    pixels = images.decode(bytes(data), at_least=at_least).pixels
    assert (pixels == through_pillow(bytes(data), at_least)).all()
    if at_least is None:
        assert (pixels == photo[:157, :width]).all()


def test_bands_of_rows_meet() -> None:
    """A picture that is unpacked in many bands is the same as one that is unpacked at once."""
    pixels = np.random.default_rng(3).integers(0, 256, (1501, 1003, 3), np.uint8)
    data = tiff(pixels, 100)
    for at_least in (None, 60, 100, 500, 501):
        assert (images.decode(data, at_least=at_least).pixels == through_pillow(data, at_least)).all()


def test_orientation_is_heeded(photo: Pixels) -> None:
    for orientation in range(10):
        data = tiff(photo, 160, t274=("H", [orientation]))
        assert find_plain(data)
        assert (images.decode(data).pixels == through_pillow(data, None)).all()


@pytest.mark.parametrize(
    "changed",
    [
        {"t259": ("H", [5])},
        {"t259": ("B", [5])},
        {"t258": ("H", [16, 16, 16])},
        {"t262": ("H", [6])},
        {"t266": ("H", [2])},
        {"t277": ("H", [4])},
        {"t278": ("H", [0])},
        {"t278": ("H", [10])},
        {"t279": ("I", [5])},
        {"t273": ("I", [60000])},
        {"t273": ("I", list(range(61000)))},
        {"t256": ("I", [0])},
        {"t257": ("I", [0xFFFFFFFF])},
        {"t256": ("H", [240, 240])},
        {"t284": ("H", [2])},
        {"t338": ("H", [1])},
    ],
)
def test_unusual_tiff_files_are_left_to_a_worker(photo: Pixels, changed: dict[str, Any]) -> None:
    assert find_plain(tiff(photo, 160))
    assert find_plain(tiff(photo, 160, **changed)) is None


def test_unusual_bmp_files_are_left_to_a_worker(encode: Encode) -> None:
    data = encode("BMP")
    assert find_plain(data)
    for place, value in ((10, 20), (14, 12), (18, 70_000), (26, 0x00200001), (30, 1), (22, 161), (22, 0)):
        changed = bytearray(data)
        changed[place : place + 4] = struct.pack("<I", value)
        assert find_plain(bytes(changed)) is None
    assert find_plain(encode("BMP", mode="L")) is None


@pytest.mark.parametrize("kind", ["TIFF", "BMP"])
def test_what_is_cut_off_is_damaged(kind: str, photo: Pixels, encode: Encode) -> None:
    data = tiff(photo, 7) if kind == "TIFF" else encode("BMP")
    for length in (30, 60, len(data) // 2, len(data) - 300, len(data) - 1):
        assert find_plain(data[:length]) is None
        with pytest.raises(PhotoError, match="damaged"):
            images.decode(data[:length])
