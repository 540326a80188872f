"""What is remembered between runs, in SQLite: photos by folder, analyses by content; people are in `people`.

The selection and the passing problems of a run live in temporary tables, so that an unchanged folder is selected by
a single statement and nothing of a run outlives it.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from sqlite3 import Connection
from typing import Any

from facesorter.domain.models import FolderEntry, Listing, Photo
from facesorter.domain.places import is_in_s3
from facesorter.domain.ports import Analyses, AnalyzedPhoto
from facesorter.storage.database import Database
from facesorter.storage.people import SqlitePeople

_UNANSWERED_PAGE = 500
_NAMES_ARE, _OTHERS_ARE = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

_COLUMNS = """
    photos.id, folders.path, photos.name, photos.size, photos.modified_ns, contents.sha256, objects.sha256,
    coalesce(problems.reason, contents.problem)"""
_SELECTED = "selection CROSS JOIN photos ON photos.id = selection.photo"
_DETAILS = """
    CROSS JOIN folders ON folders.id = photos.folder
    LEFT JOIN contents ON contents.id = photos.content
    LEFT JOIN contents AS objects ON objects.id = photos.object
    LEFT JOIN problems ON problems.photo = photos.id"""

_ANSWER_OF = """(
    SELECT answer FROM answers WHERE answers.content = photos.{}
    AND answers.question = (SELECT id FROM questions WHERE key = ?{}))"""


class SqliteCatalog(SqlitePeople):
    """The `Catalog` in a profile's database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        with database.writing() as connection:
            connection.execute(
                "CREATE TEMP TABLE selection (position INTEGER PRIMARY KEY, photo INTEGER NOT NULL UNIQUE)"
            )
            connection.execute("CREATE TEMP TABLE problems (photo INTEGER PRIMARY KEY, reason TEXT NOT NULL)")

    def clear_selection(self) -> None:
        """Begin anew: no photo is selected, and what was a problem for the last run only is forgotten."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM selection")
            connection.execute("DELETE FROM problems")

    def select(self, listing: Listing) -> tuple[Photo, ...]:
        """Add a folder's photos to the selection; those that could not be listed are returned.

        A folder whose listing is the same as last time costs a few statements, however many photos it has.
        """
        prefix = _prefix(listing.folder)
        problems = {_name(path, prefix): reason for path, reason in listing.problems.items()}
        entries = [*listing.entries, *(FolderEntry(name, 0, 0) for name in problems)]
        with self._database.writing() as connection:
            folder = _update(connection, listing, entries)
            if listing.whole:
                connection.execute(
                    "INSERT INTO selection (photo) SELECT id FROM photos WHERE folder = ? ORDER BY name", (folder,)
                )
            else:
                connection.executemany(
                    "INSERT OR IGNORE INTO selection (photo) SELECT id FROM photos WHERE folder = ? AND name = ?",
                    [(folder, os.fsencode(entry.name)) for entry in entries],
                )
            unlisted: list[Photo] = []
            for name, reason in problems.items():
                statement = "SELECT id FROM photos WHERE folder = ? AND name = ?"
                (photo_id,) = connection.execute(statement, (folder, os.fsencode(name))).fetchone()
                connection.execute("INSERT OR REPLACE INTO problems VALUES (?, ?)", (photo_id, reason))
                unlisted.append(Photo(photo_id, _path(prefix, name), 0, 0))
        return tuple(unlisted)

    def selected(self) -> int:
        """How many photos are selected."""
        with self._database.reading() as connection:
            return connection.execute("SELECT count(*) FROM selection").fetchone()[0]

    def known_photos(self) -> int:
        """How many photos are remembered, of this run or of earlier ones."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM photos").fetchone()[0])

    def unanalyzed(self, queries: Sequence[str]) -> Iterator[Photo]:
        """Selected photos that lack the analysis for a query and have no problem, neither lasting nor passing."""
        statement = f"""
            SELECT {_COLUMNS}, selection.position FROM {_SELECTED} {_DETAILS}
            WHERE selection.position > ? AND coalesce(problems.reason, contents.problem) IS NULL
            AND (photos.content IS NULL AND photos.object IS NULL OR ? > (
                SELECT count(DISTINCT question) FROM answers JOIN questions ON questions.id = answers.question
                WHERE answers.content IN (photos.content, photos.object)
                AND questions.key IN ({", ".join("?" * len(queries))})))
            ORDER BY selection.position LIMIT {_UNANSWERED_PAGE}"""  # noqa: S608
        position = 0
        prefixes: dict[bytes, str] = {}
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(statement, (position, len(queries), *queries)).fetchall()
            for row in rows:
                yield _photo(row, prefixes)
            if len(rows) < _UNANSWERED_PAGE:
                return
            position = rows[-1][-1]

    def missing(self, content: bytes, queries: Sequence[str]) -> tuple[str, ...]:
        """For which of the queries this content, or object of S3, has no analysis yet."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT questions.key FROM contents JOIN answers ON answers.content = contents.id
                JOIN questions ON questions.id = answers.question WHERE contents.sha256 = ?""",
                (content,),
            ).fetchall()
        analyzed = {key for (key,) in rows}
        return tuple(query for query in queries if query not in analyzed)

    def analysis(self, content: bytes, query: str) -> bytes | None:
        """The analysis of this content (SHA-256) for this query, if it is known."""
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT answer FROM contents JOIN answers ON answers.content = contents.id
                JOIN questions ON questions.id = answers.question WHERE contents.sha256 = ? AND questions.key = ?""",
                (content, query),
            ).fetchone()
        return None if row is None else row[0]

    def record_analyses(self, photo: Photo, content: bytes, analyses: Mapping[str, bytes]) -> None:
        """The photo holds this content (SHA-256), and these are new analyses for it.

        What is kept under the photo's `object` says nothing of its content.
        """
        with self._database.writing() as connection:
            content_id = _hold(connection, photo, content)
            for query, analysis in analyses.items():
                connection.execute("INSERT INTO questions (key) VALUES (?) ON CONFLICT DO NOTHING", (query,))
                connection.execute(
                    "INSERT OR REPLACE INTO answers SELECT ?, id, ? FROM questions WHERE key = ?",
                    (content_id, analysis, query),
                )

    def record_problem(self, photo: Photo, reason: str, content: bytes | None = None) -> None:
        """The photo cannot be used in this run; with `content`, whoever holds these bytes cannot be used at all."""
        with self._database.writing() as connection:
            if content is None:
                connection.execute("INSERT OR REPLACE INTO problems VALUES (?, ?)", (photo.id, reason))
            else:
                content_id = _hold(connection, photo, content)
                connection.execute("UPDATE contents SET problem = ? WHERE id = ?", (reason, content_id))

    def read_anew(self, photo: Photo) -> None:
        """The photo changed, though not in size and time: the next listing finds it changed, by a nanosecond."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE photos SET modified_ns = modified_ns + iif(modified_ns > 0, -1, 1) WHERE id = ?", (photo.id,)
            )
            connection.execute(
                "UPDATE folders SET fingerprint = NULL WHERE id = (SELECT folder FROM photos WHERE id = ?)",
                (photo.id,),
            )

    def commit(self) -> None:
        """Make what was recorded durable."""
        self._database.commit()

    def analyzed(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[AnalyzedPhoto]]:
        """All selected photos in the order they were selected, at most `chunk` at a time."""
        prefixes: dict[bytes, str] = {}
        position = 0
        while True:
            with self._database.reading() as connection:
                # Positions have no gaps: nothing leaves a selection before all of it does.
                bounds = (position + 1, position + chunk)
                page = _analyzed(
                    connection, queries, _SELECTED, ("selection.position BETWEEN ? AND ?", bounds), prefixes
                )
            if not page:
                return
            yield page
            position += len(page)

    def known_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:
        """The contents (SHA-256) of the selected photos that have all analyses, at most `chunk` at a time."""
        statement = f"""
            SELECT sha256 {_analyses_for(queries)} FROM {_SELECTED}
            JOIN contents ON contents.id = photos.content LEFT JOIN problems ON problems.photo = photos.id
            WHERE selection.position BETWEEN ? AND ? AND coalesce(problems.reason, contents.problem) IS NULL"""  # noqa: S608
        for position in range(1, self.selected() + 1, chunk):
            with self._database.reading() as connection:
                rows = connection.execute(statement, (*queries, position, position + chunk - 1)).fetchall()
            found = {row[0]: row[1:] for row in rows}
            yield [(sha256, analyses) for sha256, analyses in found.items() if None not in analyses]

    def analyzed_photo(self, photo_id: int, queries: Sequence[str]) -> AnalyzedPhoto:
        """One photo by its id. Raises `LookupError` if there is none."""
        with self._database.reading() as connection:
            page = _analyzed(connection, queries, "photos", ("photos.id = ?", (photo_id,)), {})
        if not page:
            raise LookupError(f"no photo has the id {photo_id}")
        return page[0]


