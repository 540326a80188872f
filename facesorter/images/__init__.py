"""Opens pictures: upright, RGB, sized down, safely. Nothing else in FaceSorter opens one.

The decoder is chosen by content, never by name, and a picture's claimed size is checked before memory is taken for
it. Plain JPEG, nearly all there is, is decoded right here by a decoder that lets go of the interpreter, and what is not
compressed needs no decoder; everything else is handed to a process of its own (`workers`), so that a hostile picture
can cost that process but not this one.
Every function may be called from many threads at once.
"""

from __future__ import annotations

import io
import math
import os
from contextlib import nullcontext
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.domain.giants import alone
from facesorter.domain.models import BoundingBox
from facesorter.domain.named_faces import StoredPicture
from facesorter.images.decoding import GIANT_PIXELS, Facts, Picture, decode_jpeg, decode_plain, facts_of, jpeg_in
from facesorter.images.jpeg import Jpeg
from facesorter.images.plain import Plain, find_plain
from facesorter.images.workers import Workers

__all__ = [
    "Picture",
    "cut_around",
    "cut_out",
    "decode",
    "encode_jpeg",
    "encode_png",
    "facts_in",
    "resized",
    "size_of",
    "stored_picture",
    "taken_at",
    "thumbnail",
]

CUT_FACES_WIDE, CUT_FACES_HIGH = 3.0, 2.2
"""A picture that is cut around a face is so many faces wide and high, where there is so much of it."""

_workers = Workers(os.cpu_count() or 1)


def decode(data: bytes, *, at_least: int | None = None) -> Picture:
    """The upright picture.

    With `at_least` it may be smaller than the original, but its longer side has that many pixels if the original has
    them. A picture of more than 128 megapixels always comes smaller. Raises `PhotoError`: lasting if the bytes are at
    fault, not lasting if an addition must be installed or the decoder ran out of time.
    """
    return _decode(data, at_least, copy_will_do=False)


def facts_in(data: bytes) -> Facts:
    """What is known without decoding: size, time, camera, orientation. Raises `PhotoError` as `decode` does."""
    harmless = _harmless(data)
    return facts_of(harmless) if harmless else _workers.facts(data)


def size_of(data: bytes) -> tuple[int, int]:
    """Upright width and height, without decoding. Raises `PhotoError` as `decode` does."""
    facts = facts_in(data)
    return facts.width, facts.height


def stored_picture(data: bytes) -> StoredPicture:
    """Size and orientation as the file has them, for programs that turn the picture themselves. Raises `PhotoError`."""
    facts = facts_in(data)
    width, height = (facts.width, facts.height) if facts.orientation < 5 else (facts.height, facts.width)
    return StoredPicture(width, height, facts.orientation)


def taken_at(data: bytes) -> datetime | None:
    """When the photo was taken, in the camera's local time, or None if it does not say. Raises `PhotoError`."""
    return facts_in(data).taken_at


def thumbnail(data: bytes, side_px: int) -> Picture:
    """The picture with its longer side `side_px`, never enlarged. Raises `PhotoError`.

    Made of the small copy that the file itself carries, where it carries one of that size.
    """
    picture = _decode(data, side_px, copy_will_do=True)
    height, width = picture.pixels.shape[:2]
    ratio = side_px / max(width, height)
    if ratio >= 1:
        return picture
    small = resized(picture.pixels, max(1, round(width * ratio)), max(1, round(height * ratio)))
    return Picture(small, picture.full_width, picture.full_height)


def resized(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """(H, W, 3) pixels brought to `width` and `height`, averaged over what each new pixel covers."""
    return np.array(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2))


def cut_around(pixels: NDArray[np.uint8], box: BoundingBox, side_px: int) -> NDArray[np.uint8]:
    """A part of a picture, 4 by 3, that holds a face with its hair and shoulders, at most `side_px` wide."""
    height, width = pixels.shape[:2]
    wanted = max(CUT_FACES_WIDE * box.width * width, 4 / 3 * CUT_FACES_HIGH * box.height * height)
    cut_width = max(1, round(min(wanted, width)))
    cut_height = max(1, round(min(wanted * 3 / 4, height)))
    left = round(min(max(0.0, box.center[0] * width - cut_width / 2), width - cut_width))
    top = round(min(max(0.0, box.center[1] * height - cut_height / 2), height - cut_height))
    part = pixels[top : top + cut_height, left : left + cut_width]
    ratio = min(1.0, side_px / cut_width)
    return resized(np.ascontiguousarray(part), max(1, round(cut_width * ratio)), max(1, round(cut_height * ratio)))


def cut_out(data: bytes, box: BoundingBox, side_px: int, source_px: int) -> NDArray[np.uint8]:
    """What `cut_around` cuts out of a picture with a longer side of `source_px` or more. Raises `PhotoError`.

    For a large face the picture is decoded smaller, if what is cut out comes to `side_px` all the same.
    """
    part = min(1.0, CUT_FACES_WIDE * box.width, 4 / 3 * CUT_FACES_HIGH * box.height)
    needed_px = side_px / max(part, 1e-3)
    needed_px = max(needed_px, 2 * side_px)  # what is cut out of an upright picture is no wider than the picture is
    picture = _decode(data, min(source_px, math.ceil(needed_px)), copy_will_do=True)
    return cut_around(picture.pixels, box, side_px)


def encode_jpeg(pixels: NDArray[np.uint8], quality: int = 90) -> bytes:
    """(H, W, 3) RGB pixels as a JPEG file; `quality` 1-95."""
    return _encoded(pixels, "JPEG", quality=quality)


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """(H, W, 3) RGB pixels as a PNG file, without loss."""
    return _encoded(pixels, "PNG", compress_level=1)


def _decode(data: bytes, at_least: int | None, *, copy_will_do: bool) -> Picture:
    harmless = _harmless(data)
    if isinstance(harmless, Jpeg):
        with alone() if _takes_memory(harmless, at_least) else nullcontext():
            return decode_jpeg(harmless, at_least, thorough=not copy_will_do)
    if harmless:
        return decode_plain(harmless, at_least)
    return _workers.decode(data, at_least, copy_will_do=copy_will_do)


def _takes_memory(jpeg: Jpeg, at_least: int | None) -> bool:
    """Of several scans, all must be held at full size; of one only what is handed out."""
    return jpeg.width * jpeg.height > GIANT_PIXELS and (jpeg.several_scans or at_least is None)


def _harmless(data: bytes) -> Jpeg | Plain | None:
    """The picture, if it may be decoded in this process."""
    jpeg = jpeg_in(data)
    return (jpeg if jpeg.modest else None) if jpeg else find_plain(data)


def _encoded(pixels: NDArray[np.uint8], image_format: str, **options: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, image_format, **options)
    return file.getvalue()
