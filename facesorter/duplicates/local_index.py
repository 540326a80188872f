"""An index of faces in a file on this computer, filled and searched by an engine that keeps its own analyses."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple, Protocol

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import EncodedPicture, Face, Reference
from facesorter.domain.ports import Analyses, Example
from facesorter.domain.quality_bars import reasons
from facesorter.duplicates.index import Contents, IndexedFace, Like, Picture, RefusedFace
from facesorter.storage.database import Database

MIGRATIONS = (
    (
        """CREATE TABLE pictures (
            id INTEGER PRIMARY KEY,
            place TEXT NOT NULL,
            key TEXT NOT NULL,
            version TEXT NOT NULL,
            name TEXT,
            query TEXT NOT NULL,
            content BLOB,
            analysis BLOB,
            problem TEXT,
            UNIQUE (place, key))""",
    ),
)
"""`place` is the source, so that several can share the file; `query` says which engine made the analysis."""

_SEARCHED_AT_ONCE = 64


class RecallingEngine(Protocol):
    """What an index needs of an engine: one question for all people, and the person of a stored face."""

    def queries(self, people: tuple[()]) -> tuple[str, ...]: ...

    def analyze(self, query: str, picture: EncodedPicture) -> bytes: ...

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]: ...

    def recall(self, name: str, example: Example) -> Reference: ...

    def similarities(self, people: list[Reference], photos: list[Analyses]) -> list[list[list[float]]]: ...


class _Row(NamedTuple):
    picture: Picture
    content: bytes
    analysis: bytes


class LocalIndex:
    """Implements `FaceIndex` for one source. `scale` turns the engine's similarities into those of thresholds.

    Faces are known by ids made of the source, the key, the bytes and their place, so that adding again changes none.
    """

    def __init__(
        self, engine: RecallingEngine, database: Database, place: str, scale: Callable[[float], float]
    ) -> None:
        self._engine = engine
        self._database = database
        self._place = place
        self._scale = scale
        (self._query,) = engine.queries(())
        self._engine_lock = threading.Lock()

    def known(self) -> Mapping[str, Picture]:
        """Every picture that was looked at by this engine. What could not be read is known too."""
        rows = self._rows("SELECT key, version, name FROM pictures WHERE place = ? AND query = ?", self._query)
        return {key: Picture(key, version, name) for key, version, name in rows}

    def contents(self, key: str) -> Contents:
        """What was found in a picture that is known."""
        ((content, analysis, problem),) = self._rows(
            "SELECT content, analysis, problem FROM pictures WHERE place = ? AND key = ?", key
        )
        if problem is not None:
            return Contents(problem=problem)
        return Contents(
            tuple(face for face in self._indexed(key, content, analysis) if face is not None),
            tuple(
                RefusedFace(face.box, tuple(why))
                for face in self._engine.faces_in((analysis,))
                if (why := reasons(face, "AUTO"))
            ),
        )

    def add(self, picture: Picture, data: bytes) -> None:
        """Look at the picture and keep what is found."""
        try:
            analysis = self._engine.analyze(self._query, EncodedPicture(picture.key, data))
        except PhotoError as error:
            self.fail(picture, error.sentence)
            return
        self._put(picture, hashlib.sha256(data).digest(), analysis, None)

    def fail(self, picture: Picture, problem: str) -> None:
        """Note that the picture could not be read."""
        self._put(picture, None, None, problem)

    def rename(self, key: str, name: str | None) -> None:
        """The picture is somebody else's."""
        with self._database.writing() as connection:
            connection.execute("UPDATE pictures SET name = ? WHERE place = ? AND key = ?", (name, self._place, key))

    def remove(self, keys: Iterable[str]) -> None:
        """Forget pictures that are gone."""
        with self._database.writing() as connection:
            connection.executemany(
                "DELETE FROM pictures WHERE place = ? AND key = ?", [(self._place, key) for key in keys]
            )

    def likes(self, keys: Iterable[str], at_least: float) -> Mapping[str, list[Like]]:
        """Faces of other pictures that are like one of a picture's own, most similar first."""
        rows = [
            _Row(Picture(key, version, name), content, analysis)
            for key, version, name, content, analysis in self._rows(
                "SELECT key, version, name, content, analysis FROM pictures"
                " WHERE place = ? AND query = ? AND problem IS NULL ORDER BY key",
                self._query,
            )
        ]
        faces = [self._indexed(row.picture.key, row.content, row.analysis) for row in rows]
        places = {row.picture.key: place for place, row in enumerate(rows)}
        ours = self._least(at_least)
        found: dict[str, list[Like]] = {key: [] for key in keys}
        searched = (
            (key, index, face)
            for key in found
            if key in places
            for index, face in enumerate(faces[places[key]])
            if face is not None
        )
        analyses: list[Analyses] = [(row.analysis,) for row in rows]
        while chunk := list(islice(searched, _SEARCHED_AT_ONCE)):
            with self._engine_lock:
                people = [self._engine.recall("", Example(analyses[places[key]], index)) for key, index, _ in chunk]
                similarities = self._engine.similarities(people, analyses)
            for row, indexed, by_face in zip(rows, faces, similarities, strict=True):
                for face, by_person in zip(indexed, by_face, strict=True):
                    if face is None or max(by_person) < ours:
                        continue
                    for (key, _, own), similarity in zip(chunk, by_person, strict=True):
                        if similarity >= ours and key != row.picture.key:
                            found[key].append(Like(self._scale(similarity), own.face_id, face, row.picture))
        for likes in found.values():
            likes.sort(key=lambda like: (-like.similarity, like.picture.key, like.face.face_id, like.own_face_id))
        return found

    def commit(self) -> None:
        """Make what was done durable."""
        self._database.commit()

    def _indexed(self, key: str, content: bytes, analysis: bytes) -> list[IndexedFace | None]:
        """The picture's faces in the engine's order; None for those that are too poor."""
        image_id = str(uuid.UUID(bytes=content[:16], version=5))
        return [
            None
            if reasons(face, "AUTO")
            else IndexedFace(self._face_id(key, content, index), image_id, face.box, face.confidence)
            for index, face in enumerate(self._engine.faces_in((analysis,)))
        ]

    def _face_id(self, key: str, content: bytes, index: int) -> str:
        named = json.dumps([self._place, key, content.hex(), index])
        return str(uuid.uuid5(uuid.NAMESPACE_URL, named))

    def _least(self, at_least: float) -> float:
        """The engine's similarity that the scale puts at `at_least`."""
        low, high = 0.0, 100.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if self._scale(middle) >= at_least else (middle, high)
        return high

    def _put(self, picture: Picture, content: bytes | None, analysis: bytes | None, problem: str | None) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO pictures (place, key, version, name, query, content, analysis, problem)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (place, key) DO UPDATE SET version = excluded.version,"
                " name = excluded.name, query = excluded.query, content = excluded.content,"
                " analysis = excluded.analysis, problem = excluded.problem",
                (self._place, *picture, self._query, content, analysis, problem),
            )

    def _rows(self, question: str, value: Any) -> list[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return connection.execute(question, (self._place, value)).fetchall()
