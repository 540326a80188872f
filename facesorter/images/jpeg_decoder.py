"""JPEG by Pillow's decoder, and what that fills up in silence: a file whose data end before its picture does."""

from __future__ import annotations

import re

import numpy as np
from PIL import Image

from facesorter.images.jpeg import Jpeg

MODES = {1: ("L", "L"), 3: ("RGB", "RGB"), 4: ("CMYK", "CMYK;I")}
"""Pillow's mode for so many components, and what its decoder makes; inks are stored inverted, as Adobe began it."""

_END = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_COEFFICIENTS = 64
_MOST_SCANS = 1000
_FINEST_SCALE = 4
"""At an eighth of the size the decoder leaves out all but the mean of each block, and so most of the last scan."""

_MORE_DATA = bytes.fromhex("5533cc0f") * 64
"""Bits of all lengths, which no decoder takes for the padding at the end of a scan."""


def decompressed(jpeg: Jpeg, content: bytes, scale: int) -> Image.Image:
    """The picture in these bytes at a `scale`-th of its size. Raises `ValueError` if it does not come to its end."""
    mode, order = MODES[jpeg.components]
    image = Image.new(mode, (-(-jpeg.width // scale), -(-jpeg.height // scale)), None)
    image.frombytes(content, "jpeg", order, "", scale, 0)
    return image


def lacks_data(jpeg: Jpeg, image: Image.Image, scale: int, *, thorough: bool) -> bool:
    """Whether the file holds less than its picture, which was decoded at a `scale`-th; a few blocks may pass unnoticed.

    Of several scans the last one is looked at only if `thorough`, since the picture must be decoded again for it.
    """
    if jpeg.data.rfind(_END, jpeg.scan) < 0:
        return True
    if not jpeg.several_scans:
        return _fades_to_gray(image) and _asks_for_more(jpeg)
    return _lacks_scans(jpeg) or (thorough and _takes_more(jpeg, image, scale))


def _fades_to_gray(image: Image.Image) -> bool:
    """Whether the last pixel is as the decoder leaves it where a file ends before its picture does."""
    levels = np.asarray(image.crop((image.width - 1, image.height - 1, image.width, image.height)))
    return bool(((levels == 127) | (levels == 128)).all())


def _asks_for_more(jpeg: Jpeg) -> bool:
    """Whether the decoder asks for more once it is not told that the picture ends."""
    try:
        decompressed(jpeg, jpeg.data[jpeg.start : jpeg.first_end()] + bytes(64), 8)
    except ValueError:
        return True
    return False


def _takes_more(jpeg: Jpeg, image: Image.Image, scale: int) -> bool:
    """Whether the decoder takes more data for a part of the last scan, which it skips after a scan that is whole."""
    content = jpeg.data[jpeg.start : jpeg.first_end()]
    if scale > _FINEST_SCALE:
        scale = _FINEST_SCALE
        image = decompressed(jpeg, content + _END, scale)
    more = decompressed(jpeg, content + _MORE_DATA + _END, scale)
    return more.tobytes() != image.tobytes()


def _lacks_scans(jpeg: Jpeg) -> bool:
    """Whether a coefficient of a component has no scan, or none that brings its last bit."""
    missing: dict[int, int] = {}  # for each component the coefficients, as bits
    for begin in _scans(jpeg):
        count = jpeg.data[begin + 4]
        names = jpeg.data[begin + 5 : begin + 5 + 2 * count : 2]
        first, last, approximation = jpeg.data[begin + 5 + 2 * count : begin + 8 + 2 * count]
        brought = (2 << last) - (1 << first) if approximation & 15 == 0 else 0
        for name in names:
            missing[name] = missing.get(name, (1 << _COEFFICIENTS) - 1) & ~brought
    return len(missing) < jpeg.components or any(missing.values())


def _scans(jpeg: Jpeg) -> list[int]:
    """Where the scans of the picture begin."""
    scans: list[int] = []
    at = jpeg.scan
    while len(scans) < _MOST_SCANS and (found := _MARKER.search(jpeg.data, at)):
        at = found.start()
        marker = jpeg.data[at + 1]
        if marker == _END_OF_IMAGE:
            break
        if marker == _START_OF_SCAN:
            scans.append(at)
        at += 2 + int.from_bytes(jpeg.data[at + 2 : at + 4], "big")
    return scans
