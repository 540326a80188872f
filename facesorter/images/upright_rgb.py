"""From a picture as its decoder gives it, of whatever colors, to upright RGB pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_REDUCIBLE_MODES = ("L", "RGB", "RGBA", "CMYK", "YCbCr")
_BANDED_MODES = ("L", "RGB", "CMYK")
_BAND_PIXELS = 100_000


def upright_rgb(image: Image.Image, orientation: int, factor: int) -> NDArray[np.uint8]:
    """(H, W, 3) RGB, turned as the EXIF Orientation says and reduced by a whole `factor`. Transparency is white."""
    if factor > 1:
        image = (image if image.mode in _REDUCIBLE_MODES else _rgb(image)).reduce(factor)
    if image.mode not in _BANDED_MODES or image.has_transparency_data:
        image = _rgb(image)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    return _pixels(image)


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    """The RGB pixels, unpacked a band at a time: all at once, a large picture would be held three times over."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    rows = max(1, _BAND_PIXELS // max(1, image.width))
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        pixels[top:bottom] = np.asarray(_rgb(image.crop((0, top, image.width, bottom))))
    return pixels


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        return _from_deep_gray(np.asarray(image))
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return white
    return image.convert("RGB")


def _from_deep_gray(levels: NDArray[Any]) -> Image.Image:
    """Gray of more than 8 bits: 16 bits are scaled as such, others over the range they use."""
    if levels.dtype.itemsize == 2:
        gray = (levels >> 8).astype(np.uint8)
    else:
        usable = np.nan_to_num(levels.astype(np.float32))
        span = float(usable.max() - usable.min()) or 1.0
        gray = ((usable - usable.min()) * (255 / span)).astype(np.uint8)
    return Image.fromarray(gray).convert("RGB")
