"""Faces and their vectors as the compact bytes that the catalog stores for each photo.

A header of `HEADER` bytes (layout version, dimensions of a vector), then one record of fixed size a face: a photo
without a face costs four bytes, and the vectors of thousands of photos are read with a single copy. Of a film, the
times of its faces follow the records; of a photo that says when it was taken, that year.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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
    records = _records(analysis)
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


class Vectors(NamedTuple):
    """The vectors of many pictures' faces, (faces of all pictures, dimensions), how many faces each picture has,
    (pictures,), and when each was taken, (pictures,), as a year with its fraction; NaN where it does not say so."""

    vectors: Floats
    counts: NDArray[np.int64]
    years: Floats


def all_vectors(analyses: Sequence[bytes]) -> Vectors:
    """What is compared of these pictures, taken from their bytes together: no object is made for a picture."""
    if not analyses:
        return Vectors(np.empty((0, 1), np.float32), np.empty(0, np.int64), np.empty(0, np.float32))
    _, dimensions = HEADER.unpack_from(analyses[0])
    record = _record(dimensions)
    data = np.frombuffer(b"".join(analyses), np.uint8)
    lengths = np.fromiter(map(len, analyses), np.int64, len(analyses))
    ends = lengths.cumsum()
    starts = ends - lengths
    layouts = data[starts]
    of_face = np.where(layouts == FILM_LAYOUT, record.itemsize + _YEAR.size, record.itemsize)
    counts = (lengths - HEADER.size) // of_face  # a year is no record
    faces = int(counts.sum())
    firsts = starts + (HEADER.size + _vector_at(record)) - (counts.cumsum() - counts) * record.itemsize
    places = np.repeat(firsts, counts) + np.arange(faces) * record.itemsize
    vectors = sliding_window_view(data, 2 * dimensions)[places] if faces else np.empty((0, 2 * dimensions), np.uint8)
    years = np.full(len(analyses), np.nan, np.float32)
    dated = np.flatnonzero(layouts == DATED_LAYOUT)
    if len(dated):
        years[dated] = sliding_window_view(data, _YEAR.size)[ends[dated] - _YEAR.size].view("<f4")[:, 0]
    return Vectors(vectors.view("<f2").astype(np.float32), counts, years)


def _vector_at(record: np.dtype[Any]) -> int:
    """Where in the bytes of a face its vector begins."""
    fields: Any = record.fields
    return int(fields["vector"][1])


def vectors_of(analyses: Sequence[bytes]) -> tuple[Floats, list[int]]:
    """All vectors of these analyses, (faces of all photos, dimensions), and how many faces each photo has."""
    found = all_vectors(analyses)
    return found.vectors, found.counts.tolist()


def years_of(analyses: Sequence[bytes]) -> list[float]:
    """When each of these was taken, as a year with its fraction; NaN where it does not say so."""
    return all_vectors(analyses).years.tolist()


def _faces(analysis: bytes, record_bytes: int) -> int:
    """How many faces there are."""
    length, layout = len(analysis) - HEADER.size, analysis[0]
    return length // (record_bytes + _YEAR.size if layout == FILM_LAYOUT else record_bytes)  # a year is no record


def _records(analysis: bytes) -> NDArray[Any]:
    kind = _record(HEADER.unpack_from(analysis)[1])
    return np.frombuffer(analysis, kind, _faces(analysis, kind.itemsize), HEADER.size)
