"""The users of a collection: each is known by up to a hundred of its faces."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from facesorter.endpoint.collections import Collection, Collections
from facesorter.endpoint.wire import ServiceError

MOST_FACES_A_USER = 100


class User(NamedTuple):
    """A user; `faces` are the ids of the faces it is known by, in the order they were associated."""

    row: int
    user_id: str
    faces: tuple[str, ...]

    @property
    def status(self) -> str:
        """Changes here are complete when a call returns, so a user is never `UPDATING`."""
        return "ACTIVE" if self.faces else "CREATED"


class Users:
    """Any thread may call; every change is durable when the call returns. Raises `ServiceError`."""

    def __init__(self, collections: Collections) -> None:
        self._database = collections.database
        self._lock = threading.RLock()
        self._held: dict[int, dict[str, User]] = {}

    def create(self, collection: Collection, user_id: str) -> None:
        """A user without a face."""
        with self._lock:
            if not self._change(
                "INSERT INTO users (collection, user_id) SELECT id, ? FROM collections WHERE id = ?"
                " ON CONFLICT DO NOTHING",
                [(user_id, collection.id)],
            ):
                raise ServiceError("ConflictException", f"The user id: {user_id} already exists")
            self._held.pop(collection.id, None)

    def delete(self, collection: Collection, user_id: str) -> None:
        """Forget the user; its faces stay in the collection."""
        with self._lock:
            self._change("DELETE FROM users WHERE id = ?", [(self.get(collection, user_id).row,)])
            self._held.pop(collection.id, None)

    def get(self, collection: Collection, user_id: str) -> User:
        """The user of this id."""
        user = self.all(collection).get(user_id)
        if user is None:
            raise ServiceError("ResourceNotFoundException", f"The user id: {user_id} does not exist")
        return user

    def all(self, collection: Collection) -> Mapping[str, User]:
        """Every user by id, in the order they were created."""
        with self._lock:
            held = self._held.get(collection.id)
            if held is None:
                faces: dict[int, list[str]] = {}
                for row, face_id in self._rows(
                    "SELECT user, face_id FROM members JOIN users ON users.id = user JOIN faces ON faces.id = face"
                    " WHERE collection = ? ORDER BY members.id",
                    collection.id,
                ):
                    faces.setdefault(row, []).append(face_id)
                query = "SELECT id, user_id FROM users WHERE collection = ? ORDER BY id"
                held = {
                    user_id: User(row, user_id, tuple(faces.get(row, ())))
                    for row, user_id in self._rows(query, collection.id)
                }
                self._held[collection.id] = held
            return held

    def owners(self, collection: Collection) -> Mapping[str, str]:
        """The user of each face that has one, by the face's id."""
        return {face_id: user.user_id for user in self.all(collection).values() for face_id in user.faces}

    def associate(self, collection: Collection, user: User, face_rows: Iterable[int]) -> None:
        """Let the user be known by these faces too, which have no user yet."""
        with self._lock:
            self._change("INSERT INTO members (face, user) VALUES (?, ?)", [(row, user.row) for row in face_rows])
            self._held.pop(collection.id, None)

    def disassociate(self, collection: Collection, face_rows: Iterable[int]) -> None:
        """Let these faces have no user."""
        with self._lock:
            self._change("DELETE FROM members WHERE face = ?", [(row,) for row in face_rows])
            self._held.pop(collection.id, None)

    def _rows(self, query: str, collection: int) -> list[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return connection.execute(query, (collection,)).fetchall()

    def _change(self, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        with self._database.writing() as connection:
            changed = connection.executemany(statement, rows).rowcount
        self._database.commit()
        return changed
