"""Cuts the picture of a photo for a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from facesorter.app.film_frame import ShownFrame
from facesorter.domain.errors import PhotoError
from facesorter.domain.formats import is_film
from facesorter.domain.models import Face
from facesorter.pipeline.report import ReportLine, ReportPicture

PICTURE_PX, SOURCE_PX = 320, 1400
"""The longer side of a picture in a report, and of the photo that it is cut from, if it is cut."""


class Photos(Protocol):
    """Who has the photos of a report, and knows their faces."""

    def read(self, path: str) -> bytes: ...
    def frame(self, path: str, seconds: float | None) -> ShownFrame: ...
    def faces_of(self, photo_id: int) -> list[tuple[Face, list[float]]]: ...


def report_picture(line: ReportLine, photos: Photos, day: Callable[[datetime | None, int], str]) -> ReportPicture:
    """The photo cut to the face that decided and its surroundings, or whole where there is none."""
    from facesorter.images import cut_out, encode_jpeg, taken_at, thumbnail

    try:
        faces = photos.faces_of(line.photo.id)
        face = None if line.face_index is None or line.face_index >= len(faces) else faces[line.face_index][0]
        if is_film(line.photo.path):
            data, _seconds, taken = photos.frame(line.photo.path, face and face.seconds)
        else:
            data = photos.read(line.photo.path)
            taken = taken_at(data)
        when = day(taken, line.photo.modified_ns)
        pixels = thumbnail(data, PICTURE_PX).pixels if face is None else cut_out(data, face.box, PICTURE_PX, SOURCE_PX)
    except PhotoError:
        return ReportPicture(None, day(None, line.photo.modified_ns))
    return ReportPicture(encode_jpeg(pixels, 80), when)