def _update(connection: Connection, listing: Listing, entries: Sequence[FolderEntry]) -> int:
    """Bring a folder's photos to what was listed; the folder's id."""
    path = os.fsencode(listing.folder)
    connection.execute("INSERT INTO folders (path) VALUES (?) ON CONFLICT DO NOTHING", (path,))
    folder, known = connection.execute("SELECT id, fingerprint FROM folders WHERE path = ?", (path,)).fetchone()
    # Part of a folder says nothing of the rest, so that the next whole listing must be gone through.
    fingerprint = _fingerprint(entries) if listing.whole else None
    if fingerprint is not None and fingerprint == known:
        return folder
    listed = [(folder, os.fsencode(name), *facts) for name, *facts in entries]
    if listing.whole:
        names = {name for _, name, *_ in listed}
        rows = connection.execute("SELECT id, name FROM photos WHERE folder = ?", (folder,)).fetchall()
        gone = [(photo,) for photo, name in rows if name not in names]
        connection.executemany("DELETE FROM photos WHERE id = ?", gone)
    connection.executemany(
        "INSERT INTO contents (sha256) VALUES (?) ON CONFLICT DO NOTHING",
        [(entry.object,) for entry in entries if entry.object is not None],
    )
    connection.executemany(
        """INSERT INTO photos (folder, name, size, modified_ns, object)
        VALUES (?, ?, ?, ?, (SELECT id FROM contents WHERE sha256 = ?))
        ON CONFLICT DO UPDATE SET
            size = excluded.size, modified_ns = excluded.modified_ns, object = excluded.object, content = NULL
        WHERE size != excluded.size OR modified_ns != excluded.modified_ns OR object IS NOT excluded.object""",
        listed,
    )
    connection.execute("UPDATE folders SET fingerprint = ? WHERE id = ?", (fingerprint, folder))
    return folder


