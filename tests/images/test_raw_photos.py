"""RAW photos are read by the preview they carry, or developed where `facesorter[raw]` is installed."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facesorter import images
from facesorter.domain.errors import PhotoError
from facesorter.images.decoding import decode_any

Encode = Callable[..., bytes]


def jpeg(width: int, height: int, color: str = "gray") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, "JPEG")
    return file.getvalue()


def raw(*parts: bytes, orientation: int = 1, tags: dict[int, object] | None = None) -> bytes:
    """A DNG as far as its first directory goes, with other things behind it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0xC612] = b"\1\4\0\0"
    exif.get_ifd(0x8769)[0x9003] = "2021:05:12 12:21:21"
    for tag, value in (tags or {}).items():
        exif[tag] = value
    noise = random.Random(5).randbytes(200_000)
    return b"".join([exif.tobytes().removeprefix(b"Exif\0\0"), noise, *parts, noise])


def test_the_largest_preview_is_the_picture() -> None:
    data = raw(jpeg(160, 120, "red"), jpeg(1200, 800, "blue"), jpeg(640, 480, "green"))
    picture = images.decode(data)
    assert picture.pixels.shape == (800, 1200, 3)
    assert picture.pixels[400, 600].tolist() == [0, 0, 254]
    assert images.taken_at(data) == datetime(2021, 5, 12, 12, 21, 21)
    assert images.decode(data, at_least=300).pixels.shape == (200, 300, 3)


def test_a_preview_is_turned_as_the_raw_file_says() -> None:
    data = raw(jpeg(600, 400), orientation=6)
    assert images.decode(data).pixels.shape == (600, 400, 3)
    assert images.size_of(data) == (400, 600)


def test_tiles_are_no_previews() -> None:
    data = raw(jpeg(800, 600, "blue"), *[jpeg(1024, 1024, "red")] * 6)
    assert images.size_of(data) == (800, 600)


def test_a_fujifilm_raw_has_its_facts_in_its_preview(encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    file = io.BytesIO()
    Image.new("RGB", (600, 400)).save(file, "JPEG", exif=exif.tobytes())
    assert images.size_of(b"FUJIFILMCCD-RAW 0201" + bytes(64) + file.getvalue() + bytes(5000)) == (400, 600)


@pytest.mark.parametrize("tags", [{0xC612: b"\1\4\0\0"}, {0x00FE: 1, 0x014A: 8}, {0x010F: "A camera", 0x014A: 8}])
def test_raw_files_that_look_like_tiff_are_told_apart(tags: dict[int, object]) -> None:
    tags = {0xC612: None} | tags
    exif = Image.Exif()
    for tag, value in tags.items():
        if value is not None:
            exif[tag] = value
    data = exif.tobytes().removeprefix(b"Exif\0\0") + jpeg(600, 400)
    assert images.size_of(data) == (600, 400)


def test_a_scanner_s_tiff_is_no_raw(encode: Encode, photo: NDArray[np.uint8]) -> None:
    data = encode("TIFF", tiffinfo={0x010F: "A scanner"}) + jpeg(600, 400)
    assert (images.decode(data).pixels == photo).all()


def test_without_preview_the_addition_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rawpy", None)
    with pytest.raises(PhotoError, match=r"facesorter\[raw\]") as caught:
        decode_any(raw(jpeg(160, 120)), None, copy_will_do=False)
    assert not caught.value.lasting


def test_without_preview_a_broken_raw_is_damaged() -> None:
    pytest.importorskip("rawpy")
    with pytest.raises(PhotoError, match="damaged") as caught:
        images.decode(raw(jpeg(160, 120)))
    assert caught.value.lasting


def test_without_preview_a_raw_is_developed(data: Path) -> None:
    pytest.importorskip("rawpy")
    original = (data / "formats/pp_canon_eos_6d.dng").read_bytes()
    preview = images.decode(original).pixels
    start = original.find(b"\xff\xd8\xff", 140_000)
    developed = images.decode(original[:start] + b"\0\0\0" + original[start + 3 :]).pixels
    assert developed.shape == (816, 1224, 3)
    gray = [np.asarray(Image.fromarray(pixels).convert("L").resize((30, 20)), float) for pixels in (preview, developed)]
    assert np.corrcoef(gray[0].ravel(), gray[1].ravel())[0, 1] > 0.9
