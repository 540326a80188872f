"""Rekognition's face operations: checked values in, the members of the answer out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from facesorter.domain.models import Comparison, Face, Match, Reference
from facesorter.domain.ports import Example
from facesorter.domain.quality_bars import reasons
from facesorter.domain.wire import DEFAULT_MEMBERS, MORE_MEMBERS, compare_faces_answer, compared_face
from facesorter.endpoint.collections import Collection, Collections, IndexedPicture, StoredFace
from facesorter.endpoint.pages import row_after, token
from facesorter.endpoint.pictures import PictureReader
from facesorter.endpoint.tags import Tags, require_room
from facesorter.endpoint.user_service import UserService
from facesorter.endpoint.users import Users
from facesorter.endpoint.wire import invalid_parameter

Values = Mapping[str, Any]
Answer = dict[str, Any]

FACE_MODEL_VERSION = "7.0"
"""The version of Rekognition's face model whose behavior this is; the engine itself has a name of its own."""

BILLED = (
    "CompareFaces",
    "DetectFaces",
    "IndexFaces",
    "SearchFaces",
    "SearchFacesByImage",
    "AssociateFaces",
    "DisassociateFaces",
    "SearchUsers",
    "SearchUsersByImage",
)
"""The operations that AWS charges for, by the call."""

LARGEST_PAGE = 4096
"""What Rekognition lists or finds at most, and what a request gets that does not say how many it wants."""

DEFAULT_THRESHOLD = 80.0
_ACCOUNT = "000000000000"
_NO_FACE_TO_SEARCH = "There are no faces in the image. Should be at least 1."


