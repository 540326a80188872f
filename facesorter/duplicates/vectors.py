"""Where faces of a queue's pictures are found again without Amazon Rekognition.

The engine on board looks at the pictures, and S3 Vectors keeps what it makes of faces.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import BoundingBox, EncodedPicture
from facesorter.domain.quality_bars import reasons
from facesorter.duplicates.collection import Hit, NotYetSearchable, digest_in
from facesorter.duplicates.index import Contents, IndexedFace, RefusedFace
from facesorter.duplicates.reports import external_id
from facesorter.engines.local.amazon_scale import as_amazon
from facesorter.engines.local.codec import faces_of, vectors_of
from facesorter.engines.local.engine import LocalEngine
from facesorter.places.s3.reading import body_of

_MOST_FOUND = 100
_MOST_AT_ONCE = 500


class VectorClient(Protocol):
    """What is needed of boto3's client of S3 Vectors."""

    def put_vectors(self, **request: Any) -> Any: ...

    def get_vectors(self, **request: Any) -> Any: ...

    def query_vectors(self, **request: Any) -> Any: ...

    def delete_vectors(self, **request: Any) -> Any: ...


class VectorCollection:
    """Implements `Collection`. `read` gives a picture's bytes, or raises `PhotoError`.

    A search leaves out faces of its own name, so that the 100 that S3 Vectors finds at most are of others.
    """

    def __init__(self, engine: LocalEngine, client: VectorClient, index: str, read: Callable[[str], bytes]) -> None:
        self._engine = engine
        self._client = client
        self._index = index
        self._read = read

    def index(self, key: str, name: str | None) -> Contents:
        """Look at the picture and keep what its faces look like."""
        try:
            data = self._read(key)
        except PhotoError as error:
            return Contents(problem=error.reason)
        (query,) = self._engine.queries(())
        try:
            analysis = self._engine.analyze(query, EncodedPicture(key, data))
        except PhotoError as error:
            return Contents(problem=error.reason)
        content = hashlib.sha256(data).digest()
        image_id = str(uuid.UUID(bytes=content[:16], version=5))
        faces: list[IndexedFace] = []
        refused: list[RefusedFace] = []
        vectors: list[dict[str, Any]] = []
        cleared = self._engine.cleared(vectors_of([analysis])[0])
        for number, (face, vector) in enumerate(zip(faces_of(analysis), cleared, strict=True)):
            if why := reasons(face, "AUTO"):
                refused.append(RefusedFace(face.box, tuple(why)))
                continue
            face_id = str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([key, content.hex(), number])))
            faces.append(IndexedFace(face_id, image_id, face.box, face.confidence))
            told = {
                "name": name or "",
                "external_id": external_id(key),
                "image_id": image_id,
                "confidence": face.confidence,
                "box": json.dumps(face.box),
            }
            vectors.append({"key": face_id, "data": {"float32": vector.tolist()}, "metadata": told})
        for start in range(0, len(vectors), _MOST_AT_ONCE):
            self._client.put_vectors(indexArn=self._index, vectors=vectors[start : start + _MOST_AT_ONCE])
        return Contents(tuple(faces), tuple(refused))

    def search(self, face_id: str, name: str, at_least: float) -> list[Hit]:
        """Up to 100 faces of other names."""
        own = self._client.get_vectors(indexArn=self._index, keys=[face_id], returnData=True)["vectors"]
        if not own:
            raise NotYetSearchable
        answer = self._client.query_vectors(
            indexArn=self._index,
            topK=_MOST_FOUND,
            queryVector=own[0]["data"],
            filter={"name": {"$ne": name}},
            returnDistance=True,
            returnMetadata=True,
        )
        hits: list[Hit] = []
        for found in answer["vectors"]:
            similarity = as_amazon(self._engine.similarity_of(1 - found["distance"]))
            told = found["metadata"]
            if similarity >= at_least and found["key"] != face_id:
                box = BoundingBox(*json.loads(told["box"]))
                face = IndexedFace(found["key"], told["image_id"], box, told["confidence"])
                hits.append(Hit(similarity, face, digest_in(told["external_id"])))
        return hits

    def delete(self, face_ids: Sequence[str]) -> None:
        """Forget these faces."""
        for start in range(0, len(face_ids), _MOST_AT_ONCE):
            self._client.delete_vectors(indexArn=self._index, keys=face_ids[start : start + _MOST_AT_ONCE])


def vector_collection(client: VectorClient, index: str, s3: Any, bucket: str) -> VectorCollection:
    """The collection of a function in the cloud, whose pictures lie in this bucket."""

    def read(key: str) -> bytes:
        return body_of(s3.get_object(Bucket=bucket, Key=key))

    return VectorCollection(LocalEngine(), client, index, read)
