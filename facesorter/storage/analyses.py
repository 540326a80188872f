"""What is known of pictures by their content, in SQLite: analyses, and what the files say of themselves.

An analysis is sealed with a checksum, so that a damaged one is made anew and never believed.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any, cast

from facesorter.domain.groups import DatedPhotos
from facesorter.domain.models import Metadata, Photo
from facesorter.domain.places import split
from facesorter.domain.ports import Analyses
from facesorter.storage.database import Database, Store
from facesorter.storage.dated import Boxes, dated_photos, rows_of
from facesorter.storage.listings import HELD
from facesorter.storage.rows import COLUMNS, TABLES, photo_of
from facesorter.storage.version_3 import SEAL_BYTES, sealed

_SOUND = 0x2144DF1C
"""The CRC-32 of any bytes that end with their own CRC-32, least byte first."""

_ANALYSES_OF = """
    LEFT JOIN analyses AS {alias} ON {alias}.content = photos.{held} AND {alias}.query = {query}"""


class SqliteAnalyses(Store):
    """The part of the `Catalog` that is about contents, selected or not."""

    def missing(self, content: bytes, queries: Sequence[str]) -> tuple[str, ...]:
        """For which of the queries this content, or object of S3, has no analysis yet."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT queries.key FROM contents JOIN analyses ON analyses.content = contents.id
                JOIN queries ON queries.id = analyses.query WHERE contents.digest = ?""",
                (content,),
            ).fetchall()
        analyzed = {key for (key,) in rows}
        return tuple(query for query in queries if query not in analyzed)

    def analysis(self, content: bytes, query: str) -> bytes | None:
        """The analysis of this content (SHA-256) for this query, if it is known."""
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT analysis FROM contents JOIN analyses ON analyses.content = contents.id
                JOIN queries ON queries.id = analyses.query WHERE contents.digest = ? AND queries.key = ?""",
                (content, query),
            ).fetchone()
        return None if row is None else unsealed(row[0])

    def record_analyses(
        self, photo: Photo, content: bytes, analyses: Mapping[str, bytes], metadata: Metadata | None = None
    ) -> None:
        """The photo holds this content (SHA-256), these are new analyses of it, and this it says of itself.

        What is kept under the photo's `object` says nothing of its content.
        """
        with self._database.writing() as connection:
            content_id = hold(connection, photo, content)
            if metadata is not None:
                taken_at = metadata.taken_at and metadata.taken_at.isoformat(" ", "seconds")
                connection.execute(
                    "UPDATE contents SET size = ?, taken_at = ?, camera = ? WHERE id = ?",
                    (metadata.size, taken_at, metadata.camera, content_id),
                )
            if analyses:  # whoever could not use these bytes, as a film of that name, did not speak for all
                connection.execute("UPDATE contents SET problem = NULL WHERE id = ?", (content_id,))
            for query, analysis in analyses.items():
                connection.execute(
                    "INSERT INTO queries (key, used_on) VALUES (?, date('now')) ON CONFLICT DO NOTHING", (query,)
                )
                connection.execute(
                    "INSERT INTO analyses (content, query, analysis) SELECT ?, id, ? FROM queries WHERE key = ?"
                    " ON CONFLICT DO UPDATE SET analysis = excluded.analysis",
                    (content_id, sealed(analysis), query),
                )

    def metadata(self, contents: Iterable[bytes]) -> dict[bytes, Metadata]:
        """What these contents (SHA-256) say of themselves, as far as they were read since version 0.2."""
        statement = "SELECT digest, size, taken_at, camera FROM contents WHERE size IS NOT NULL AND digest IN"
        rows = rows_of(self._database, statement, contents)
        return {digest: Metadata(size, _time(taken_at), camera) for digest, size, taken_at, camera in rows}

    def dated(self, boxes: Boxes) -> DatedPhotos:
        """Every photo that holds one of these contents, or objects not read yet, with a face in this box of it."""
        return dated_photos(self._database, boxes)

    def identities(self, photos: Iterable[int]) -> list[tuple[bytes, ...]]:
        """By what each of these photos (ids) is known: its content (SHA-256), its object in S3, or both."""
        statement = (
            "SELECT content.digest, object.digest FROM photos"
            " LEFT JOIN contents AS content ON content.id = photos.content"
            " LEFT JOIN contents AS object ON object.id = photos.object WHERE photos.id IN"
        )
        rows = rows_of(self._database, statement, photos)
        return [tuple(digest for digest in row if digest is not None) for row in rows]

    def taken_at(self) -> dict[int, int]:
        """When photos were taken, by their ids: seconds of the camera's own time since 1970, where a photo says so."""
        with self._database.reading() as connection:
            return dict(
                connection.execute(
                    """SELECT photos.id, CAST(strftime('%s', taken_at) AS INTEGER) FROM photos
                    JOIN contents ON contents.id = coalesce(photos.content, photos.object)
                    WHERE strftime('%s', taken_at) IS NOT NULL"""
                )
            )

    def photos_of(self, contents: Iterable[bytes]) -> Iterator[Photo]:
        """Every photo that holds one of these contents or objects, wherever it lies, in the order of the contents."""
        prefixes: dict[bytes, str] = {}
        for content in contents:
            with self._database.reading() as connection:
                rows = connection.execute(
                    f"""SELECT {COLUMNS} FROM photos {TABLES} WHERE photos.id IN (
                        SELECT photos.id FROM contents JOIN photos ON photos.content = contents.id WHERE digest = ?1
                        UNION SELECT photos.id FROM contents JOIN photos ON photos.object = contents.id
                        WHERE digest = ?1) ORDER BY photos.id""",
                    (content,),
                ).fetchall()
            yield from (photo_of(row, prefixes) for row in rows)

    def photo_at(self, path: str) -> Photo | None:
        """The photo at this path (see `domain.places.absolute`), if it was ever listed."""
        folder, name = split(path)
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS} FROM photos {TABLES} WHERE photos.folder IN"
                " (SELECT id FROM folders WHERE path IN (?, ?)) AND photos.name = ?",
                (os.fsencode(folder), os.fsencode(folder.rstrip("/")), os.fsencode(name)),
            ).fetchone()
        return None if row is None else photo_of(row, {})

    def stored_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:
        """The contents (SHA-256) of all photos, selected or not, that have all analyses, at most `chunk` at a time."""
        last = 0
        while True:
            with self._database.reading() as connection:
                columns, joins = analyses_by(connection, queries)
                rows = connection.execute(
                    f"""SELECT contents.id, digest {columns} FROM contents
                    JOIN photos ON photos.id = (SELECT id FROM photos WHERE content = contents.id LIMIT 1) {joins}
                    WHERE contents.id > ? AND problem IS NULL ORDER BY contents.id LIMIT ?""",
                    (last, chunk),
                ).fetchall()
            if rows:
                yield complete([row[1:] for row in rows])
            if len(rows) < chunk:
                return
            last = rows[-1][0]


