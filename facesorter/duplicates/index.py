"""What an index of faces is to the steps of this room, whether it lies on this computer or in a collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from facesorter.domain.models import BoundingBox


class Picture(NamedTuple):
    """A picture by its key in the source. `version` changes with its bytes; `name` is whose it is, None if unknown."""

    key: str
    version: str
    name: str | None


class IndexedFace(NamedTuple):
    """A face that can be found. `image_id` is the same for the same bytes, `confidence` 0-100."""

    face_id: str
    image_id: str
    box: BoundingBox
    confidence: float


class RefusedFace(NamedTuple):
    """A face too poor to be found, and why, in Rekognition's words."""

    box: BoundingBox
    reasons: tuple[str, ...]


class Contents(NamedTuple):
    """What was found in a picture; `problem` is the sentence that says why nothing could be."""

    faces: tuple[IndexedFace, ...] = ()
    refused: tuple[RefusedFace, ...] = ()
    problem: str | None = None


class Like(NamedTuple):
    """A face of another picture that is like one of ours (`own_face_id`), by 0-100."""

    similarity: float
    own_face_id: str
    face: IndexedFace
    picture: Picture


class FaceIndex(Protocol):
    """Pictures and their faces by key. Adding, naming and removing may be repeated and come in any order."""

    def known(self) -> Mapping[str, Picture]:
        """Every picture by its key."""
        ...

    def contents(self, key: str) -> Contents:
        """What was found in a picture that is known."""
        ...

    def add(self, picture: Picture, data: bytes) -> None:
        """Take in every face of the picture instead of what was known under this key; what cannot be read is noted so.

        Many threads may call.
        """
        ...

    def fail(self, picture: Picture, problem: str) -> None:
        """Note that the picture could not be read."""
        ...

    def rename(self, key: str, name: str | None) -> None:
        """The picture is somebody else's."""
        ...

    def remove(self, keys: Iterable[str]) -> None:
        """Forget pictures that are gone."""
        ...

    def likes(self, keys: Iterable[str], at_least: float) -> Mapping[str, list[Like]]:
        """For each of these pictures, every face of other pictures that is like one of its own by at least so much."""
        ...

    def commit(self) -> None:
        """Make what was done durable."""
        ...
