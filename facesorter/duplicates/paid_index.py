"""An index of faces in a collection of Amazon Rekognition, for pictures that are sent there from this computer.

Each picture is indexed and each of its faces searched for once, ever: what was paid for is kept in a file here, and a
face that comes later finds those that were there before, which by that find it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any, Protocol

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import BoundingBox, EncodedPicture
from facesorter.duplicates.index import Contents, IndexedFace, Like, Picture, RefusedFace
from facesorter.duplicates.reports import external_id
from facesorter.storage.database import Database

PAID_MIGRATION = (
    """CREATE TABLE paid_pictures (
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        version TEXT NOT NULL,
        name TEXT,
        refused TEXT NOT NULL,
        problem TEXT,
        PRIMARY KEY (collection, key))""",
    """CREATE TABLE paid_faces (
        collection TEXT NOT NULL,
        face_id TEXT NOT NULL,
        key TEXT NOT NULL,
        image_id TEXT NOT NULL,
        box TEXT NOT NULL,
        confidence REAL NOT NULL,
        searched_from REAL,
        PRIMARY KEY (collection, face_id))""",
    "CREATE INDEX paid_faces_of_picture ON paid_faces (collection, key)",
    """CREATE TABLE paid_likes (
        collection TEXT NOT NULL,
        face_id TEXT NOT NULL,
        other_id TEXT NOT NULL,
        similarity REAL NOT NULL,
        PRIMARY KEY (collection, face_id, other_id))""",
)
"""`searched_from` is the similarity from which a face was searched for; a lower one needs another search."""

_AT_ONCE = 16
_COMMIT_EVERY = 32
"""Searches, which are paid for."""

_NOBODYS = ""
"""The key of faces that are still to be deleted in the collection; no picture has it."""


class Service(Protocol):
    """A collection of the service: `FaceCollection`."""

    name: str

    def index(self, picture: EncodedPicture, external_id: str) -> dict[str, Any]: ...

    def search(self, face_id: str, at_least: float) -> dict[str, Any]: ...

    def delete(self, face_ids: Sequence[str]) -> None: ...


class PaidIndex:
    """Implements `FaceIndex` for one source."""

    def __init__(self, service: Service, database: Database) -> None:
        self._service = service
        self._database = database
        self._collection = service.name

    def known(self) -> Mapping[str, Picture]:
        """Every picture that was sent, or could not be."""
        rows = self._rows("SELECT key, version, name FROM paid_pictures WHERE collection = ?")
        return {key: Picture(key, version, name) for key, version, name in rows}

    def contents(self, key: str) -> Contents:
        """What the service found in a picture that is known."""
        ((refused, problem),) = self._rows(
            "SELECT refused, problem FROM paid_pictures WHERE collection = ? AND key = ?", key
        )
        faces = tuple(
            IndexedFace(face_id, image_id, BoundingBox(*json.loads(box)), confidence)
            for face_id, image_id, box, confidence in self._rows(
                "SELECT face_id, image_id, box, confidence FROM paid_faces WHERE collection = ? AND key = ?"
                " ORDER BY rowid",
                key,
            )
        )
        poor = tuple(RefusedFace(BoundingBox(*box), tuple(why)) for box, why in json.loads(refused))
        return Contents(faces, poor, problem)

    def add(self, picture: Picture, data: bytes) -> None:
        """Send it: one call, paid. Raises what ends all calls."""
        try:
            answer = self._service.index(EncodedPicture(picture.key, data), external_id(picture.key))
        except PhotoError as error:
            self.fail(picture if error.lasting else picture._replace(version=""), error.sentence)
            return
        faces = [record["Face"] for record in answer["FaceRecords"]]
        refused = [(_box(one["FaceDetail"]), one["Reasons"]) for one in answer["UnindexedFaces"]]
        with self._database.writing() as connection:
            self._give_up(picture.key)
            connection.execute(
                "INSERT OR REPLACE INTO paid_pictures VALUES (?, ?, ?, ?, ?, NULL)",
                (self._collection, *picture, json.dumps(refused)),
            )
            connection.executemany(
                "INSERT INTO paid_faces VALUES (?, ?, ?, ?, ?, ?, NULL)"
                " ON CONFLICT (collection, face_id) DO UPDATE SET key = excluded.key",
                [
                    (self._collection, it["FaceId"], picture.key, it["ImageId"], json.dumps(_box(it)), it["Confidence"])
                    for it in faces
                ],
            )
        self._delete_given_up()

    def fail(self, picture: Picture, problem: str) -> None:
        """Note that the picture could not be read or sent."""
        self.remove([picture.key])
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO paid_pictures VALUES (?, ?, ?, ?, '[]', ?)",
                (self._collection, *picture, problem),
            )

    def rename(self, key: str, name: str | None) -> None:
        """The picture is somebody else's."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE paid_pictures SET name = ? WHERE collection = ? AND key = ?", (name, self._collection, key)
            )

    def remove(self, keys: Iterable[str]) -> None:
        """Forget pictures, here and in the collection; if that fails, the next call goes on."""
        with self._database.writing() as connection:
            for key in keys:
                self._give_up(key)
                connection.execute(
                    "DELETE FROM paid_pictures WHERE collection = ? AND key = ?", (self._collection, key)
                )
        self._delete_given_up()

    def _give_up(self, key: str) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE paid_faces SET key = ? WHERE collection = ? AND key = ?", (_NOBODYS, self._collection, key)
            )

    def _delete_given_up(self) -> None:
        faces = self._rows("SELECT face_id FROM paid_faces WHERE collection = ? AND key = ?", _NOBODYS)
        if not faces:
            return
        self._service.delete([face_id for (face_id,) in faces])
        with self._database.writing() as connection:
            for (face_id,) in faces:
                connection.execute(
                    "DELETE FROM paid_faces WHERE collection = ? AND face_id = ? AND key = ?",
                    (self._collection, face_id, _NOBODYS),
                )
                connection.execute(
                    "DELETE FROM paid_likes WHERE collection = ? AND ? IN (face_id, other_id)",
                    (self._collection, face_id),
                )

    def likes(self, keys: Iterable[str], at_least: float) -> Mapping[str, list[Like]]:
        """Faces of other pictures that are like one of a picture's own; a call for each face not yet searched for."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="search") as pool:
            searches = pool.map(self._search, self.unsearched(at_least), repeat(at_least))
            for number, _ in enumerate(searches, 1):
                if number % _COMMIT_EVERY == 0:
                    self.commit()
        return {key: self._likes_of(key, at_least) for key in keys}

    def unsearched(self, at_least: float) -> list[str]:
        """The faces that were never searched for from this similarity on: a call each."""
        rows = self._rows(
            "SELECT face_id FROM paid_faces WHERE collection = ? AND coalesce(searched_from, 101) > ? AND key != ?",
            at_least,
            _NOBODYS,
        )
        return [row[0] for row in rows]

    def commit(self) -> None:
        """Make what was done durable."""
        self._database.commit()

    def _search(self, face_id: str, at_least: float) -> None:
        answer = self._service.search(face_id, at_least)
        found = [(match["Face"]["FaceId"], match["Similarity"]) for match in answer["FaceMatches"]]
        with self._database.writing() as connection:
            for other, similarity in found:
                for pair in ((face_id, other), (other, face_id)):
                    connection.execute(
                        "INSERT OR REPLACE INTO paid_likes VALUES (?, ?, ?, ?)", (self._collection, *pair, similarity)
                    )
            connection.execute(
                "UPDATE paid_faces SET searched_from = ? WHERE collection = ? AND face_id = ?",
                (at_least, self._collection, face_id),
            )

    def _likes_of(self, key: str, at_least: float) -> list[Like]:
        rows = self._rows(
            "SELECT similarity, own.face_id, other.face_id, other.image_id, other.box, other.confidence,"
            " other.key, version, name FROM paid_faces own"
            " JOIN paid_likes USING (collection, face_id)"
            " JOIN paid_faces other ON other.collection = own.collection AND other.face_id = other_id"
            " JOIN paid_pictures picture ON picture.collection = own.collection AND picture.key = other.key"
            " WHERE own.collection = ? AND own.key = ? AND other.key != own.key AND similarity >= ?",
            key,
            at_least,
        )
        likes = [
            Like(
                similarity, own, IndexedFace(face_id, image_id, BoundingBox(*json.loads(box)), sure), Picture(*picture)
            )
            for similarity, own, face_id, image_id, box, sure, *picture in rows
        ]
        likes.sort(key=lambda like: (-like.similarity, like.picture.key, like.face.face_id, like.own_face_id))
        return likes

    def _rows(self, question: str, *values: object) -> Sequence[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return connection.execute(question, (self._collection, *values)).fetchall()


def _box(face: Mapping[str, Any]) -> BoundingBox:
    box = face["BoundingBox"]
    return BoundingBox(box["Left"], box["Top"], box["Width"], box["Height"])