class Service:
    """Answers operations by their names. Any thread may call; raises `ServiceError` for what the service refuses."""

    def __init__(self, reader: PictureReader, collections: Collections, scale: Callable[[float], float]) -> None:
        """`scale` turns the engine's similarities (0-100) into those that are answered; it must be monotone."""
        self._reader = reader
        self._scale = scale
        self._engine = reader.engine
        self._collections = collections
        self._users = Users(collections)
        self._tags = Tags(collections)
        self.operations = {
            "CompareFaces": self._compare_faces,
            "DetectFaces": self._detect_faces,
            "CreateCollection": self._create_collection,
            "DescribeCollection": self._describe_collection,
            "ListCollections": self._list_collections,
            "DeleteCollection": self._delete_collection,
            "IndexFaces": self._index_faces,
            "ListFaces": self._list_faces,
            "DeleteFaces": self._delete_faces,
            "SearchFaces": self._search_faces,
            "SearchFacesByImage": self._search_faces_by_image,
            **self._tags.operations,
            **UserService(reader, collections, self._users, scale).operations,
        }

    def answer(self, operation: str, values: Values, region: str) -> Answer:
        """The answer's members. `operation` is one of `operations`, `region` the one the client thinks it is in."""
        return self.operations[operation](values, region)

    def _compare_faces(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        bar = values.get("QualityFilter", "NONE")
        source, searched = self._reader.search(values["SourceImage"], lambda faces: _largest(faces, bar))
        target = self._reader.read(values["TargetImage"])
        if searched is None or not target.faces:
            raise invalid_parameter()
        similarities = self._similarities(searched.reference, [target.analysis])[0]
        found = [
            (similarity, face)
            for face, (similarity,) in zip(target.faces, similarities, strict=False)
            if not reasons(face, bar)
        ]
        found.sort(key=lambda match: -match[0])
        matches = [Match(face, self._scale(similarity)) for similarity, face in found]
        comparison = Comparison(source.faces[searched.face_index], tuple(matches))
        return compare_faces_answer(comparison.at_least(values.get("SimilarityThreshold", DEFAULT_THRESHOLD)))

    def _detect_faces(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        members = _members(values.get("Attributes", ()))
        if not members:
            return {"FaceDetails": [compared_face(face) for face in self._reader.read(values["Image"]).faces]}
        return {"FaceDetails": [_with(members, detail) for detail in self._reader.details(values["Image"])]}

    def _create_collection(self, values: Values, region: str) -> Answer:
        name = values["CollectionId"]
        tags = values.get("Tags", {})
        require_room(tags)
        self._collections.create(name, self._engine.name)
        self._tags.give(self._collections.get(name), tags)
        return {
            "StatusCode": 200,
            # Without "arn:" in front, as the service answers this one operation.
            "CollectionArn": f"aws:rekognition:{region}:{_ACCOUNT}:collection/{name}",
            "FaceModelVersion": FACE_MODEL_VERSION,
        }

    def _describe_collection(self, values: Values, region: str) -> Answer:
        collection = self._collections.get(values["CollectionId"])
        return {
            "FaceCount": self._collections.count(collection),
            "FaceModelVersion": FACE_MODEL_VERSION,
            "CollectionARN": f"arn:aws:rekognition:{region}:{_ACCOUNT}:collection/{collection.name}",
            "CreationTimestamp": round(collection.created_at, 3),
            "UserCount": len(self._users.all(collection)),
        }

    def _list_collections(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        limit = values.get("MaxResults") or LARGEST_PAGE
        found = self._collections.after(row_after(values, "collections"), limit + 1)
        page = found[:limit]
        return {
            "CollectionIds": [collection.name for collection in page],
            "FaceModelVersions": [FACE_MODEL_VERSION] * len(page),
            **({"NextToken": token("collections", page[-1].id)} if len(found) > limit else {}),
        }

    def _delete_collection(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        self._collections.delete(values["CollectionId"])
        return {"StatusCode": 200}

    def _index_faces(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.usable(values["CollectionId"], self._engine.name)
        external_id = values.get("ExternalImageId", "")
        picture = self._reader.read(values["Image"])
        kept, unindexed = _to_index(picture.faces, values.get("QualityFilter", "AUTO"), values.get("MaxFaces"))
        stored: list[StoredFace] = []
        if kept:
            image_id = str(uuid.UUID(bytes=picture.digest[:16], version=5))
            stored = self._collections.add(collection, IndexedPicture(image_id, external_id, picture.analysis, kept))
        owners = self._users.owners(collection)  # a face that was indexed before may have a user
        details = [compared_face(face) for face in picture.faces]
        if members := _members(values.get("DetectionAttributes", ())):
            details = [_with(members, detail) for detail in self._reader.details(values["Image"])]
        return {
            "FaceRecords": [{"Face": _face(face, owners), "FaceDetail": details[face.face_index]} for face in stored],
            "FaceModelVersion": FACE_MODEL_VERSION,
            "UnindexedFaces": [{"Reasons": because, "FaceDetail": details[index]} for index, because in unindexed],
        }

    def _list_faces(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.get(values["CollectionId"])
        limit = values.get("MaxResults") or LARGEST_PAGE
        list_name = f"faces of {collection.id}"
        row = row_after(values, list_name)
        user = self._users.get(collection, values["UserId"]) if "UserId" in values else None
        if "FaceIds" in values or user is not None:
            wanted = set(user.faces if user is not None else values["FaceIds"])
            wanted &= set(values.get("FaceIds", wanted))
            faces = self._collections.gallery(collection).faces
            found = sorted(face for _, face in faces if face.face_id in wanted and face.row > row)[: limit + 1]
        else:
            found = self._collections.faces_after(collection, row, limit + 1)
        page = found[:limit]
        owners = self._users.owners(collection)
        return {
            "Faces": [_face(face, owners) for face in page],
            "FaceModelVersion": FACE_MODEL_VERSION,
            **({"NextToken": token(list_name, page[-1].row)} if len(found) > limit else {}),
        }

    def _delete_faces(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.get(values["CollectionId"])
        owners = self._users.owners(collection)
        face_ids: list[str] = list(dict.fromkeys(values["FaceIds"]))
        removed = self._collections.remove(collection, [face_id for face_id in face_ids if face_id not in owners])
        return {
            "DeletedFaces": [face_id for face_id in face_ids if face_id in removed],
            "UnsuccessfulFaceDeletions": [
                {"FaceId": face_id, "UserId": owners[face_id], "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"]}
                if face_id in owners
                else {"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]}
                for face_id in face_ids
                if face_id not in removed
            ],
        }

    def _search_faces(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.usable(values["CollectionId"], self._engine.name)
        face_id = values["FaceId"]
        found = self._collections.face(collection, face_id)
        if found is None:
            raise invalid_parameter("faceId was not found in the collection.")
        answer, face = found
        with self._reader.one_at_a_time:
            reference = self._engine.recall("", Example((answer,), face.face_index))
        matches = self._matches(collection, reference, values, but=face_id)
        return {"SearchedFaceId": face_id, "FaceMatches": matches, "FaceModelVersion": FACE_MODEL_VERSION}

    def _search_faces_by_image(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.usable(values["CollectionId"], self._engine.name)
        bar = values.get("QualityFilter", "NONE")
        picture, found = self._reader.search(values["Image"], lambda faces: _largest(faces, bar))
        if found is None:
            raise invalid_parameter(_NO_FACE_TO_SEARCH)
        searched = compared_face(picture.faces[found.face_index])
        return {
            "SearchedFaceBoundingBox": searched["BoundingBox"],
            "SearchedFaceConfidence": searched["Confidence"],
            "FaceMatches": self._matches(collection, found.reference, values),
            "FaceModelVersion": FACE_MODEL_VERSION,
        }

    def _similarities(self, person: Reference, answers: Sequence[bytes]) -> list[list[list[float]]]:
        """0-100 of each face of each picture, in a list of its own as the engine gives it."""
        with self._reader.one_at_a_time:
            return self._engine.similarities([person], [(answer,) for answer in answers])

    def _matches(self, collection: Collection, person: Reference, values: Values, but: str = "") -> list[Answer]:
        """The faces of the collection that are similar enough, most similar first, as many as asked for."""
        gallery = self._collections.gallery(collection)
        similarities = self._similarities(person, gallery.answers)
        threshold = values.get("FaceMatchThreshold", DEFAULT_THRESHOLD)
        found = [
            (similarity, face)
            for position, face in gallery.faces
            if face.face_id != but
            and self._scale(similarity := similarities[position][face.face_index][0]) >= threshold
        ]
        found.sort(key=lambda match: (-match[0], match[1].row))
        limit = values.get("MaxFaces", LARGEST_PAGE)
        owners = self._users.owners(collection)
        return [
            {"Similarity": self._scale(similarity), "Face": _face(face, owners)} for similarity, face in found[:limit]
        ]


def _largest(faces: Sequence[Face], bar: str) -> int | None:
    return next((index for index, face in enumerate(faces) if not reasons(face, bar)), None)


def _members(attributes: Sequence[str]) -> tuple[str, ...]:
    """The members of a `FaceDetail` that these attributes ask for beside the default ones."""
    if "ALL" in attributes:
        return MORE_MEMBERS
    asked = {attribute.replace("_", "").lower() for attribute in attributes}
    return tuple(member for member in MORE_MEMBERS if member.lower() in asked)


def _with(members: Sequence[str], detail: Answer) -> Answer:
    return {member: detail[member] for member in (*DEFAULT_MEMBERS, *members) if member in detail}


def _to_index(
    faces: Sequence[Face], bar: str, most: int | None
) -> tuple[list[tuple[int, Face]], list[tuple[int, list[str]]]]:
    """The faces to index, with their places, and the places of the others with the reasons why not."""
    kept: list[tuple[int, Face]] = []
    unindexed: list[tuple[int, list[str]]] = []
    for index, face in enumerate(faces):
        because = reasons(face, bar)
        if not because and most is not None and len(kept) >= most:
            because = ["EXCEEDS_MAX_FACES"]
        if because:
            unindexed.append((index, because))
        else:
            kept.append((index, face))
    return kept, unindexed


def _face(face: StoredFace, owners: Mapping[str, str]) -> Answer:
    box = face.box
    return {
        "FaceId": face.face_id,
        "BoundingBox": {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top},
        "ImageId": face.image_id,
        **({"ExternalImageId": face.external_id} if face.external_id else {}),
        "Confidence": face.confidence,
        "IndexFacesModelVersion": FACE_MODEL_VERSION,
        **({"UserId": owners[face.face_id]} if face.face_id in owners else {}),
    }
