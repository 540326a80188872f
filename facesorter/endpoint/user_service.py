"""Rekognition's operations about users: people whom a collection knows by several faces each."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from facesorter.domain.models import Reference
from facesorter.domain.ports import Example
from facesorter.domain.quality_bars import reasons
from facesorter.domain.wire import compared_face
from facesorter.endpoint.collections import Collection, Collections
from facesorter.endpoint.pages import next_page
from facesorter.endpoint.pictures import PictureReader
from facesorter.endpoint.users import MOST_FACES_A_USER, User, Users
from facesorter.endpoint.wire import ServiceError, invalid_parameter
from facesorter.engines.local.cache import Cache

Values = Mapping[str, Any]
Answer = dict[str, Any]

LARGEST_PAGE = 500
"""Users that are listed or found at most, and what a request gets that does not say how many it wants."""

MATCH_THRESHOLD, ASSOCIATE_THRESHOLD = 80.0, 75.0
_FACE_MODEL_VERSION = "7.0"
_KNOWN_USERS = 10_000
_REMEMBERED_TOKENS = 1_000


class UserService:
    """One method an operation, as in `Service`. Any thread may call; raises `ServiceError`."""

    def __init__(
        self, reader: PictureReader, collections: Collections, users: Users, scale: Callable[[float], float]
    ) -> None:
        self._reader = reader
        self._engine = reader.engine
        self._collections = collections
        self._users = users
        self._scale = scale
        self._tokens = _Tokens()
        self._references = Cache[Reference](_KNOWN_USERS)
        self._changing = threading.RLock()
        self.operations = {
            "CreateUser": self._once("CreateUser", self._create_user),
            "DeleteUser": self._once("DeleteUser", self._delete_user),
            "ListUsers": self._list_users,
            "AssociateFaces": self._once("AssociateFaces", self._associate_faces),
            "DisassociateFaces": self._once("DisassociateFaces", self._disassociate_faces),
            "SearchUsers": self._search_users,
            "SearchUsersByImage": self._search_users_by_image,
        }

    def _once(self, operation: str, answer: Callable[[Values], Answer]) -> Callable[[Values, str], Answer]:
        """The operation, done once for each ClientRequestToken."""

        def answer_once(values: Values, region: str) -> Answer:  # noqa: ARG001
            with self._changing:
                return self._tokens.answer(operation, values, answer)

        return answer_once

    def _create_user(self, values: Values) -> Answer:
        self._users.create(self._collections.get(values["CollectionId"]), values["UserId"])
        return {}

    def _delete_user(self, values: Values) -> Answer:
        self._users.delete(self._collections.get(values["CollectionId"]), values["UserId"])
        return {}

    def _list_users(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.get(values["CollectionId"])
        users = list(self._users.all(collection).values())
        page, token = next_page(users, values, f"users of {collection.id}", LARGEST_PAGE)
        return {"Users": [{"UserId": user.user_id, "UserStatus": user.status} for user in page], **token}

    def _associate_faces(self, values: Values) -> Answer:
        collection = self._collections.usable(values["CollectionId"], self._engine.name)
        user = self._users.get(collection, values["UserId"])
        owners = self._users.owners(collection)
        threshold = values.get("UserMatchThreshold", ASSOCIATE_THRESHOLD)
        known = self._reference(collection, user)
        rows: dict[str, int] = {}
        refused: list[Answer] = []
        for face_id in dict.fromkeys(values["FaceIds"]):
            found = self._collections.face(collection, face_id)
            if found is None:
                refused.append({"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]})
            elif owners.get(face_id, user.user_id) != user.user_id:
                refused.append(
                    {"FaceId": face_id, "UserId": owners[face_id], "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"]}
                )
            elif face_id not in owners:
                answer, face = found
                alike = (
                    100.0 if known is None else self._similarities([known], [Example((answer,), face.face_index)])[0]
                )
                if alike < threshold:
                    refused.append({"FaceId": face_id, "Confidence": alike, "Reasons": ["LOW_MATCH_CONFIDENCE"]})
                else:
                    rows[face_id] = face.row
        if len(user.faces) + len(rows) > MOST_FACES_A_USER:
            raise ServiceError(
                "ServiceQuotaExceededException", f"A user has at most {MOST_FACES_A_USER} associated faces"
            )
        self._users.associate(collection, user, rows.values())
        return {
            "AssociatedFaces": [{"FaceId": face_id} for face_id in rows],
            "UnsuccessfulFaceAssociations": refused,
            "UserStatus": self._users.get(collection, user.user_id).status,
        }

    def _disassociate_faces(self, values: Values) -> Answer:
        collection = self._collections.get(values["CollectionId"])
        user = self._users.get(collection, values["UserId"])
        owners = self._users.owners(collection)
        rows: dict[str, int] = {}
        refused: list[Answer] = []
        for face_id in dict.fromkeys(values["FaceIds"]):
            found = self._collections.face(collection, face_id)
            if found is None:
                refused.append({"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]})
            elif face_id in user.faces:
                rows[face_id] = found[1].row
            elif face_id in owners:
                refused.append(
                    {"FaceId": face_id, "UserId": owners[face_id], "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"]}
                )
        self._users.disassociate(collection, rows.values())
        return {
            "DisassociatedFaces": [{"FaceId": face_id} for face_id in rows],
            "UnsuccessfulFaceDisassociations": refused,
            "UserStatus": self._users.get(collection, user.user_id).status,
        }

    def _search_users(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.usable(values["CollectionId"], self._engine.name)
        if ("FaceId" in values) == ("UserId" in values):
            raise invalid_parameter("SearchUsers needs either a FaceId or a UserId.")
        if "UserId" in values:
            user = self._users.get(collection, values["UserId"])
            searched: Answer = {"SearchedUser": {"UserId": user.user_id}}
            examples, others = self._examples(collection, user.faces), user.user_id
        else:
            found = self._collections.face(collection, values["FaceId"])
            if found is None:
                raise invalid_parameter("faceId was not found in the collection.")
            searched = {"SearchedFace": {"FaceId": values["FaceId"]}}
            examples, others = [Example((found[0],), found[1].face_index)], None
        matches = self._matches(collection, examples, values, but=others)
        return {"UserMatches": matches, "FaceModelVersion": _FACE_MODEL_VERSION, **searched}

    def _search_users_by_image(self, values: Values, region: str) -> Answer:  # noqa: ARG002
        collection = self._collections.usable(values["CollectionId"], self._engine.name)
        picture = self._reader.read(values["Image"])
        because = [reasons(face, values.get("QualityFilter", "NONE")) for face in picture.faces]
        index = because.index([]) if [] in because else None
        answer: Answer = {
            "UserMatches": [],
            "FaceModelVersion": _FACE_MODEL_VERSION,
            "UnsearchedFaces": [
                {"FaceDetails": compared_face(face), "Reasons": why or ["FACE_NOT_LARGEST"]}
                for number, (face, why) in enumerate(zip(picture.faces, because, strict=True))
                if number != index
            ],
        }
        if index is not None:
            answer["SearchedFace"] = {"FaceDetail": compared_face(picture.faces[index])}
            answer["UserMatches"] = self._matches(collection, [Example((picture.analysis,), index)], values)
        return answer

    def _matches(
        self, collection: Collection, examples: Sequence[Example], values: Values, but: str | None = None
    ) -> list[Answer]:
        """The users that one of the faces looks like, most similar first, as many as asked for."""
        users = [user for user in self._users.all(collection).values() if user.faces and user.user_id != but]
        known = [(user, reference) for user in users if (reference := self._reference(collection, user)) is not None]
        similarities = self._similarities([reference for _, reference in known], examples)
        threshold = values.get("UserMatchThreshold", MATCH_THRESHOLD)
        found = [
            (similarity, user)
            for similarity, (user, _) in zip(similarities, known, strict=True)
            if similarity >= threshold
        ]
        found.sort(key=lambda match: (-match[0], match[1].row))
        return [
            {"Similarity": similarity, "User": {"UserId": user.user_id, "UserStatus": user.status}}
            for similarity, user in found[: values.get("MaxUsers", LARGEST_PAGE)]
        ]

    def _similarities(self, people: Sequence[Reference], examples: Sequence[Example]) -> list[float]:
        """0-100 of each person to the one of the faces that is most like them."""
        if not people or not examples:
            return [0.0] * len(people)
        with self._reader.one_at_a_time:
            photos = self._engine.similarities(people, [example.analyses for example in examples])
        rows = [photo[example.face_index] for photo, example in zip(photos, examples, strict=True)]
        return [self._scale(max(column)) for column in zip(*rows, strict=True)]

    def _examples(self, collection: Collection, face_ids: Iterable[str]) -> list[Example]:
        found = [self._collections.face(collection, face_id) for face_id in face_ids]
        return [Example((answer,), face.face_index) for answer, face in filter(None, found)]

    def _reference(self, collection: Collection, user: User) -> Reference | None:
        """What the user looks like by all of its faces; None if it has none."""
        examples = self._examples(collection, user.faces)
        if not examples:
            return None

        def grown() -> Reference:
            with self._reader.one_at_a_time:
                first = self._engine.recall(user.user_id, examples[0])
                return self._engine.grow(first, examples) if len(examples) > 1 else first

        return self._references.get(user.faces, grown)


class _Tokens:
    """The answers that were given for each ClientRequestToken, so that a retry changes nothing again."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, tuple[str, Answer]] = OrderedDict()

    def answer(self, operation: str, values: Values, answer: Callable[[Values], Answer]) -> Answer:
        """The answer of this token's first call. Raises `ServiceError` if that asked for something else."""
        token = values.get("ClientRequestToken")
        if token is None:
            return answer(values)
        asked = hashlib.sha256(repr((operation, sorted(values.items()))).encode()).hexdigest()
        if token in self._given:
            first, given = self._given[token]
            if first != asked:
                raise ServiceError(
                    "IdempotentParameterMismatchException",
                    "A ClientRequestToken of an earlier call was used with other parameters",
                )
            return given
        given = answer(values)
        self._given[token] = asked, given
        if len(self._given) > _REMEMBERED_TOKENS:
            self._given.popitem(last=False)
        return given
