"""Where faces of a queue's pictures are found again: a collection of Amazon Rekognition."""

from __future__ import annotations

import hashlib
import os
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox
from facesorter.domain.refusals import THROTTLED
from facesorter.duplicates.index import Contents, IndexedFace, RefusedFace
from facesorter.duplicates.reports import external_id
from facesorter.duplicates.store import code_of

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

_MOST_FOUND = 4096
_MOST_DELETED = 4096
_MOST_ATTEMPTS = 8
_LONGEST_PAUSE_S = 20
"""As botocore tries again by itself, each time at most twice as late."""

_PATIENCE = (0.1, 0.3, 1.0, 2.0)
"""Seconds between attempts to search for a face that was indexed just now: a collection needs a moment for it."""


class Hit(NamedTuple):
    """A face that is like the one searched for, by 0-100; `digest` is that of its picture's key."""

    similarity: float
    face: IndexedFace
    digest: str


class NotYetSearchable(Exception):
    """A face that was indexed cannot be searched for; the message is to come again."""


class Collection(Protocol):
    """Faces by id, of pictures that are known by their keys. Any number of programs may work on it at once."""

    def index(self, key: str, name: str | None) -> Contents:
        """Take in every face that is good enough; the same picture again gets the same ids. What cannot be read is
        told as its problem."""
        ...

    def search(self, face_id: str, name: str, at_least: float) -> list[Hit]:
        """Faces that are like this one of a picture of this name; those of its own name may be left out.

        Raises `NotYetSearchable`.
        """
        ...

    def delete(self, face_ids: Sequence[str]) -> None:
        """Forget these faces, as far as they are known."""
        ...


def digest_of(key: str) -> str:
    """What a picture's key is known by in names of objects."""
    return hashlib.sha256(os.fsencode(key)).hexdigest()


def digest_in(external: str) -> str:
    """The same from the key's external id."""
    _readable, separator, digest = external.rpartition("::")
    if separator:
        return digest
    coded = re.sub(b":([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), external.encode())
    return hashlib.sha256(coded).hexdigest()


class RekognitionCollection:
    """Implements `Collection`. `picture` gives what Rekognition takes as an image: bytes, or where it lies in S3.

    The client tries once. A call is tried again only where it surely was not paid for: Rekognition had too many to do,
    or was not reached.
    """

    def __init__(self, client: RekognitionClient, name: str, picture: Callable[[str], Mapping[str, Any]]) -> None:
        self._client = client
        self._name = name
        self._picture = picture

    def index(self, key: str, name: str | None) -> Contents:  # noqa: ARG002
        """One call, paid."""
        from botocore.exceptions import ClientError

        try:
            answer = self._call(
                self._client.index_faces,
                CollectionId=self._name,
                Image=self._picture(key),
                ExternalImageId=external_id(key),
                QualityFilter="AUTO",
            )
        except ClientError as error:
            problem = _problem(code_of(error))
            if problem is None:
                raise
            return Contents(problem=problem)
        return Contents(
            tuple(_face(record.get("Face", {})) for record in answer["FaceRecords"]),
            tuple(
                RefusedFace(_box(face.get("FaceDetail", {}).get("BoundingBox", {})), tuple(face.get("Reasons", ())))
                for face in answer["UnindexedFaces"]
            ),
        )

    def search(self, face_id: str, name: str, at_least: float) -> list[Hit]:  # noqa: ARG002
        """One call, paid."""
        from botocore.exceptions import ClientError

        for pause in (*_PATIENCE, None):
            try:
                answer = self._call(
                    self._client.search_faces,
                    CollectionId=self._name,
                    FaceId=face_id,
                    FaceMatchThreshold=at_least,
                    MaxFaces=_MOST_FOUND,
                )
            except ClientError as error:
                if code_of(error) != "InvalidParameterException":
                    raise
                if pause is None:
                    raise NotYetSearchable from error
                time.sleep(pause)
            else:
                return [
                    Hit(match.get("Similarity", 0.0), _face(face), digest_in(face.get("ExternalImageId", "")))
                    for match in answer["FaceMatches"]
                    if (face := match.get("Face", {}))
                ]
        raise AssertionError

    def delete(self, face_ids: Sequence[str]) -> None:
        """Calls that cost nothing."""
        for start in range(0, len(face_ids), _MOST_DELETED):
            some = face_ids[start : start + _MOST_DELETED]
            self._call(self._client.delete_faces, CollectionId=self._name, FaceIds=some)

    def _call(self, operation: Callable[..., Any], **request: Any) -> Any:
        from botocore.exceptions import ClientError
        from botocore.exceptions import ConnectionError as NotConnected

        pauses = [random.random() * min(2**number, _LONGEST_PAUSE_S) for number in range(_MOST_ATTEMPTS - 1)]  # noqa: S311
        for pause in pauses:
            try:
                return operation(**request)
            except NotConnected:
                pass
            except ClientError as error:
                if code_of(error) not in THROTTLED:
                    raise
            time.sleep(pause)
        return operation(**request)


def _problem(code: str) -> str | None:
    match code:
        case "InvalidImageFormatException":
            return _("Amazon Rekognition does not read this picture.")
        case "ImageTooLargeException":
            return _("The picture is too large for Amazon Rekognition.")
        case "ValidationException":
            return _("Amazon Rekognition does not accept this picture.")
        case _:
            return None


def _face(face: Mapping[str, Any]) -> IndexedFace:
    return IndexedFace(face["FaceId"], face["ImageId"], _box(face["BoundingBox"]), face["Confidence"])


def _box(box: Mapping[str, Any]) -> BoundingBox:
    return BoundingBox(box["Left"], box["Top"], box["Width"], box["Height"])
