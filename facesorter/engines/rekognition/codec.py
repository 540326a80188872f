"""Faces and their similarity to one headshot, as the compact bytes that the catalog stores for each photo.

Everything a CompareFaces answer says of a photo's faces is kept, at threshold 0, so that no other threshold and no
other view of the photo ever costs a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox, Face, Landmarks, Point, Pose, Quality

LAYOUT, FILM_LAYOUT = b"\x01", b"\x02"
"""The first byte. Of a film, the times of the faces follow the records."""

_RECORD = np.dtype(
    [
        ("box", "<f4", 4),
        ("confidence", "<f4"),
        ("landmarks", "<f4", (5, 2)),
        ("pose", "<f4", 3),
        ("quality", "<f4", 2),
        ("similarity", "<f4"),
    ]
)


class ScoredFace(NamedTuple):
    """A face of a photo and its similarity (0-100) to the headshot; 0 where the service gave none."""

    face: Face
    similarity: float


def pack(scored: Iterable[ScoredFace]) -> bytes:
    """The bytes of these faces, largest first."""
    ordered = sorted(scored, key=lambda one: -one.face.box.area)
    records = np.zeros(len(ordered), _RECORD)
    for record, (face, similarity) in zip(records, ordered, strict=True):
        record["box"], record["confidence"], record["landmarks"] = face.box, face.confidence, face.landmarks
        record["pose"], record["quality"], record["similarity"] = face.pose, face.quality, similarity
    return LAYOUT + records.tobytes()


def pack_film(scored: Sequence[ScoredFace]) -> bytes:
    """The same of a film's faces, each with the time (`Face.seconds`) at which it is seen."""
    ordered = sorted(scored, key=lambda one: -one.face.box.area)
    times = np.array([one.face.seconds or 0.0 for one in ordered], "<f4")
    return FILM_LAYOUT + pack(ordered)[1:] + times.tobytes()


def unpack(answer: bytes) -> list[ScoredFace]:
    """The faces that were packed, in their order."""
    records = _records(answer)
    times: list[float | None] = [None] * len(records)
    if answer[:1] == FILM_LAYOUT:
        times = np.frombuffer(answer, "<f4", len(records), 1 + records.nbytes).tolist()
    return [
        ScoredFace(_face(record, seconds), float(record["similarity"]))
        for record, seconds in zip(records, times, strict=True)
    ]


def similarities(answer: bytes) -> list[float]:
    """The similarities alone, which is what a pass over 100,000 photos needs."""
    scores: list[float] = _records(answer)["similarity"].tolist()
    return scores


def merged(analyses: Sequence[bytes]) -> list[tuple[Face, list[float]]]:
    """The faces of one photo from its answers to several headshots, each with its similarity to every headshot.

    A face keeps the box of the answer that told of it first; where an answer does not have it, the similarity is 0.
    """
    faces: list[tuple[Face, list[float]]] = []
    for number, answer in enumerate(analyses):
        known = len(faces)
        for face, similarity in unpack(answer):
            at_that_time = [number for number, (one, _) in enumerate(faces[:known]) if one.seconds == face.seconds]
            place = face.box.same_face([faces[number][0].box for number in at_that_time])
            place = None if place is None else at_that_time[place]
            if place is None or faces[place][1][number]:
                faces.append((face, [0.0] * len(analyses)))
                place = -1
            faces[place][1][number] = similarity
    return faces


def _records(answer: bytes) -> NDArray[Any]:
    size = _RECORD.itemsize
    count = (len(answer) - 1) // (size if answer[:1] == LAYOUT else size + 4)
    return np.frombuffer(answer, _RECORD, count, 1)


def _face(record: Any, seconds: float | None) -> Face:
    return Face(
        BoundingBox(*record["box"].tolist()),
        float(record["confidence"]),
        Landmarks(*(Point(*point) for point in record["landmarks"].tolist())),
        Pose(*record["pose"].tolist()),
        Quality(*record["quality"].tolist()),
        seconds,
    )
