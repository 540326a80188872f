"""What cannot be decoded whole is refused with a sentence, in little time and memory; it never comes out half."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facesorter import images
from facesorter.domain.errors import PhotoError
from facesorter.images.decoding import jpeg_in

Encode = Callable[..., bytes]

DAMAGED = "damaged or incomplete"
ROOT = str(Path(__file__).parents[2])
CUT_AT = (0.001, 0.3, 0.5, 0.9, 0.999, 0.9999)


def reason(data: bytes, at_least: int | None = None) -> str:
    """Why decoding fails, lastingly; the test fails if it does not."""
    with pytest.raises(PhotoError) as caught:
        images.decode(data, at_least=at_least)
    assert caught.value.lasting
    return caught.value.reason


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF", "AVIF", "JPEG2000"])
def test_truncated_pictures_are_damaged(image_format: str, encode: Encode) -> None:
    data = encode(image_format)
    for share in CUT_AT:
        for at_least in (None, 60):
            cut = data[: min(int(len(data) * share), len(data) - 1)]
            assert DAMAGED in reason(cut, at_least) or len(cut) < 20


def test_a_truncated_progressive_jpeg_is_damaged(encode: Encode) -> None:
    data = encode("JPEG", progressive=True)
    for share in CUT_AT:
        assert DAMAGED in reason(data[: int(len(data) * share)], 60) or share == 0.001


def test_a_jpeg_without_its_end_is_damaged(encode: Encode) -> None:
    """Zeros in place of the rest, as a failed download leaves them, would be decoded into something."""
    for options in ({}, {"progressive": True}, {"restart_marker_blocks": 5}):
        data = encode("JPEG", **options)
        for share in (0.5, 0.9, 0.999):
            assert DAMAGED in reason(data[: int(len(data) * share)].ljust(len(data), b"\0"), 60)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("restarts", [0, 5])
def test_a_jpeg_that_ends_early_is_damaged(mode: str, restarts: int, encode: Encode) -> None:
    """Some of it was lost, and the end is where it should be: the decoder would fill it up with gray."""
    data = encode("JPEG", mode=mode, restart_marker_blocks=restarts)
    scan = data.index(b"\xff\xda") + 20
    for share in (0.1, 0.5, 0.9):
        lost = data[: scan + int((len(data) - scan) * share)] + b"\xff\xd9"
        for at_least in (None, 60):
            assert DAMAGED in reason(lost, at_least)
    without_the_middle = data[: len(data) // 2] + data[len(data) // 2 + len(data) // 5 :]
    assert restarts or DAMAGED in reason(without_the_middle)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("restarts", [0, 1, 5])
@pytest.mark.parametrize("size", [(8, 64), (17, 67), (239, 101), (640, 480)])
def test_a_jpeg_that_is_gray_at_its_end_is_whole(mode: str, restarts: int, size: tuple[int, int]) -> None:
    gray = 127 if mode == "CMYK" else 128
    levels = np.full((*size[::-1], len(Image.new(mode, (1, 1)).getbands())), gray, np.uint8)
    levels[: size[1] // 2] = np.random.default_rng(4).integers(0, 256, levels[: size[1] // 2].shape)
    file = io.BytesIO()
    image = Image.fromarray(levels[..., 0] if mode == "L" else levels, mode="CMYK" if mode == "CMYK" else None)
    image.save(file, "JPEG", restart_marker_blocks=restarts)
    for at_least in (None, 1, 60):
        picture = images.decode(file.getvalue(), at_least=at_least)
        assert np.ptp(picture.pixels[-1, -1].astype(int)) <= 1


GIANT = """
import io, resource
from PIL import Image
from facesorter.images.workers import Workers
file = io.BytesIO()
Image.new("RGB", (11_000, 11_000)).save(file, "PNG", compress_level=1)
workers = Workers(1)
assert workers.decode(file.getvalue(), None).pixels.shape == (11_000, 11_000, 3)
assert not any(kept.worker for kept in workers._idle.queue)  # it was ended, whatever it would have kept
workers.end()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Prints the most kilobytes that a worker took for a giant."""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of memory has other units")
def test_a_giant_takes_less_than_a_gigabyte() -> None:
    """121 megapixels, about the most that is decoded whole. In a program of its own, whose only child is the worker."""
    result = subprocess.run(
        [sys.executable, "-c", GIANT], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": ROOT}
    )
    assert 300_000 < int(result.stdout) < 1_000_000


def test_a_film_cut_in_its_second_frame_is_damaged(encode: Encode) -> None:
    data = encode("GIF", save_all=True, append_images=[Image.new("RGB", (240, 160), "red")])
    assert DAMAGED in reason(data[: len(data) - 60])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"<html>404 Not Found</html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"SIMPLE  =                    T" + b" " * 3000,
        b"8BPS\0\1" + b"\0" * 300,
        b"\x59\xa6\x6a\x95" + b"\0" * 300,
        b"P6 9 9 255 " + b"\0" * 300,
    ],
)
def test_other_files_are_not_opened(data: bytes) -> None:
    assert reason(data) in (
        "The file is empty.",
        "This is not a picture, or not of a kind that FaceSorter reads.",
    )


def test_giants_are_refused_by_their_header(encode: Encode) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    jpeg = bytearray(encode("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 60000, 60000)
    for giant in (png, bytes(jpeg), b"GIF89a\xff\xff\xff\xff\0\0\0;"):
        assert "more pixels than" in reason(giant) or DAMAGED in reason(giant)
    assert "more pixels than" in reason(bytes(jpeg))


def test_a_picture_with_too_little_data_takes_no_memory(encode: Encode) -> None:
    jpeg = bytearray(encode("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 12000, 12000)
    assert DAMAGED in reason(bytes(jpeg[:-2]), 60)


def test_metadata_alone_are_no_jpeg() -> None:
    assert DAMAGED in reason(b"\xff\xd8" + b"\xff\xe1\x00\x04ab" * 10_000 + b"\xff\xd9")
    assert DAMAGED in reason(b"\xff\xd8" + b"\xff" * 100_000)


def test_a_jpeg_of_endless_scans_is_left_to_a_worker(encode: Encode) -> None:
    data = encode("JPEG", progressive=True)
    scan = data.rindex(b"\xff\xda")
    many = data[:scan] + data[scan:-2] * 1000 + data[-2:]
    assert images.thumbnail(many, 240).pixels.shape == (160, 240, 3)  # small, so that it is quick all the same

    grown = bytearray(many)
    frame = grown.index(b"\xff\xc2")
    grown[frame + 5 : frame + 9] = struct.pack(">HH", 7000, 7000)
    assert images.size_of(bytes(grown)) == (7000, 7000)
    jpeg = jpeg_in(bytes(grown))
    assert jpeg is not None
    assert not jpeg.modest


def test_shared_bad_files(data: Path) -> None:
    for path in sorted((data / "bad").iterdir()):
        content = path.read_bytes()
        if "readable" in path.name:
            assert images.decode(content).pixels.std() > 10, path.name
        elif path.name.startswith(("truncated", "empty", "text", "html", "random", "one_byte", "header")):
            assert reason(content), path.name
        else:
            with suppress(PhotoError):
                assert images.decode(content, at_least=400).pixels.dtype == np.uint8


def test_flipped_bits_raise_nothing_else(encode: Encode) -> None:
    random = np.random.default_rng(7)
    for image_format in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF", "AVIF", "JPEG2000"):
        original = encode(image_format)
        for _ in range(20):
            data = bytearray(original)
            for position in random.integers(0, len(data), 5):
                data[position] ^= 1 << int(random.integers(8))
            with suppress(PhotoError):
                assert images.decode(bytes(data), at_least=60).pixels.ndim == 3
