"""What is remembered between runs, in SQLite: photos by folder, analyses by content; people are in `people`.

The selection and the passing problems of a run live in temporary tables, so that an unchanged folder is selected by
a single statement and nothing of a run outlives it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from facesorter.domain.formats import films_among
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import NO_TIME, Photo
from facesorter.domain.ports import Analyses, AnalyzedPage, AnalyzedPhoto
from facesorter.storage.analyses import SqliteAnalyses, all_unsealed, analyses_by, complete, drop_damaged, hold, id_of
from facesorter.storage.clearing import SqliteClearing
from facesorter.storage.database import Database
from facesorter.storage.groups import SqliteGroups
from facesorter.storage.listings import is_disconnected, name_of, path_of, prefix_of, update
from facesorter.storage.people import SqlitePeople
from facesorter.storage.rows import COLUMNS, TABLES, photo_of

_PAGE = 500
_COLUMNS = f"{COLUMNS}, problems.reason"
_HELD = ("content", "object")
_LACKS = (
    "("
    + " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM analyses WHERE analyses.content = photos.{held} AND query = ?)" for held in _HELD
    )
    + ")"
)
"""Of a photo, that neither its content nor its object has the analysis for a query."""

_numbers = itertools.count(1)


class SqliteCatalog(SqlitePeople, SqliteGroups, SqliteAnalyses, SqliteClearing):
    """The `Catalog` in a profile's database. Each has a selection of its own: a run does not disturb another."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        number = next(_numbers)
        self._selection, self._problems = f"selection_{number}", f"problems_{number}"
        self._selected = f"{self._selection} AS selection CROSS JOIN photos ON photos.id = selection.photo"
        self._tables = f"{TABLES} LEFT JOIN {self._problems} AS problems ON problems.photo = photos.id"
        with database.writing() as connection:
            connection.execute(
                f"CREATE TEMP TABLE {self._selection} (position INTEGER PRIMARY KEY, photo INTEGER NOT NULL UNIQUE)"
            )
            connection.execute(f"CREATE TEMP TABLE {self._problems} (photo INTEGER PRIMARY KEY, reason TEXT NOT NULL)")

    def clear_selection(self) -> None:
        """Begin anew: no photo is selected, and what was a problem for the last run only is forgotten."""
        with self._database.writing() as connection:
            connection.execute(f"DELETE FROM {self._selection}")
            connection.execute(f"DELETE FROM {self._problems}")

    def discard(self) -> None:
        """The selection is not needed any more; the catalog is not to be used again."""
        with self._database.writing() as connection:
            connection.execute(f"DROP TABLE {self._selection}")
            connection.execute(f"DROP TABLE {self._problems}")

    def select_known(self) -> None:
        """Select all photos that are remembered, by whatever run; nothing is listed."""
        self.clear_selection()
        with self._database.writing() as connection:
            connection.execute(f"INSERT INTO {self._selection} (photo) SELECT id FROM photos ORDER BY folder, name")

    def select(self, listing: Listing) -> tuple[Photo, ...]:
        """Add a folder's photos to the selection; those that could not be listed are returned.

        A folder whose listing is the same as last time costs a few statements, however many photos it has.
        """
        prefix = prefix_of(listing.folder)
        problems = {name_of(path, prefix): reason for path, reason in listing.problems.items()}
        entries = listing.entries
        if problems:
            entries = [*entries, *(FolderEntry(name, 0, NO_TIME) for name in problems)]
        with self._database.writing() as connection:
            if is_disconnected(connection, listing):
                listing = replace(listing, whole=False, mount=None)
            folder = update(connection, listing, entries)
            (held,) = connection.execute("SELECT count(*) FROM photos WHERE folder = ?", (folder,)).fetchone()
            if held == len(entries):  # which are all among them
                connection.execute(
                    f"INSERT OR IGNORE INTO {self._selection} (photo)"
                    " SELECT id FROM photos WHERE folder = ? ORDER BY name",
                    (folder,),
                )
            else:
                connection.executemany(
                    f"INSERT OR IGNORE INTO {self._selection} (photo)"
                    " SELECT id FROM photos WHERE folder = ? AND name = ?",
                    [(folder, os.fsencode(entry.name)) for entry in entries],
                )
            unlisted: list[Photo] = []
            for name, reason in problems.items():
                statement = "SELECT id FROM photos WHERE folder = ? AND name = ?"
                (photo_id,) = connection.execute(statement, (folder, os.fsencode(name))).fetchone()
                connection.execute(f"INSERT OR REPLACE INTO {self._problems} VALUES (?, ?)", (photo_id, reason))
                unlisted.append(Photo(photo_id, path_of(prefix, name), 0, NO_TIME))
        return tuple(unlisted)

    def selected(self) -> int:
        """How many photos are selected."""
        with self._database.reading() as connection:
            return connection.execute(f"SELECT count(*) FROM {self._selection}").fetchone()[0]

    def known_photos(self) -> int:
        """How many photos are remembered, of this run or of earlier ones."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM photos").fetchone()[0])

    def unanalyzed(self, queries: Sequence[str]) -> Iterator[Photo]:
        """Selected photos that lack the analysis for a query and have no problem, neither lasting nor passing."""
        lacking = " OR ".join([_LACKS] * len(queries)) or "FALSE"
        statement = f"""
            SELECT {_COLUMNS}, selection.position FROM {self._selected} {self._tables}
            WHERE selection.position > ? AND coalesce(problems.reason, contents.problem) IS NULL
            AND (photos.content IS NULL AND photos.object IS NULL OR {lacking})
            ORDER BY selection.position LIMIT {_PAGE}"""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE queries SET used_on = date('now') WHERE key = ? AND used_on != date('now')",
                [(query,) for query in queries],
            )
        position = 0
        prefixes: dict[bytes, str] = {}
        while True:
            with self._database.reading() as connection:
                known = [id_of(connection, query) for query in queries for _held in _HELD]
                rows = connection.execute(statement, (position, *known)).fetchall()
            for row in rows:
                yield photo_of(row, prefixes)
            if len(rows) < _PAGE:
                return
            position = rows[-1][-1]

    def record_problem(self, photo: Photo, reason: str, content: bytes | None = None) -> None:
        """The photo cannot be used in this run; with `content`, whoever holds these bytes cannot be used at all.

        Unless they were used before, under another name: then it is the name that will not do.
        """
        with self._database.writing() as connection:
            if content is not None:
                content_id = hold(connection, photo, content)
                analyzed = "SELECT 1 FROM analyses WHERE content = ?"
                if connection.execute(analyzed, (content_id,)).fetchone() is None:
                    connection.execute("UPDATE contents SET problem = ? WHERE id = ?", (reason, content_id))
                    return
            connection.execute(f"INSERT OR REPLACE INTO {self._problems} VALUES (?, ?)", (photo.id, reason))

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

    def analyzed(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[AnalyzedPage]:
        """All selected photos in the order they were selected, at most `chunk` at a time."""
        prefixes: dict[bytes, str] = {}
        for first in range(1, self.selected() + 1, chunk):
            condition = f"selection.position BETWEEN {first} AND {first + chunk - 1}"
            page = self._page(queries, f"{self._selected} {self._tables}", condition, prefixes)
            if page:  # photos that another run did not find any more are missing
                yield page

    def known_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:
        """The contents (SHA-256) of the selected photos that have all analyses, at most `chunk` at a time."""
        for position in range(1, self.selected() + 1, chunk):
            with self._database.reading() as connection:
                columns, joins = analyses_by(connection, queries)
                rows = connection.execute(
                    f"""SELECT digest {columns} FROM {self._selected} JOIN contents ON contents.id = photos.content
                    LEFT JOIN {self._problems} AS problems ON problems.photo = photos.id {joins}
                    WHERE selection.position BETWEEN ? AND ? AND coalesce(problems.reason, contents.problem) IS NULL""",
                    (position, position + chunk - 1),
                ).fetchall()
            yield complete(list({row[0]: row for row in rows}.values()))

    def analyzed_photo(self, photo_id: int, queries: Sequence[str]) -> AnalyzedPhoto:
        """One photo by its id. Raises `LookupError` if there is none."""
        page = self._page(queries, f"photos {self._tables}", f"photos.id = {photo_id:d}", {})
        if not page:
            raise LookupError(f"no photo has the id {photo_id}")
        return page[0]

    def _page(self, queries: Sequence[str], tables: str, condition: str, prefixes: dict[bytes, str]) -> AnalyzedPage:
        """The photos of `tables` that meet the condition, with their analyses for the queries."""
        with self._database.reading() as connection:
            columns, joins = analyses_by(connection, queries)
            rows = connection.execute(f"SELECT {_COLUMNS} {columns} FROM {tables} {joins} WHERE {condition}").fetchall()
            known = all_unsealed(rows, 9)
            incomplete = [place for place, sound in enumerate(known) if None in sound]
            damaged = [rows[place] for place in incomplete if _is_damaged(rows[place][9:], known[place])]
            drop_damaged(connection, [digest for row in damaged for digest in row[5:7] if digest is not None])
        analyses = cast("list[Analyses | None]", known)
        for place in (*incomplete, *_unusable(rows)):
            analyses[place] = None

        def identities(index: int) -> tuple[bytes, ...]:
            content, known_object = rows[index][5:7]
            if known_object is None:
                return () if content is None else (content,)
            return (known_object,) if content is None else (content, known_object)

        seen: dict[int, AnalyzedPhoto] = {}

        def look_at(index: int) -> AnalyzedPhoto:
            if index not in seen:
                problem = rows[index][8] or rows[index][7]
                photo = photo_of(rows[index], prefixes)
                seen[index] = AnalyzedPhoto(photo, analyses[index], problem and _(problem))
            return seen[index]

        films = films_among([row[2] for row in rows]) if queries else ()
        return AnalyzedPage(analyses, identities, look_at, films)


def _is_damaged(sealed: Sequence[bytes | None], sound: Sequence[bytes | None]) -> bool:
    """Whether anything that is stored is not what was stored."""
    return any(data is not None and known is None for data, known in zip(sealed, sound, strict=True))


def _unusable(rows: Sequence[Sequence[Any]]) -> list[int]:
    """In which of these rows of `_COLUMNS` the photo has a problem, or nothing to know it by."""
    if {row[7] for row in rows} | {row[8] for row in rows} <= {None} and None not in [row[5] for row in rows]:
        return []
    return [
        place
        for place, row in enumerate(rows)
        if row[8] is not None or row[7] is not None or (row[5] or row[6]) is None
    ]
