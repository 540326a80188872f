"""Opens pictures: upright, RGB, sized down, safely. Nothing else in FaceSorter opens one.

The decoder is chosen by content, never by name, and a picture's claimed size is checked before memory is taken for
it. Every function may be called from many threads at once; the decoders let go of the interpreter while they work.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.images.decoding import Picture, decode, size_of, taken_at

__all__ = ["Picture", "decode", "encode_jpeg", "encode_png", "resized", "size_of", "taken_at", "thumbnail"]


def thumbnail(data: bytes, side_px: int) -> Picture:
    """The picture with its longer side `side_px`, never enlarged. Raises `PhotoError`."""
    picture = decode(data, at_least=side_px)
    height, width = picture.pixels.shape[:2]
    ratio = side_px / max(width, height)
    if ratio >= 1:
        return picture
    small = resized(picture.pixels, max(1, round(width * ratio)), max(1, round(height * ratio)))
    return Picture(small, picture.full_width, picture.full_height)


def resized(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """(H, W, 3) pixels brought to `width` and `height`, averaged over what each new pixel covers."""
    return np.array(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2))


def encode_jpeg(pixels: NDArray[np.uint8], quality: int = 90) -> bytes:
    """(H, W, 3) RGB pixels as a JPEG file; `quality` 1-95."""
    return _encoded(pixels, "JPEG", quality=quality)


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """(H, W, 3) RGB pixels as a PNG file, without loss."""
    return _encoded(pixels, "PNG", compress_level=1)


def _encoded(pixels: NDArray[np.uint8], image_format: str, **options: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, image_format, **options)
    return file.getvalue()
