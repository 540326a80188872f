"""Face collections in their own SQLite file: what was indexed, as an engine's answers, never as pictures."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from facesorter.domain.models import BoundingBox, Face
from facesorter.endpoint.wire import ServiceError, invalid_parameter
from facesorter.storage.database import Database

_MIGRATIONS = (
    (
        # Numbers are never used again, so that a call under way cannot write into another collection.
        """CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            engine TEXT NOT NULL,
            created_at REAL NOT NULL)""",
        # `external_id` is empty where none was given, because NULLs are never equal in a UNIQUE constraint.
        """CREATE TABLE pictures (
            id INTEGER PRIMARY KEY,
            collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
            image_id TEXT NOT NULL,
            external_id TEXT NOT NULL,
            answer BLOB NOT NULL,
            UNIQUE (collection, image_id, external_id))""",
        """CREATE TABLE faces (
            id INTEGER PRIMARY KEY,
            picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,
            face_index INTEGER NOT NULL,
            face_id TEXT NOT NULL UNIQUE,
            box_left REAL NOT NULL,
            box_top REAL NOT NULL,
            box_width REAL NOT NULL,
            box_height REAL NOT NULL,
            confidence REAL NOT NULL,
            UNIQUE (picture, face_index))""",
    ),
    (
        """CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            UNIQUE (collection, user_id))""",
        """CREATE TABLE members (
            id INTEGER PRIMARY KEY,
            face INTEGER NOT NULL UNIQUE REFERENCES faces ON DELETE CASCADE,
            user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE)""",
        "CREATE INDEX members_of_user ON members (user)",
        """CREATE TABLE tags (
            collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (collection, key))""",
    ),
    (
        """CREATE TABLE seen (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL,
            kind TEXT NOT NULL,
            content BLOB NOT NULL,
            UNIQUE (digest, kind))""",
    ),
)


class Collection(NamedTuple):
    """A collection; `engine` is the only one whose answers it holds, `created_at` seconds since 1970."""

    id: int
    name: str
    engine: str
    created_at: float


class StoredFace(NamedTuple):
    """An indexed face; `row` grows with every face and orders listings."""

    row: int
    face_id: str
    image_id: str
    external_id: str
    box: BoundingBox
    confidence: float
    picture: int
    face_index: int


class IndexedPicture(NamedTuple):
    """A picture to index: `image_id` tells its content, the faces are those to keep, by their index in the answer."""

    image_id: str
    external_id: str
    answer: bytes
    faces: Sequence[tuple[int, Face]]


class Gallery(NamedTuple):
    """A collection's faces to search: the answer of each picture, and each face with its picture's position there."""

    answers: Sequence[bytes]
    faces: Sequence[tuple[int, StoredFace]]


@dataclass
class _Held:
    """A collection in memory, so that a search reads nothing from the file."""

    answers: list[bytes] = field(default_factory=list[bytes])
    positions: dict[int, int] = field(default_factory=dict[int, int])
    faces: dict[str, tuple[int, StoredFace]] = field(default_factory=dict[str, tuple[int, StoredFace]])

    def add(self, picture: int, answer: bytes, faces: Iterable[StoredFace]) -> None:
        position = self.positions.setdefault(picture, len(self.answers))
        if position == len(self.answers):
            self.answers.append(answer)
        self.faces |= {face.face_id: (position, face) for face in faces}


class Collections:
    """Any thread may call; every change is durable when the call returns.

    Raises `ServiceError` for what a client can get wrong, `StorageUnavailable` if the file cannot be used.
    """

    def __init__(self, path: str) -> None:
        self.database = Database(path, _MIGRATIONS)
        """The file, for what else is kept in it (`users`, `tags`, `memory`)."""
        self._held: dict[int, _Held] = {}
        self._lock = threading.RLock()

    def close(self) -> None:
        """Let the file go."""
        self.database.close()

    def create(self, name: str, engine: str) -> None:
        """A new, empty collection for the answers of `engine`."""
        added = self._change(
            "INSERT INTO collections (name, engine, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (name, engine, time.time()),
        )
        if not added:
            raise ServiceError("ResourceAlreadyExistsException", f"The collection id: {name} already exists")

    def delete(self, name: str) -> None:
        """Forget the collection and every face in it."""
        collection = self.get(name)
        with self._lock:
            self._change("DELETE FROM collections WHERE id = ?", (collection.id,))
            self._held.pop(collection.id, None)

    def get(self, name: str) -> Collection:
        """The collection of this name."""
        rows = self._rows("SELECT id, name, engine, created_at FROM collections WHERE name = ?", (name,))
        if not rows:
            raise _not_found(name)
        return Collection(*rows[0])

    def usable(self, name: str, engine: str) -> Collection:
        """The collection of this name, if its faces are this engine's."""
        collection = self.get(name)
        if collection.engine != engine:
            raise invalid_parameter(
                f"Collection {collection.name} holds faces of the engine {collection.engine}, and this is {engine}: "
                "create it anew"
            )
        return collection

    def after(self, row: int, limit: int) -> list[Collection]:
        """The next collections in the order they were created."""
        query = "SELECT id, name, engine, created_at FROM collections WHERE id > ? ORDER BY id LIMIT ?"
        return [Collection(*found) for found in self._rows(query, (row, limit))]

    def count(self, collection: Collection) -> int:
        """How many faces it holds."""
        query = "SELECT count(*) FROM faces JOIN pictures ON pictures.id = picture WHERE collection = ?"
        return self._rows(query, (collection.id,))[0][0]

    def faces_after(self, collection: Collection, row: int, limit: int) -> list[StoredFace]:
        """The next faces in the order they were indexed."""
        return self._faces("faces.id > ?", collection, row, limit)

    def add(self, collection: Collection, picture: IndexedPicture) -> list[StoredFace]:
        """Index these faces, each only once: the same picture under the same external id keeps its face ids."""
        key = (collection.id, picture.image_id, picture.external_id)
        with self._lock:
            with self.database.writing() as connection:
                try:
                    connection.execute(
                        "INSERT INTO pictures (collection, image_id, external_id, answer) VALUES (?, ?, ?, ?)"
                        " ON CONFLICT DO NOTHING",
                        (*key, picture.answer),
                    )
                except sqlite3.IntegrityError:  # deleted by another call meanwhile
                    raise _not_found(collection.name) from None
                where = "SELECT id FROM pictures WHERE collection = ? AND image_id = ? AND external_id = ?"
                (row,) = connection.execute(where, key).fetchone()
                connection.executemany(
                    "INSERT INTO faces"
                    " (picture, face_index, face_id, box_left, box_top, box_width, box_height, confidence)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    [(row, index, str(uuid.uuid4()), *face.box, face.confidence) for index, face in picture.faces],
                )
            self.database.commit()
            known = {face.face_index: face for face in self._faces("picture = ?", collection, row)}
            if collection.id in self._held:
                self._held[collection.id].add(row, picture.answer, known.values())
        return [known[index] for index, _ in picture.faces]

    def remove(self, collection: Collection, face_ids: Sequence[str]) -> set[str]:
        """Forget these faces, and pictures that have none left; the ids that were there."""
        with self._lock:
            removed = self._hold(collection).faces.keys() & set(face_ids)
            with self.database.writing() as connection:
                connection.executemany("DELETE FROM faces WHERE face_id = ?", [(face_id,) for face_id in removed])
                emptied = "DELETE FROM pictures WHERE collection = ? AND id NOT IN (SELECT picture FROM faces)"
                connection.execute(emptied, (collection.id,))
            self.database.commit()
            del self._held[collection.id]
        return removed

    def face(self, collection: Collection, face_id: str) -> tuple[bytes, StoredFace] | None:
        """One face and the answer of its picture, or None if it is not in this collection."""
        with self._lock:
            held = self._hold(collection)
            found = held.faces.get(face_id)
            return found and (held.answers[found[0]], found[1])

    def gallery(self, collection: Collection) -> Gallery:
        """Everything to search, as it is now."""
        with self._lock:
            held = self._hold(collection)
            return Gallery(tuple(held.answers), tuple(held.faces.values()))

    def _hold(self, collection: Collection) -> _Held:
        held = self._held.get(collection.id)
        if held is None:
            held = _Held()
            for picture, answer in self._rows("SELECT id, answer FROM pictures WHERE collection = ?", (collection.id,)):
                held.add(picture, answer, ())
            for face in self._faces("faces.id > ?", collection, 0):
                held.faces[face.face_id] = held.positions[face.picture], face
            self._held[collection.id] = held
        return held

    def _faces(self, condition: str, collection: Collection, value: int, limit: int = -1) -> list[StoredFace]:
        query = f"""SELECT faces.id, face_id, image_id, external_id, box_left, box_top, box_width, box_height,
            confidence, picture, face_index FROM faces JOIN pictures ON pictures.id = picture
            WHERE collection = ? AND {condition} ORDER BY faces.id LIMIT ?"""  # noqa: S608  (conditions are constants)
        return [
            StoredFace(row[0], row[1], row[2], row[3], BoundingBox(*row[4:8]), row[8], row[9], row[10])
            for row in self._rows(query, (collection.id, value, limit))
        ]

    def _rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.database.reading() as connection:
            return connection.execute(query, values).fetchall()

    def _change(self, statement: str, values: Sequence[Any]) -> int:
        with self.database.writing() as connection:
            changed = connection.execute(statement, values).rowcount
        self.database.commit()
        return changed


def _not_found(name: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"The collection id: {name} does not exist")
