"""From the `Image` of a request to its faces: fetched, held to Rekognition's limits, and read by the engine."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from facesorter.domain.errors import NoFaceInHeadshot, PhotoError
from facesorter.domain.models import EncodedPicture, Face, Portrait, Reference
from facesorter.domain.ports import Example, FaceEngine
from facesorter.endpoint.memory import Memory
from facesorter.endpoint.objects import ObjectSource
from facesorter.endpoint.wire import ServiceError, invalid_parameter
from facesorter.engines.local.cache import Cache
from facesorter.images import size_of
from facesorter.images.content import Kind, kind_of

SHORTEST_SIDE_PX = 80
"""Rekognition refuses smaller pictures."""

LONGEST_SIDE_PX = 10_000
"""Rekognition refuses larger pictures, whatever their size in bytes."""

MOST_FACES = 100
"""Only the largest faces of a picture are looked at."""

KNOWN_PEOPLE = 10_000
"""Faces that were searched for and are kept in memory as the engine knows them, in two kilobytes each."""

FETCHED_AT_ONCE = 8
"""Pictures from S3 that are in memory at once, of 15 MB each."""


class RecallingEngine(FaceEngine, Protocol):
    """An engine that asks one and the same query of every picture, and can look for a face of a stored answer."""

    def recall(self, name: str, example: Example) -> Reference:
        """What is needed to find the person of this face."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ReadPicture:
    """The SHA-256 of a picture's bytes, what the engine said of it, and its largest faces, largest first."""

    digest: bytes
    analysis: bytes
    faces: tuple[Face, ...]


class Searched(NamedTuple):
    """The face of a picture that is searched for, by its index, and what the engine needs to find it."""

    face_index: int
    reference: Reference


class PictureReader:
    """Reads the pictures of requests. Any thread may call; what was read is remembered (`memory`), the bytes are not.

    At most as many pictures are decoded at once as there are processors, so that memory stays bounded.
    """

    def __init__(self, engine: RecallingEngine, objects: ObjectSource, memory: Memory) -> None:
        self.engine = engine
        self.one_at_a_time = threading.RLock()
        """Held around every call of the engine but `analyze` and `face_details`, as its port demands."""
        (self._query,) = engine.queries(())
        self._objects = objects
        self._memory = memory
        self._searched = Cache[Reference](KNOWN_PEOPLE)
        self._fetching = threading.BoundedSemaphore(FETCHED_AT_ONCE)
        self._looking = threading.BoundedSemaphore(os.cpu_count() or 1)

    def read(self, image: Mapping[str, Any]) -> ReadPicture:
        """Raises `ServiceError` if Rekognition would refuse the picture."""
        with self._fetched(image) as data:
            return self._read(data)

    def search(
        self, image: Mapping[str, Any], choose: Callable[[Sequence[Face]], int | None]
    ) -> tuple[ReadPicture, Searched | None]:
        """The picture, and the face that `choose` names by its index, if any, as somebody to look for."""
        with self._fetched(image) as data:
            picture = self._read(data)
            index = choose(picture.faces)
            if index is None:
                return picture, None
            known = self._searched.get((picture.digest, index), lambda: self._enrol(data, index))
            return picture, Searched(index, known)

    def details(self, image: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A `FaceDetail` with every member for each of the faces of `read`. Raises `ServiceError`."""
        kind = f"details {self._query}"
        with self._fetched(image) as data:
            digest = hashlib.sha256(data).digest()
            known = self._memory.get(digest, kind)
            if known is None:
                _require_usable(data)
                try:
                    with self._looking:
                        found = self.engine.face_details(EncodedPicture("", data))[:MOST_FACES]
                except PhotoError:
                    raise _bad_format() from None
                known = json.dumps(found).encode()
                self._memory.keep(digest, kind, known)
            return json.loads(known)

    def _read(self, data: bytes) -> ReadPicture:
        digest = hashlib.sha256(data).digest()
        analysis = self._memory.get(digest, self._query)
        if analysis is None:
            _require_usable(data)
            try:
                with self._looking:
                    analysis = self.engine.analyze(self._query, EncodedPicture("", data))
            except PhotoError:
                raise _bad_format() from None
            self._memory.keep(digest, self._query, analysis)
        with self.one_at_a_time:
            faces = self.engine.faces_in((analysis,))
        return ReadPicture(digest, analysis, faces[:MOST_FACES])

    def _enrol(self, data: bytes, face_index: int) -> Reference:
        try:
            with self._looking, self.one_at_a_time:
                return self.engine.enrol("", [Portrait(EncodedPicture("", data), face_index)])
        except (NoFaceInHeadshot, PhotoError):
            raise invalid_parameter() from None

    @contextmanager
    def _fetched(self, image: Mapping[str, Any]) -> Generator[bytes]:
        """The bytes of the picture while the block runs."""
        if len(image) != 1:
            raise invalid_parameter("An Image needs either Bytes or S3Object")
        if "Bytes" in image:
            yield image["Bytes"]
            return
        where = image["S3Object"]
        if "Bucket" not in where or "Name" not in where:
            raise invalid_parameter("An S3Object needs Bucket and Name")
        with self._fetching:
            yield self._objects.read(where["Bucket"], where["Name"], where.get("Version"))


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
