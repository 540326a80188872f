"""Finds faces with YuNet at one scale after another.

YuNet sees faces of about 10 to 300 pixels, so a close-up must be shrunk for it and a crowd looked at in tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.engines.models import Floats, Network, Pixels
from facesorter.images import Picture

FIRST_LOOK = 960
"""Pixels that the longer side has at least when a photo is first looked at."""

CLOSE_UP, WIDE = 384, 1024
"""Longer sides at which every picture is looked at: for faces that fill it, and for smaller ones."""

THOROUGH = 1600
"""Longer side up to which a picture is looked at in full size, whatever was found."""

SMALL = 32
"""A face of fewer pixels at `WIDE` makes it likely that there are smaller ones, which a larger size would show."""

STRIDES = (8, 16, 32)
"""Pixels between YuNet's anchors, one grid each; a picture's sides must be multiples of the last."""

OVERLAP = 0.3
"""Intersection over union above which the less certain of two detections is the same face."""

TILE = 1024
"""Longest side of what is shown to YuNet at once; beyond it memory grows and caches miss."""

SEAM = 128
"""Pixels that neighboring tiles share, so that a face of that size is whole in one of them."""

CONFIDENT = 0.7
"""YuNet's score (0-1) from which a detection is a face."""

COLUMNS = 15
"""Of a row of detections: left, top, width, height, five points (x, y) in `Landmarks` order, score."""


class Detector:
    """Finds faces in pixels. All methods may be called from many threads at once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        outputs = network.outputs
        self._order = {
            kind: [outputs.index(f"{kind}_{stride}") for stride in STRIDES] for kind in ("cls", "obj", "bbox", "kps")
        }

    def look(self, pixels: Pixels, longer_side: int, at_least: float = CONFIDENT) -> Floats:
        """Detections of at least this score, (faces, `COLUMNS`), in `pixels`' own coordinates, at one scale.

        The picture is resized so that its longer side has `longer_side` pixels, and cut into tiles if that is large.
        """
        height, width = pixels.shape[:2]
        scale = longer_side / max(width, height)
        if scale != 1.0:
            size = max(1, round(width * scale)), max(1, round(height * scale))
            resample = Image.Resampling.BOX if scale <= 0.5 else Image.Resampling.BILINEAR
            pixels = np.asarray(Image.fromarray(pixels).resize(size, resample))
        tiles = list(self._tiles(pixels.shape[1], pixels.shape[0]))
        found: list[Floats] = []
        for left, top, right, bottom in tiles:
            rows = self._run(pixels[top:bottom, left:right], at_least)
            rows[:, [0, 4, 6, 8, 10, 12]] += left
            rows[:, [1, 5, 7, 9, 11, 13]] += top
            found.append(rows)
        rows = without_doubles(np.concatenate(found)) if len(found) > 1 else found[0]
        rows[:, :14] /= scale
        return rows

    def _tiles(self, width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
        columns = _spans(width, self._network.width or TILE)
        for top, bottom in _spans(height, self._network.height or TILE):
            for left, right in columns:
                yield left, top, right, bottom

    def _run(self, pixels: Pixels, at_least: float) -> Floats:
        """Detections in one tile, without doubles.

        Decoding is OpenCV's for the same network: an anchor at (column, row) of a grid of `stride` pixels has its
        center at (column + dx, row + dy) * stride, its size is exp(log size) * stride, its points lie at
        (column + x, row + y) * stride, and its score is the root of class times objectness.
        """
        height, width = pixels.shape[:2]
        rows = self._network.height or -height % STRIDES[-1] + height
        columns = self._network.width or -width % STRIDES[-1] + width
        canvas = np.zeros((1, rows, columns, 3), np.uint8)
        canvas[0, :height, :width] = pixels
        outputs = self._network.run(canvas)
        found: list[Floats] = []
        for grid, stride in enumerate(STRIDES):
            chances = outputs[self._order["cls"][grid]][0, :, 0].clip(0, 1) * outputs[self._order["obj"][grid]][
                0, :, 0
            ].clip(0, 1)
            chosen = np.flatnonzero(chances >= at_least * at_least)
            if not chosen.size:
                continue
            anchors = np.stack([chosen % (columns // stride), chosen // (columns // stride)], 1).astype(np.float32)
            box = outputs[self._order["bbox"][grid]][0, chosen]
            points = outputs[self._order["kps"][grid]][0, chosen].reshape(-1, 5, 2)
            size = np.exp(box[:, 2:]) * stride
            center = (anchors + box[:, :2]) * stride
            points = (anchors[:, None] + points) * stride
            score = np.sqrt(chances[chosen])[:, None]
            found.append(np.concatenate([center - size / 2, size, points.reshape(-1, 10), score], 1))
        if not found:
            return np.empty((0, COLUMNS), np.float32)
        return without_doubles(np.concatenate(found))


def without_doubles(rows: Floats) -> Floats:
    """The detections, most certain first, without those that overlap a more certain one."""
    rows = rows[np.argsort(-rows[:, 14], kind="stable")]
    corners, areas = rows[:, :2] + rows[:, 2:4], rows[:, 2] * rows[:, 3]
    left = np.ones(len(rows), np.bool_)
    kept: list[int] = []
    for index in range(len(rows)):
        if not left[index]:
            continue
        kept.append(index)
        shared = np.minimum(corners[index], corners) - np.maximum(rows[index, :2], rows[:, :2])
        intersection = shared.clip(0).prod(1)
        left &= intersection <= OVERLAP * (areas[index] + areas - intersection)
    return rows[kept]


def _spans(length: int, tile: int) -> list[tuple[int, int]]:
    """Equal spans of at most `tile` pixels that cover `length` and overlap by at least `SEAM`."""
    if length <= tile:
        return [(0, length)]
    count = -(-(length - SEAM) // (tile - SEAM))
    starts: NDArray[np.int64] = np.linspace(0, length - tile, count).round().astype(np.int64)
    return [(int(start), int(start) + tile) for start in starts]


def find_faces(detector: Detector, first: Picture, enlarge: Callable[[int], Picture]) -> tuple[Floats, Picture]:
    """All faces, largest first, (faces, `COLUMNS`) in the full picture's pixels, and the largest decoding used.

    `enlarge` decodes the picture anew, its longer side at least so many pixels.
    """
    longest = max(first.full_width, first.full_height)
    decoded = first
    side = max(first.pixels.shape[:2])
    found = [_at(detector, first, min(CLOSE_UP, side))]
    if side > CLOSE_UP:
        found.append(_at(detector, first, min(WIDE, side)))
    sides = np.concatenate(found)[:, 2:4]
    small = sides.size and sides.min() * WIDE / longest < SMALL
    if longest <= THOROUGH or small:
        decoded = first if side == longest else enlarge(longest)
        if longest > WIDE:
            found.append(_at(detector, decoded, longest))
    rows = without_doubles(np.concatenate(found))
    return rows[np.argsort(-rows[:, 2] * rows[:, 3], kind="stable")], decoded


def _at(detector: Detector, picture: Picture, longer_side: int) -> Floats:
    rows = detector.look(picture.pixels, longer_side)
    rows[:, :14] *= picture.full_width / picture.pixels.shape[1]
    return rows
