"""Faces and their vectors as the compact bytes that the catalog stores for each photo.

A header of `HEADER` bytes (layout version, dimensions of a vector), then one record of fixed size a face: a photo
without a face costs four bytes, and the vectors of thousands of photos are read with a single copy. Of a film, the
times of its faces follow the records.
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

LAYOUT, FILM_LAYOUT = 1, 2
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


def pack_film(faces: Sequence[Face], vectors: Floats) -> bytes:
    """The same of a film's faces, each with the time (`Face.seconds`) at which it is seen."""
    photo = pack(faces, vectors)
    times = np.array([face.seconds or 0.0 for face in faces], "<f4")
    return HEADER.pack(FILM_LAYOUT, vectors.shape[1]) + photo[HEADER.size :] + times.tobytes()


def faces_of(analysis: bytes) -> tuple[Face, ...]:
    """The faces, in the order they were packed."""
    records = _records([analysis])
    times: list[float | None] = [None] * len(records)
    if analysis[0] == FILM_LAYOUT:
        times = np.frombuffer(analysis, "<f4", len(records), HEADER.size + records.nbytes).tolist()
    return tuple(
        Face(
            BoundingBox(*record["box"].tolist()),
            float(record["confidence"]),
            Landmarks(*(Point(*point) for point in record["landmarks"].tolist())),
            Pose(*record["pose"].tolist()),
            Quality(*record["quality"].tolist()),
            seconds,
        )
        for record, seconds in zip(records, times, strict=True)
    )


def vectors_of(analyses: Sequence[bytes]) -> tuple[Floats, list[int]]:
    """All vectors of these analyses, (faces of all photos, dimensions), and how many faces each photo has."""
    records = _records(analyses)
    size = records.dtype.itemsize
    counts = [(len(analysis) - HEADER.size) // (size if analysis[0] == LAYOUT else size + 4) for analysis in analyses]
    return records["vector"].astype(np.float32), counts


def _records(analyses: Sequence[bytes]) -> NDArray[Any]:
    if not analyses:
        return np.empty(0, _record(1))
    _, dimensions = HEADER.unpack_from(analyses[0])
    kind = _record(dimensions)
    films = [analysis[0] != LAYOUT for analysis in analyses]
    ends = [_end(analysis, kind.itemsize) if film else None for analysis, film in zip(analyses, films, strict=True)]
    parts = [analysis[HEADER.size : end] for analysis, end in zip(analyses, ends, strict=True)]
    return np.frombuffer(b"".join(parts), kind)


def _end(film: bytes, record_bytes: int) -> int:
    """Where the records of a film end and its times begin."""
    return HEADER.size + (len(film) - HEADER.size) // (record_bytes + 4) * record_bytes
