"""From the `Image` of a request to its faces: fetched, held to Rekognition's limits, and read by the engine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from facesorter.domain.errors import NoFaceInHeadshot, PhotoError
from facesorter.domain.models import EncodedPicture, Face, Portrait, Reference
from facesorter.domain.ports import Example, FaceEngine
from facesorter.endpoint.objects import ObjectSource
from facesorter.endpoint.wire import ServiceError, invalid_parameter
from facesorter.engines.local.cache import Recent
from facesorter.images import size_of
from facesorter.images.content import Kind, kind_of

SHORTEST_SIDE_PX = 80
"""Rekognition refuses smaller pictures."""

LONGEST_SIDE_PX = 10_000
"""Rekognition refuses larger pictures, whatever their size in bytes."""

MOST_FACES = 100
"""Only the largest faces of a picture are looked at."""

_REMEMBERED = 64


class RecallingEngine(FaceEngine, Protocol):
    """An engine that asks one and the same question of every picture, and can look for a face of a stored answer."""

    def recall(self, name: str, example: Example) -> Reference:
        """What is needed to find the person of this face."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ReadPicture:
    """A picture, the SHA-256 of its bytes, the engine's answer and its largest faces, largest first."""

    data: bytes
    digest: bytes
    answer: bytes
    faces: tuple[Face, ...]


class PictureReader:
    """Reads the pictures of requests. Any thread may call; what was read last is remembered for a while.

    A program compares one headshot with many pictures: remembering halves the engine's work.
    """

    def __init__(self, engine: RecallingEngine, objects: ObjectSource) -> None:
        self.engine = engine
        self.one_at_a_time = threading.RLock()
        """Held around every call of the engine but `ask` and `analyze`, as its port demands."""
        (self._query,) = engine.queries(())
        self._objects = objects
        self._read = Recent[tuple[bytes, tuple[Face, ...]]](_REMEMBERED)

    def read(self, image: Mapping[str, Any]) -> ReadPicture:
        """Raises `ServiceError` if Rekognition would refuse the picture."""
        data = self._fetch(image)
        digest = hashlib.sha256(data).digest()
        answer, faces = self._read.get(digest, lambda: self._ask(data))
        return ReadPicture(data, digest, answer, faces)

    def details(self, image: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A `FaceDetail` with every member for each of the faces of `read`. Raises `ServiceError`."""
        data = self._fetch(image)
        _require_usable(data)
        try:
            return self.engine.analyze(EncodedPicture("", data))[:MOST_FACES]
        except PhotoError:
            raise _bad_format() from None

    def reference(self, picture: ReadPicture, face_index: int) -> Reference:
        """The picture's face as somebody to look for."""
        try:
            with self.one_at_a_time:
                return self.engine.enrol("", [Portrait(EncodedPicture("", picture.data), face_index)])
        except (NoFaceInHeadshot, PhotoError):
            raise invalid_parameter() from None

    def _fetch(self, image: Mapping[str, Any]) -> bytes:
        if len(image) != 1:
            raise invalid_parameter("An Image needs either Bytes or S3Object")
        if "Bytes" in image:
            return image["Bytes"]
        where = image["S3Object"]
        if "Bucket" not in where or "Name" not in where:
            raise invalid_parameter("An S3Object needs Bucket and Name")
        return self._objects.read(where["Bucket"], where["Name"], where.get("Version"))

    def _ask(self, data: bytes) -> tuple[bytes, tuple[Face, ...]]:
        _require_usable(data)
        try:
            answer = self.engine.ask(self._query, EncodedPicture("", data))
        except PhotoError:
            raise _bad_format() from None
        with self.one_at_a_time:
            faces = self.engine.faces_in((answer,))
        return answer, faces[:MOST_FACES]


def _require_usable(data: bytes) -> None:
    if kind_of(data) not in {Kind.JPEG, Kind.PNG}:
        raise _bad_format()
    try:
        width, height = size_of(data)
    except PhotoError:
        raise _bad_format() from None
    if min(width, height) < SHORTEST_SIDE_PX:
        raise invalid_parameter()
    if max(width, height) > LONGEST_SIDE_PX:
        raise ServiceError(
            "ImageTooLargeException",
            f"Input image dimensions {width} x {height} exceed maximum dimension size of {LONGEST_SIDE_PX} pixels",
        )


def _bad_format() -> ServiceError:
    return ServiceError("InvalidImageFormatException", "Request has invalid image format")