def analyses_by(connection: Connection, queries: Sequence[str]) -> tuple[str, str]:
    """A column for each query, of a photo's content or its object, and the tables behind `photos` that hold them."""
    columns, joins = "", ""
    for number, query in enumerate(queries):
        number_of_query = id_of(connection, query)
        of = [(f"content_{number}", "content"), (f"object_{number}", "object")]
        columns += f", coalesce({', '.join(f'{alias}.analysis' for alias, _ in of)})"
        for alias, held in of:
            joins += _ANALYSES_OF.format(
                alias=alias, held=held, query="NULL" if number_of_query is None else number_of_query
            )
    return columns, joins


def analyses_of(database: Database, query: str, contents: Sequence[bytes]) -> dict[bytes, bytes]:
    """The analyses of these contents (SHA-256) for a query, as far as they are there; damaged ones are forgotten."""
    with database.reading() as connection:
        number = id_of(connection, query)
    if number is None:
        return {}
    statement = (
        "SELECT digest, analysis FROM contents CROSS JOIN analyses"
        f" ON analyses.content = contents.id AND analyses.query = {number} WHERE digest IN"
    )
    found = {digest: unsealed(data) for digest, data in rows_of(database, statement, contents)}
    damaged = [digest for digest, analysis in found.items() if analysis is None]
    if damaged:
        with database.writing() as connection:
            drop_damaged(connection, damaged)
    return {digest: analysis for digest, analysis in found.items() if analysis is not None}


def id_of(connection: Connection, query: str) -> int | None:
    """What the tables call this query, None if nothing was ever stored for it."""
    row = connection.execute("SELECT id FROM queries WHERE key = ?", (query,)).fetchone()
    return None if row is None else int(row[0])


def complete(rows: Sequence[tuple[Any, ...]]) -> list[tuple[bytes, Analyses]]:
    """Of these contents, each with what is stored of it, those that have all analyses."""
    pairs = zip([row[0] for row in rows], all_unsealed(rows, 1), strict=True)
    return cast("list[tuple[bytes, Analyses]]", [pair for pair in pairs if None not in pair[1]])


def all_unsealed(rows: Sequence[tuple[Any, ...]], before: int) -> list[tuple[bytes | None, ...]]:
    """The analyses that were `sealed`, behind so many other columns; None in place of those damaged or not there."""
    if rows and len(rows[0]) == before + 1:
        alone: list[bytes] = [row[before] for row in rows if row[before] is not None]
        if len(alone) == len(rows) and set(map(zlib.crc32, alone)) == {_SOUND}:
            return list(zip([data[:-SEAL_BYTES] for data in alone]))
    return [tuple(map(unsealed, row[before:])) for row in rows]


def unsealed(data: bytes | None) -> bytes | None:
    """The analysis that was `sealed`, or None if it is damaged or not there."""
    if data is None or zlib.crc32(data) != _SOUND:
        return None
    return data[:-SEAL_BYTES]


def drop_damaged(connection: Connection, contents: Sequence[bytes]) -> None:
    """Forget the damaged ones among the analyses of these contents, so that the pictures are looked at again."""
    for content in contents:
        rows = connection.execute(
            "SELECT analyses.id, analysis FROM contents JOIN analyses ON content = contents.id WHERE digest = ?",
            (content,),
        ).fetchall()
        damaged = [(number,) for number, analysis in rows if unsealed(analysis) is None]
        connection.executemany("DELETE FROM analyses WHERE id = ?", damaged)


def hold(connection: Connection, photo: Photo, content: bytes) -> int:
    """Record that the photo holds this content, unless that is only what S3 says of it; the content's id."""
    connection.execute(HELD, (content,))
    (content_id,) = connection.execute("SELECT id FROM contents WHERE digest = ?", (content,)).fetchone()
    if content != photo.object:
        connection.execute("UPDATE photos SET content = ? WHERE id = ?", (content_id, photo.id))
    return content_id


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:  # a damaged one
        return None
