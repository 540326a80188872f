"""A face collection of the user's account: paid calls index and search, free ones make it and forget faces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from facesorter.domain.errors import EngineUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, EncodedPicture
from facesorter.engines.rekognition.calls import NoFaces, RekognitionCalls, meaning
from facesorter.engines.rekognition.uploads import Upload, upload

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

_MOST_AT_ONCE = 4096
_PATIENCE = (0.2, 0.5, 1.0, 2.0, None)
"""Seconds between attempts to search for a face that was indexed just now: a collection needs a moment for it."""


class FaceCollection:
    """One collection, by its id; any thread may use it."""

    def __init__(self, calls: RekognitionCalls, client: RekognitionClient, name: str) -> None:
        self.name = name
        self._calls = calls
        self._client = client

    def make(self) -> None:
        """Make it, unless it is there. Raises what the service's refusal means."""
        try:
            self._client.create_collection(CollectionId=self.name)
        except self._client.exceptions.ResourceAlreadyExistsException:
            pass
        except (BotoCoreError, ClientError) as error:
            raise meaning(error) from error

    def index(self, picture: EncodedPicture, external_id: str) -> dict[str, Any]:
        """The answer of IndexFaces, its boxes those of the picture as it is. Raises `PhotoError`, or what ends all."""
        sent = upload(picture)
        try:
            answer = self._calls.call(
                "index_faces",
                "FaceRecords",
                CollectionId=self.name,
                Image={"Bytes": sent.data},
                ExternalImageId=external_id,
                QualityFilter="AUTO",
            )
        except NoFaces:
            return {"FaceRecords": [], "UnindexedFaces": []}
        for record in answer["FaceRecords"]:
            record["Face"]["BoundingBox"] = _back(sent, record["Face"]["BoundingBox"])
        for face in answer["UnindexedFaces"]:
            face["FaceDetail"]["BoundingBox"] = _back(sent, face["FaceDetail"]["BoundingBox"])
        return answer

    def search(self, face_id: str, at_least: float) -> dict[str, Any]:
        """The answer of SearchFaces. Raises what ends all calls."""
        for pause in _PATIENCE:
            try:
                return self._calls.call(
                    "search_faces",
                    "FaceMatches",
                    CollectionId=self.name,
                    FaceId=face_id,
                    FaceMatchThreshold=at_least,
                    MaxFaces=_MOST_AT_ONCE,
                )
            except NoFaces:
                if pause is not None:
                    time.sleep(pause)
        raise EngineUnavailable(
            _("Amazon Rekognition has lost a face of the collection {name}.").format(name=self.name),
            _("Delete the collection, and search in another folder with --out."),
        )

    def delete(self, face_ids: Sequence[str]) -> None:
        """Forget these faces. Raises what the service's refusal means."""
        delete_faces(self._client, self.name, face_ids)


def delete_faces(client: RekognitionClient, collection: str, face_ids: Sequence[str]) -> None:
    """Delete these faces of a collection, which costs nothing. Raises what the service's refusal means."""
    for start in range(0, len(face_ids), _MOST_AT_ONCE):
        try:
            client.delete_faces(CollectionId=collection, FaceIds=face_ids[start : start + _MOST_AT_ONCE])
        except (BotoCoreError, ClientError) as error:
            raise meaning(error) from error


def delete_collection(client: RekognitionClient, collection: str) -> None:
    """Delete a collection with all faces in it, if it is there. Raises what the service's refusal means."""
    try:
        client.delete_collection(CollectionId=collection)
    except client.exceptions.ResourceNotFoundException:
        pass
    except (BotoCoreError, ClientError) as error:
        raise meaning(error) from error


def _back(sent: Upload, box: dict[str, float]) -> dict[str, float]:
    found = sent.box(BoundingBox(box["Left"], box["Top"], box["Width"], box["Height"]))
    return {"Width": found.width, "Height": found.height, "Left": found.left, "Top": found.top}