def _analyses_for(queries: Sequence[str]) -> str:
    """A column for each query; the queries are the first parameters of the statement."""
    numbers = range(1, len(queries) + 1)
    return "".join(
        f", coalesce({_ANSWER_OF.format('content', number)}, {_ANSWER_OF.format('object', number)})"
        for number in numbers
    )


def _analyzed(
    connection: Connection,
    queries: Sequence[str],
    tables: str,
    condition: tuple[str, tuple[int, ...]],
    prefixes: dict[bytes, str],
) -> list[AnalyzedPhoto]:
    """The photos of `tables` that meet the condition, with their analyses for the queries."""
    where, parameters = condition
    statement = f"SELECT {_COLUMNS} {_analyses_for(queries)} FROM {tables} {_DETAILS} WHERE {where}"  # noqa: S608
    page: list[AnalyzedPhoto] = []
    for row in connection.execute(statement, (*queries, *parameters)).fetchall():
        problem, analyses = row[7], row[8:]
        is_analyzed = problem is None and (row[5] or row[6]) is not None and None not in analyses
        page.append(AnalyzedPhoto(_photo(row, prefixes), analyses if is_analyzed else None, problem))
    return page


def _photo(row: Sequence[Any], prefixes: dict[bytes, str]) -> Photo:
    """The photo of a row of `_COLUMNS`. `prefixes` spares the decoding of a folder's path for each of its photos."""
    photo_id, folder, name, size, modified_ns, content, known_object, *_ = row
    prefix = prefixes.get(folder)
    if prefix is None:
        prefix = prefixes[folder] = _prefix(os.fsdecode(folder))
    # As `os.fsdecode`, which takes four times as long.
    path = _path(prefix, name.decode(_NAMES_ARE, _OTHERS_ARE))
    return Photo(photo_id, path, size, modified_ns, content, known_object)


def _hold(connection: Connection, photo: Photo, content: bytes) -> int:
    """Record that the photo holds this content, unless that is only what S3 says of it; the content's id."""
    connection.execute("INSERT INTO contents (sha256) VALUES (?) ON CONFLICT DO NOTHING", (content,))
    (content_id,) = connection.execute("SELECT id FROM contents WHERE sha256 = ?", (content,)).fetchone()
    if content != photo.object:
        connection.execute("UPDATE photos SET content = ? WHERE id = ?", (content_id, photo.id))
    return content_id


def _prefix(folder: str) -> str:
    """What is to be put before a name to make it a path."""
    separator = "/" if is_in_s3(folder) else os.sep
    return folder if folder.endswith(separator) else folder + separator


def _path(prefix: str, name: str) -> str:
    return prefix + name if name else prefix[:-1]


def _name(path: str, prefix: str) -> str:
    """The inverse of `_path`: a folder that could not be listed itself has no name."""
    return path.removeprefix(prefix) if path.startswith(prefix) else ""


def _fingerprint(entries: Sequence[FolderEntry]) -> bytes:
    names, sizes, times, _ = zip(*entries, strict=True) if entries else ((), (), (), ())
    digest = blake2b("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(array("q", sizes))
    digest.update(array("q", times))
    return digest.digest()
