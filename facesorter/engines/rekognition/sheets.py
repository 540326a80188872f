"""Many faces in one picture, so that one call of Rekognition compares them all.

A sheet is 1920 x 1080, the size for which Rekognition names its smallest face, and holds 84 tiles with a face of some
96 px, its head and shoulders, and nobody else: neighbors are painted over. A face that comes back belongs to the tile
that holds its center; a tile without one must be asked about again, as its whole photo.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from facesorter.domain.models import BoundingBox
from facesorter.domain.ports import SeenPhoto
from facesorter.engines.rekognition.uploads import GREY, CoveredFaces, Pixels
from facesorter.images import decode, encode_jpeg, resized, size_of

WIDTH, HEIGHT = 1920, 1080
COLUMNS, ROWS = 12, 7
CAPACITY = COLUMNS * ROWS
TILE_WIDTH, TILE_HEIGHT = WIDTH // COLUMNS, HEIGHT // ROWS
FACE_PX = 96
"""The longer side of a face in its tile."""

JPEG_QUALITY = 95

_MIDDLE = 0.46
"""How far down the tile (ratio) the face's center lies: the shoulders need more room than the hair."""


class FoundFace(NamedTuple):
    """A face that came back: where on the sheet, and how similar (0-100)."""

    box: BoundingBox
    similarity: float


def tiles_of(photo: SeenPhoto) -> list[Pixels]:
    """A tile for each face. Raises `PhotoError` if the picture cannot be decoded."""
    width, height = size_of(photo.picture.data)
    shortest_px = min(max(face.box.width * width, face.box.height * height) for face in photo.faces)
    at_least = math.ceil(max(width, height) * min(1.0, FACE_PX / max(1.0, shortest_px)))
    covered = CoveredFaces(decode(photo.picture.data, at_least=at_least).pixels, photo.faces)
    return [_tile(covered.but(index), face.box) for index, face in enumerate(photo.faces)]


def sheet(tiles: Sequence[Pixels]) -> bytes:
    """A JPEG of up to `CAPACITY` tiles, row by row."""
    pixels = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, COLUMNS)
        top, left = row * TILE_HEIGHT, column * TILE_WIDTH
        pixels[top : top + TILE_HEIGHT, left : left + TILE_WIDTH] = tile
    return encode_jpeg(pixels, JPEG_QUALITY)


def similarity_by_tile(found: Sequence[FoundFace]) -> dict[int, float]:
    """The similarity of each tile that a face came back for; of several in one tile the largest counts."""
    largest = sorted(found, key=lambda face: face.box.area)
    return {_tile_at(*face.box.center): face.similarity for face in largest}


def _tile(pixels: Pixels, box: BoundingBox) -> Pixels:
    """The surroundings of a face as a tile; what lies outside the picture is grey."""
    height, width = pixels.shape[:2]
    scale = FACE_PX / max(1.0, box.width * width, box.height * height)
    cut_width, cut_height = max(1, round(TILE_WIDTH / scale)), max(1, round(TILE_HEIGHT / scale))
    left = round(box.center[0] * width - cut_width / 2)
    top = round(box.center[1] * height - cut_height * _MIDDLE)
    cut = np.full((cut_height, cut_width, 3), GREY, np.uint8)
    rows = slice(max(0, top), min(height, top + cut_height))
    columns = slice(max(0, left), min(width, left + cut_width))
    cut[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = pixels[rows, columns]
    return resized(cut, TILE_WIDTH, TILE_HEIGHT)


def _tile_at(x: float, y: float) -> int:
    column = min(COLUMNS - 1, max(0, int(x * WIDTH) // TILE_WIDTH))
    row = min(ROWS - 1, max(0, int(y * HEIGHT) // TILE_HEIGHT))
    return row * COLUMNS + column
