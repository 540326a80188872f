"""Faces and their vectors as the compact bytes that the catalog stores for each photo.

A header of `HEADER` bytes (layout version, dimensions of a vector), then one record of fixed size a face: a photo
without a face costs four bytes, and the vectors of thousands of photos are read with a single copy.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox, Face, Landmarks, Point, Pose, Quality
from facesorter.engines.local.models import Floats

LAYOUT = 1
HEADER = struct.Struct("<HH")


@cache
def _record(dimensions: int) -> np.dtype[Any]:
    return np.dtype(
        [
            ("box", "<f4", 4),
            ("landmarks", "<f4", (5, 2)),
            ("confidence", "<f4"),
            ("pose", "<f4", 3),
            ("quality", "<f4", 2),
            ("vector", "<f2", dimensions),
        ]
    )


def pack(faces: Sequence[Face], vectors: Floats) -> bytes:
    """The bytes of these faces and their vectors, (faces, dimensions), of length 1; kept to three digits."""
    records = np.zeros(len(faces), _record(vectors.shape[1]))
    for record, face, vector in zip(records, faces, vectors, strict=True):
        record["box"], record["landmarks"], record["confidence"] = face.box, face.landmarks, face.confidence
        record["pose"], record["quality"], record["vector"] = face.pose, face.quality, vector
    return HEADER.pack(LAYOUT, vectors.shape[1]) + records.tobytes()


def faces_of(analysis: bytes) -> tuple[Face, ...]:
    """The faces, in the order they were packed."""
    return tuple(
        Face(
            BoundingBox(*record["box"].tolist()),
            float(record["confidence"]),
            Landmarks(*(Point(*point) for point in record["landmarks"].tolist())),
            Pose(*record["pose"].tolist()),
            Quality(*record["quality"].tolist()),
        )
        for record in _records([analysis])
    )


def vectors_of(analyses: Sequence[bytes]) -> tuple[Floats, list[int]]:
    """All vectors of these analyses, (faces of all photos, dimensions), and how many faces each photo has."""
    records = _records(analyses)
    size = records.dtype.itemsize
    return records["vector"].astype(np.float32), [(len(analysis) - HEADER.size) // size for analysis in analyses]


def _records(analyses: Sequence[bytes]) -> NDArray[Any]:
    if not analyses:
        return np.empty(0, _record(1))
    _, dimensions = HEADER.unpack_from(analyses[0])
    return np.frombuffer(b"".join([analysis[HEADER.size :] for analysis in analyses]), _record(dimensions))
