"""Faces and their vectors as the compact bytes that the catalog stores for each photo.

A header of `HEADER` bytes (layout version, dimensions of a vector), then one record of fixed size a face: a photo
without a face costs four bytes, and the vectors of thousands of photos are read with a single copy. Of a film, the
times of its faces follow the records; of a photo that says when it was taken, that year.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox, Face, Landmarks, Point, Pose, Quality
from facesorter.engines.local.models import Floats

LAYOUT, FILM_LAYOUT, DATED_LAYOUT = 1, 2, 3
HEADER = struct.Struct("<HH")
_YEAR = struct.Struct("<f")


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


def pack(faces: Sequence[Face], vectors: Floats, taken: float | None = None) -> bytes:
    """The bytes of these faces and their vectors, (faces, dimensions), of length 1; kept to three digits.

    `taken` is the year in which the photo was taken, with its fraction.
    """
    records = np.zeros(len(faces), _record(vectors.shape[1]))
    for record, face, vector in zip(records, faces, vectors, strict=True):
        record["box"], record["landmarks"], record["confidence"] = face.box, face.landmarks, face.confidence
        record["pose"], record["quality"], record["vector"] = face.pose, face.quality, vector
    if taken is None:
        return HEADER.pack(LAYOUT, vectors.shape[1]) + records.tobytes()
    return HEADER.pack(DATED_LAYOUT, vectors.shape[1]) + records.tobytes() + _YEAR.pack(taken)


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
    return records["vector"].astype(np.float32), _counts(analyses, records.dtype.itemsize)


def years_of(analyses: Sequence[bytes]) -> list[float]:
    """When each of these was taken, as a year with its fraction; NaN where it does not say so."""
    years = [math.nan] * len(analyses)
    for place, one in enumerate(analyses):
        if one[0] == DATED_LAYOUT:
            (years[place],) = _YEAR.unpack_from(one, len(one) - _YEAR.size)
    return years


def _counts(analyses: Sequence[bytes], record_bytes: int) -> list[int]:
    """How many faces each photo has: `_faces` of all of them, of which few are films."""
    lengths = np.fromiter(map(len, analyses), np.int64, len(analyses))
    counts: list[int] = ((lengths - HEADER.size) // record_bytes).tolist()  # a year is no record
    for place, one in enumerate(analyses):
        if one[0] == FILM_LAYOUT:
            counts[place] = _faces(one, record_bytes)
    return counts


def _faces(analysis: bytes, record_bytes: int) -> int:
    """How many faces there are."""
    length, layout = len(analysis) - HEADER.size, analysis[0]
    return length // (record_bytes + _YEAR.size if layout == FILM_LAYOUT else record_bytes)  # a year is no record


def _records(analyses: Sequence[bytes]) -> NDArray[Any]:
    if not analyses:
        return np.empty(0, _record(1))
    _, dimensions = HEADER.unpack_from(analyses[0])
    kind = _record(dimensions)
    size = kind.itemsize
    parts = [
        one[HEADER.size :] if one[0] == LAYOUT else one[HEADER.size : HEADER.size + _faces(one, size) * size]
        for one in analyses
    ]
    return np.frombuffer(b"".join(parts), kind)
