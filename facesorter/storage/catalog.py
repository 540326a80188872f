"""What is remembered between runs, in SQLite: photos by folder, analyses by content; people are in `people`.

The selection and the passing problems of a run live in temporary tables, so that an unchanged folder is selected by
a single statement and nothing of a run outlives it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import NO_TIME, Photo
from facesorter.domain.ports import AnalyzedPage, AnalyzedPhoto, FacePacking
from facesorter.storage.analyses import SqliteAnalyses, hold, id_of
from facesorter.storage.analyzed_pages import PackedPage, StoredPage, stored_rows
from facesorter.storage.clearing import SqliteClearing
from facesorter.storage.database import Database
from facesorter.storage.groups import SqliteGroups
from facesorter.storage.listings import is_disconnected, name_of, path_of, prefix_of, update
from facesorter.storage.packs import PART, PackedPhotos, Part, keep, kept, make_wholes, not_packed, parts, together
from facesorter.storage.people import SqlitePeople
from facesorter.storage.rows import COLUMNS, TABLES, photo_of

_PAGE = 500
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
        self._selection, self._problems, self._wholes = f"selection_{number}", f"problems_{number}", f"wholes_{number}"
        self._selected = f"{self._selection} AS selection CROSS JOIN photos ON photos.id = selection.photo"
        self._tables = f"{TABLES} LEFT JOIN {self._problems} AS problems ON problems.photo = photos.id"
        with database.writing() as connection:
            connection.execute(
                f"CREATE TEMP TABLE {self._selection} (position INTEGER PRIMARY KEY, photo INTEGER NOT NULL UNIQUE)"
            )
            connection.execute(f"CREATE TEMP TABLE {self._problems} (photo INTEGER PRIMARY KEY, reason TEXT NOT NULL)")
            make_wholes(connection, self._wholes)

    def clear_selection(self) -> None:
        """Begin anew: no photo is selected, and what was a problem for the last run only is forgotten."""
        with self._database.writing() as connection:
            for table in (self._selection, self._problems, self._wholes):
                connection.execute(f"DELETE FROM {table}")

    def discard(self) -> None:
        """The selection is not needed any more; the catalog is not to be used again."""
        with self._database.writing() as connection:
            for table in (self._selection, self._problems, self._wholes):
                connection.execute(f"DROP TABLE {table}")

    def select_known(self) -> None:
        """Select all photos that are remembered, by whatever run; nothing is listed."""
        self.clear_selection()
        with self._database.writing() as connection:
            connection.execute(f"INSERT INTO {self._selection} (photo) SELECT id FROM photos ORDER BY folder, name")
            connection.execute(
                f"""INSERT INTO {self._wholes} (first, last, folder, held, newest)
                SELECT min(position), max(position), folder, count(*), max(photos.id) FROM {self._selected}
                GROUP BY folder"""
            )

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
            held, newest = connection.execute(
                "SELECT count(*), max(id) FROM photos WHERE folder = ?", (folder,)
            ).fetchone()
            if held == len(entries):  # which are all among them
                added = connection.execute(
                    f"INSERT OR IGNORE INTO {self._selection} (photo)"
                    " SELECT id FROM photos WHERE folder = ? ORDER BY name",
                    (folder,),
                ).rowcount
                if held and added == held:
                    connection.execute(
                        f"INSERT INTO {self._wholes} SELECT max(position) - ?2 + 1, max(position), ?1, ?2, ?3"
                        f" FROM {self._selection}",
                        (folder, held, newest),
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
            SELECT {COLUMNS}, selection.position FROM {self._selected} {self._tables}
            WHERE selection.position BETWEEN ? AND ? AND coalesce(problems.reason, contents.problem) IS NULL
            AND (photos.content IS NULL AND photos.object IS NULL OR {lacking})
            ORDER BY selection.position LIMIT {_PAGE}"""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE queries SET used_on = date('now') WHERE key = ? AND used_on != date('now')",
                [(query,) for query in queries],
            )
        prefixes: dict[bytes, str] = {}
        for first, last in self._not_packed(queries):
            position = first
            while True:
                with self._database.reading() as connection:
                    known = [id_of(connection, query) for query in queries for _held in _HELD]
                    rows = connection.execute(statement, (position, last, *known)).fetchall()
                for row in rows:
                    yield photo_of(row, prefixes)
                if len(rows) < _PAGE:
                    break
                position = rows[-1][-1] + 1

    def _not_packed(self, queries: Sequence[str]) -> Iterator[tuple[int, int]]:
        """The first and the last position of runs of photos, among which are all that lack an analysis."""
        selected = self.selected()
        if len(queries) != 1:
            yield 1, selected
            return
        with self._database.reading() as connection:
            number = id_of(connection, queries[0])
        yield from not_packed(self._database, self._wholes, selected, number)

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

    def analyzed(
        self, queries: Sequence[str], chunk: int = PART, packing: FacePacking | None = None
    ) -> Iterator[AnalyzedPage]:
        """All selected photos in the order they were selected, at most `chunk` at a time.

        The faces of whole folders are kept packed as `packing` tells, and come so from the next time on: for one query,
        and by pages of the usual size.
        """
        prefixes: dict[bytes, str] = {}
        if packing is not None and chunk == PART and len(queries) == 1:
            for some in together(self._parts(queries[0]), chunk):
                packed = [photos for _part, photos in some if photos is not None]
                if packed:
                    yield PackedPage(self._database, queries[0], packed)
                else:
                    yield from self._pages(queries, [part for part, _photos in some], prefixes, packing)
        else:
            for first in range(1, self.selected() + 1, chunk):
                yield from self._pages(queries, [Part(first, first + chunk - 1)], prefixes)

    def _parts(self, query: str) -> Iterator[tuple[Part, PackedPhotos | None]]:
        """All that is selected, each part with its pack, if there is one that tells what this run has to know of it."""
        selected = self.selected()
        with self._database.reading() as connection:
            number = id_of(connection, query)
            any_problem = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {self._problems})").fetchone() == (1,)
        troubled = f"""SELECT EXISTS (SELECT 1 FROM {self._selection} AS selection
            CROSS JOIN {self._problems} AS problems ON problems.photo = selection.photo
            WHERE position BETWEEN ? AND ?)"""
        for part in parts(self._database, self._wholes, selected):
            found = None
            if part.folder is not None and number is not None:
                with self._database.reading() as connection:
                    if not any_problem or connection.execute(troubled, part[:2]).fetchone() == (0,):
                        found = kept(connection, part, number)
            yield part, found

    def _pages(
        self,
        queries: Sequence[str],
        some: Sequence[Part],
        prefixes: dict[bytes, str],
        packing: FacePacking | None = None,
    ) -> Iterator[AnalyzedPage]:
        """These parts by their rows, together; they are packed, where that can be done."""
        first, last = some[0].first, some[-1].last
        condition = f"selection.position BETWEEN {first} AND {last}"
        # Nobody changes anything between reading and packing.
        with self._database.reading() if packing is None else self._database.writing() as connection:
            stored = stored_rows(connection, queries, f"{self._selected} {self._tables}", condition)
            if packing is not None and len(stored.rows) == last - first + 1:
                for part in some:
                    of_part = slice(part.first - first, part.last - first + 1)
                    keep(connection, part, queries[0], stored.rows[of_part], stored.known[of_part], packing)
        if stored.rows:  # photos that another run did not find any more are missing
            yield StoredPage(stored, prefixes, with_films=bool(queries))

    def analyzed_photo(self, photo_id: int, queries: Sequence[str]) -> AnalyzedPhoto:
        """One photo by its id. Raises `LookupError` if there is none."""
        with self._database.reading() as connection:
            stored = stored_rows(connection, queries, f"photos {self._tables}", f"photos.id = {photo_id:d}")
        if not stored.rows:
            raise LookupError(f"no photo has the id {photo_id}")
        return StoredPage(stored, {}, with_films=False)[0]
