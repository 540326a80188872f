"""The faces that were found in a picture, each also as the recognizer sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facesorter.domain.models import BoundingBox, Face, Landmarks, Point
from facesorter.engines.local.features import pose, quality
from facesorter.engines.local.models import FACE_SIDE, Floats, Pixels
from facesorter.engines.local.recognize import align


@dataclass(frozen=True, slots=True, eq=False)
class SeenFaces:
    """A picture's faces, largest first, and each as the recognizer sees it: (faces, 112, 112, 3)."""

    faces: tuple[Face, ...]
    aligned: Pixels

    @classmethod
    def of(cls, found: Floats, pixels: Pixels) -> SeenFaces:
        """The faces of the detector's rows, in their order, in the pixels that these lie in."""
        aligned = np.empty((len(found), FACE_SIDE, FACE_SIDE, 3), np.uint8)
        faces: list[Face] = []
        for row, place in zip(found, aligned, strict=True):
            place[:] = align(pixels, row[4:14].reshape(5, 2))
            faces.append(_face(row, place, pixels.shape[1], pixels.shape[0]))
        return cls(tuple(faces), aligned)


def _face(row: Floats, aligned: Pixels, width: int, height: int) -> Face:
    left, top, box_width, box_height = row[:4].tolist()
    points = row[4:14].reshape(5, 2)
    return Face(
        BoundingBox(left / width, top / height, box_width / width, box_height / height),
        round(100 * float(row[14]), 2),
        Landmarks(*(Point(x / width, y / height) for x, y in points.tolist())),
        pose(points),
        quality(aligned),
    )
