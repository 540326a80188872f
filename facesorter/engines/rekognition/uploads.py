"""Pictures as Amazon Rekognition takes them: JPEG, upright, 80 to 10,000 px a side, at most 5 MB.

A JPEG that fits goes as it is, without its metadata (places, names, serial numbers): nothing is gained by coding it a
second time, and a little would be lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox, EncodedPicture, Face, Point
from facesorter.images import decode, encode_jpeg, resized, size_of
from facesorter.images.decoding import jpeg_in
from facesorter.images.jpeg import Jpeg

Pixels = NDArray[np.uint8]

MOST_BYTES = 5_242_880
SHORTEST_SIDE_PX = 80
LONGEST_SIDE_PX = 10_000
"""Larger pictures are refused: "Input image dimensions 10800 x 5400 exceed maximum dimension size of 10000 pixels"."""

MOST_PIXELS = 3840 * 2160
"""Rekognition finds faces of 40 px in 1920 x 1080, and larger ones in proportion in larger pictures: four times as
many pixels give the smallest of them 80 px to be recognized by, and more would only make the way longer."""

QUALITIES = (92, 85, 75)
WHOLE = BoundingBox(0, 0, 1, 1)
GREY = 128

_FOUR_INKS = 4  # CMYK, which not every reader turns into the right colors


class Upload(NamedTuple):
    """What is sent, and where it lies in the upright original, as ratios; padding makes that reach beyond 1."""

    data: bytes
    window: BoundingBox

    def box(self, sent: BoundingBox) -> BoundingBox:
        """A box of what was sent as a box of the original."""
        left, top, width, height = self.window
        return BoundingBox(left + sent.left * width, top + sent.top * height, sent.width * width, sent.height * height)

    def point(self, sent: Point) -> Point:
        """A point of what was sent as a point of the original."""
        return Point(self.window.left + sent.x * self.window.width, self.window.top + sent.y * self.window.height)


def upload(picture: EncodedPicture) -> Upload:
    """The whole picture. Raises `PhotoError` if it cannot be decoded."""
    jpeg = jpeg_in(picture.data)
    if jpeg and _fits(jpeg):
        plain = jpeg.picture()
        if len(plain) <= MOST_BYTES:
            decode(picture.data, at_least=1)  # a damaged picture is to be told of, not sent
            return Upload(plain, WHOLE)
    width, height = size_of(picture.data)
    scale = _scale(width, height)
    return cut(decode(picture.data, at_least=math.ceil(max(width, height) * scale)).pixels, WHOLE)


def cut(pixels: Pixels, window: BoundingBox) -> Upload:
    """The part of an upright picture that `window` (ratios) names, within the limits of size."""
    height, width = pixels.shape[:2]
    left, right = (_inside(ratio * width, width) for ratio in (window.left, window.left + window.width))
    top, bottom = (_inside(ratio * height, height) for ratio in (window.top, window.top + window.height))
    part = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    cut_height, cut_width = part.shape[:2]
    data, (padded_width, padded_height) = _encoded(part)
    return Upload(
        data,
        BoundingBox(left / width, top / height, cut_width / width * padded_width, cut_height / height * padded_height),
    )


class CoveredFaces:
    """A picture whose faces are painted over, so that one at a time can be shown."""

    def __init__(self, pixels: Pixels, faces: Sequence[Face]) -> None:
        self._original = pixels
        self._covered = pixels.copy()
        self._places = [_rows_and_columns(face.box, *pixels.shape[:2]) for face in faces]
        for place in self._places:
            self._covered[place] = GREY
        self._shown = slice(0), slice(0)

    def but(self, index: int) -> Pixels:
        """The picture with this one face, whole also where boxes overlap; until the next call."""
        self._covered[self._shown] = GREY
        self._shown = self._places[index]
        self._covered[self._shown] = self._original[self._shown]
        return self._covered


def head_and_shoulders(box: BoundingBox) -> BoundingBox:
    """The window around a face that a headshot would have."""
    left, top = max(0.0, box.left - 0.6 * box.width), max(0.0, box.top - 0.5 * box.height)
    right, bottom = min(1.0, box.left + 1.6 * box.width), min(1.0, box.top + 1.9 * box.height)
    return BoundingBox(left, top, right - left, bottom - top)


def tiles(pixels: Pixels, window: BoundingBox) -> list[Upload]:
    """The part of the picture that `window` names in four overlapping parts: a square of four, or a row of them."""
    height, width = pixels.shape[0] * window.height, pixels.shape[1] * window.width
    columns, rows = (4, 1) if width > 3 * height else (1, 4) if height > 3 * width else (2, 2)
    across, down = _spans(columns), _spans(rows)
    return [
        cut(pixels, Upload(b"", window).box(BoundingBox(left, top, part_width, part_height)))
        for top, part_height in down
        for left, part_width in across
    ]


def _spans(count: int) -> list[tuple[float, float]]:
    """Begin and length of `count` equal parts of 0-1, each a fifth longer than it had to be."""
    length = 1.2 / count if count > 1 else 1.0
    return [(number * (1 - length) / max(1, count - 1), length) for number in range(count)]


def _fits(jpeg: Jpeg) -> bool:
    return (
        jpeg.exif.orientation == 1
        and min(jpeg.width, jpeg.height) >= SHORTEST_SIDE_PX
        and max(jpeg.width, jpeg.height) <= LONGEST_SIDE_PX
        and jpeg.width * jpeg.height <= MOST_PIXELS
        and jpeg.components != _FOUR_INKS
    )


def _scale(width: int, height: int) -> float:
    """By how much (0-1) a picture must shrink to be sent."""
    return min(1.0, math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE_PX / max(width, height))


def _encoded(pixels: Pixels) -> tuple[bytes, tuple[float, float]]:
    """A JPEG within the limits, and how much wider and higher padding made it (1: not at all)."""
    height, width = pixels.shape[:2]
    scale = _scale(width, height)
    while True:
        small = resized(pixels, max(1, round(width * scale)), max(1, round(height * scale))) if scale < 1 else pixels
        rows, columns = small.shape[:2]
        missing = max(0, SHORTEST_SIDE_PX - rows), max(0, SHORTEST_SIDE_PX - columns)
        padded = np.pad(small, ((0, missing[0]), (0, missing[1]), (0, 0)), constant_values=GREY)
        for quality in QUALITIES:
            data = encode_jpeg(padded, quality)
            if len(data) <= MOST_BYTES:
                return data, (padded.shape[1] / columns, padded.shape[0] / rows)
        scale *= 0.8


def _inside(place: float, length: int) -> int:
    return min(length, max(0, round(place)))


def _rows_and_columns(box: BoundingBox, height: int, width: int) -> tuple[slice, slice]:
    return (
        slice(_inside(box.top * height, height), _inside((box.top + box.height) * height, height)),
        slice(_inside(box.left * width, width), _inside((box.left + box.width) * width, width)),
    )
