"""Files that have their length but not all of their data are damaged; pictures that are black below are not."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from facesorter import images
from facesorter.domain.errors import PhotoError
from facesorter.images.decoding import jpeg_in
from facesorter.images.lost_data import lost_from_raw

Encode = Callable[..., bytes]

KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "BMP": ("BMP", "RGB", {}),
    "gray BMP": ("BMP", "L", {}),
    "BMP with a palette": ("BMP", "P", {}),
    "BMP with alpha": ("BMP", "RGBA", {}),
    "TIFF": ("TIFF", "RGB", {}),
    "gray TIFF": ("TIFF", "L", {}),
    "TIFF with alpha": ("TIFF", "RGBA", {}),
    "TIFF of 16 bits": ("TIFF", "I;16", {}),
    "TIFF by LZW": ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    "TIFF by deflate": ("TIFF", "RGB", {"compression": "tiff_adobe_deflate"}),
    "TIFF by runs": ("TIFF", "RGB", {"compression": "packbits"}),
    "HEIF": ("HEIF", "RGB", {}),
    "AVIF": ("AVIF", "RGB", {}),
    "WebP": ("WEBP", "RGB", {}),
    "WebP with alpha": ("WEBP", "RGBA", {}),
    "WebP without loss": ("WEBP", "RGB", {"lossless": True}),
    "WebP without loss or effort": ("WEBP", "RGB", {"lossless": True, "method": 0, "quality": 0}),
    "PNG": ("PNG", "RGB", {}),
    "GIF": ("GIF", "RGB", {}),
    "JPEG 2000": ("JPEG2000", "RGB", {}),
    "JPEG": ("JPEG", "RGB", {}),
    "JPEG with tables of its own": ("JPEG", "RGB", {"optimize": True}),
    "progressive JPEG": ("JPEG", "RGB", {"progressive": True}),
}


def is_damaged(data: bytes, at_least: int | None = None) -> bool:
    try:
        images.decode(data, at_least=at_least)
    except PhotoError as error:
        return "damaged" in error.reason and error.lasting
    return False


def photograph(mode: str, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Soft colors with some noise; nowhere black."""
    rows, columns = np.mgrid[: size[1], : size[0]]
    waves = [96 + 60 * np.sin(rows / (9 + band) + columns / (17 + 5 * band)) for band in range(3)]
    noise = np.random.default_rng(7).normal(0, 8, (*size[::-1], 3))
    image = Image.fromarray(np.clip(np.stack(waves, -1) + noise, 20, 255).astype(np.uint8))
    if mode != "I;16":
        return image.convert(mode)
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


def encoded(kind: str, image: Image.Image) -> bytes:
    image_format, _, options = KINDS[kind]
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_tail_of_zeros_is_damage(kind: str, share: float) -> None:
    data = encoded(kind, photograph(KINDS[kind][1]))
    assert not is_damaged(data)
    kept = int(len(data) * share)
    assert is_damaged(data[:kept] + bytes(len(data) - kept))
    assert is_damaged(data[:kept] + bytes(len(data) - kept), 100)


def black_below() -> Iterator[Image.Image]:
    """Pictures of which a part is black: bars, a frame, two side by side, turned ones, an oval, dark ones."""
    photo = photograph("RGB")
    width, height = photo.size
    bar = photo.copy()
    bar.paste((0, 0, 0), (0, 180, width, height))
    yield bar
    yield bar.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    frame = Image.new("RGB", (width + 40, height + 40))
    frame.paste(photo, (20, 0))
    yield frame
    pair = Image.new("RGB", (2 * width, height + 40))
    pair.paste(photo.resize((width, height - 17)), (0, 0))
    pair.paste(photo, (width, 0))
    yield pair
    yield pair.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for degrees in (0.5, -0.5, 5, -30):
        yield photo.rotate(degrees, expand=True)
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).ellipse((0, 0, width, height), fill=255)
    yield Image.composite(photo, Image.new("RGB", photo.size), mask)
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 9), 12, fill=255)
    yield Image.composite(photo, Image.new("RGB", photo.size), mask)
    yield photo.point([max(0, level - 110) for level in range(256)] * len(photo.getbands()))
    yield Image.new("RGB", photo.size)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][1] == "RGB" and "effort" not in kind])
def test_what_is_black_below_is_whole(kind: str) -> None:
    for image in black_below():
        assert not is_damaged(encoded(kind, image), 100)


@pytest.mark.parametrize("color", ["black", "white"])
def test_zeros_that_the_decoder_needs_are_no_damage(color: str) -> None:
    """Of one color below, without effort: two thirds of the file are zeros."""
    image = Image.new("RGB", (1600, 1200), color)
    image.paste(photograph("RGB"))
    data = encoded("WebP without loss or effort", image)
    assert data.endswith(bytes(10_000))
    assert not is_damaged(data)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("at_least", [None, 60])
def test_a_progressive_jpeg_that_was_cut_and_closed_is_damaged(mode: str, at_least: int | None) -> None:
    file = io.BytesIO()
    photograph(mode, (800, 600)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    assert not is_damaged(data, at_least)
    assert not is_damaged(data + b"a film follows" + bytes(1000), at_least)
    for share in (0.2, 0.5, 0.8, 0.9, 0.99, 0.999):
        assert is_damaged(data[: int(len(data) * share)] + b"\xff\xd9", at_least), share


def test_whole_progressive_pictures_are_not_taken_for_cut_ones() -> None:
    random = np.random.default_rng(3)
    for number in range(60):
        size = tuple(int(side) for side in random.integers(1, 200, 2))
        image = Image.fromarray(random.integers(0, 256, (size[1], size[0], 3), np.uint8))
        if number % 3:
            image = image.resize((1 + size[0] // 9, 1 + size[1] // 9)).resize((size[0], size[1]))
        file = io.BytesIO()
        image.save(file, "JPEG", progressive=True, quality=int(random.integers(5, 98)), subsampling=number % 3)
        assert not is_damaged(file.getvalue()), number


def test_a_thumbnail_does_without_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    photograph("RGB").save(file, "JPEG", progressive=True)
    monkeypatch.setattr("facesorter.images.jpeg_decoder._takes_more", lambda *_: True)
    assert images.thumbnail(file.getvalue(), 100).pixels.shape[1] == 100
    assert is_damaged(file.getvalue())


def test_a_raw_file_that_ends_in_zeros_is_damaged_though_its_preview_is_whole(encode: Encode) -> None:
    preview = io.BytesIO()
    photograph("RGB", (640, 480)).save(preview, "JPEG")
    sensor = np.random.default_rng(5).integers(1, 256, 1_000_000, np.uint8).tobytes()
    raw = b"FUJIFILMCCD-RAW" + bytes(100) + preview.getvalue() + sensor
    assert jpeg_in(raw)
    assert jpeg_in(raw + bytes(60_000))  # filled up to a round size
    with pytest.raises(PhotoError, match="damaged"):
        jpeg_in(raw[:-400_000] + bytes(400_000))
    assert not lost_from_raw(encode("JPEG"))
