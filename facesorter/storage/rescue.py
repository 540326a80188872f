"""Begins a damaged file anew, with every row of it that can still be read, by the names of its columns."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.storage.backups import backups
from facesorter.storage.mending import mend
from facesorter.storage.opening import (
    COMPANIONS,
    DAMAGE,
    IRREPLACEABLE,
    NOT_WRITABLE,
    Migrations,
    connect,
    create,
    lenient_text,
    migrate,
    schema_of,
)
from facesorter.storage.pages import Value, page_file

_RESCUED = ".rescued"
_TYPES = {"INTEGER": int, "TEXT": str, "BLOB": bytes, "REAL": float}

_log = logging.getLogger(__name__)


def rescue(path: str, migrations: Migrations) -> None:
    """Write what can be read of a damaged file beside it; `put_in_place` then gives it the file's name.

    Rows are read in the shape of the version that wrote the file, whatever the file says of its version. What the user
    said is completed from the last backup, where a table cannot be read as a whole; a backup takes the file's place if
    nothing of it can be read at all.
    """
    beginning = _remove(path + ".rescuing")
    create(beginning)
    with closing(connect(beginning)) as connection:
        migrate(connection, migrations[: _version(path, migrations)])
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        unread = _take_over(path, connection)
        connection.execute("COMMIT")
        migrate(connection, migrations, checked=False)
        connection.execute("BEGIN")
        tables = list(_tables(connection))
        is_empty = not any(connection.execute(f"SELECT 1 FROM {table.name}").fetchone() for table in tables)
        wanted = [table for table in tables if is_empty or table.name in unread & IRREPLACEABLE]
        if wanted:
            _complete(connection, wanted, path, migrations)
        if IRREPLACEABLE.issubset(table.name for table in tables):
            mend(connection)
        for table in tables:
            _delete_orphans(connection, table)
        connection.execute("COMMIT")
    os.rename(beginning, path + _RESCUED)


def put_in_place(path: str) -> None:
    """Finish a rescue, also one that was cut off: set the damaged file aside, and give the rescued one its name."""
    if not os.path.exists(path + _RESCUED):
        return
    stem, suffix = os.path.splitext(path)
    damaged = f"{stem}-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}{suffix}"
    try:
        for companion in COMPANIONS:
            if os.path.exists(path + companion):
                os.rename(path + companion, damaged + companion)
        os.rename(path + _RESCUED, path)
    except OSError as error:
        raise StorageUnavailable(*map(_, NOT_WRITABLE)) from error
    _log.warning("The catalog was damaged. It was kept as %s and begun anew.", os.path.basename(damaged))


@dataclass(frozen=True)
class _Table:
    """A table as it should be: for each column its name, its type, and whether it may be NULL."""

    name: str
    columns: tuple[tuple[str, type, bool], ...]
    rowid: int | None
    """Which column is the rowid; None in a table without one."""

    @cached_property
    def insertion(self) -> str:
        """The statement that adds a row, unless its key is there."""
        names, marks = ", ".join(name for name, _, _ in self.columns), ", ".join("?" * len(self.columns))
        return f"INSERT OR IGNORE INTO {self.name} ({names}) VALUES ({marks})"

    def row_of(self, rowid: int | None, found: tuple[Value, ...]) -> tuple[Value, ...] | None:
        """What was found on a page as a row of this table, if it may be one."""
        if (rowid is None) != (self.rowid is None):
            return None
        missing = len(self.columns) - len(found)
        values = [
            float(value) if kind is float and isinstance(value, int) else value  # whole numbers are stored as integers
            for value, (_, kind, _) in zip([*found, *[None] * missing], self.columns, strict=True)
        ]
        if self.rowid is not None:
            if values[self.rowid] is not None:
                return None
            values[self.rowid] = rowid
        return tuple(values) if self.takes(values) else None

    def takes(self, row: Sequence[Value]) -> bool:
        """Whether these values, one for each column, are of the right types."""
        return all(
            isinstance(value, kind) or (value is None and (nullable or place == self.rowid))
            for place, (value, (_, kind, nullable)) in enumerate(zip(row, self.columns, strict=True))
        )


def _version(path: str, migrations: Migrations) -> int:
    """Whose shape the file has: the version of which it holds the most tables and indexes, the newest if in doubt."""
    schemas = {version: schema_of(migrations[:version]) for version in range(1, len(migrations) + 1)}
    with page_file(path) as file:
        held = {text for schema in schemas.values() for text in schema if file.holds(text)}
    likeness = {version: len(schema & held) - len(schema - held) for version, schema in schemas.items()}
    return max(likeness, key=lambda version: (likeness[version], version))


def _take_over(damaged: str, connection: sqlite3.Connection) -> set[str]:
    """Copy the rows of each table, also from the bare pages; the names of the tables that SQLite cannot read whole.

    A table may look whole and not be: what says where it begins may be damaged.
    """
    tables = list(_tables(connection))
    unread: set[str] = set()
    with closing(sqlite3.connect(damaged, isolation_level=None)) as old:
        old.text_factory = lenient_text
        for table in tables:
            try:
                old.execute("PRAGMA writable_schema = ON")  # lets SQLite read a file that was cut off
                connection.executemany(table.insertion, filter(table.takes, _read(old, table)))
            except DAMAGE as error:
                _log.warning("Not all of the table %s could be read: %s", table.name, error)
                unread.add(table.name)
    of_length: dict[int, list[_Table]] = defaultdict(list)
    for table in tables:
        of_length[len(table.columns)].append(table)
        if table.name == "photos":  # version 1 wrote rows without the last column of version 2
            of_length[len(table.columns) - 1].append(table)
    with page_file(damaged) as file:
        for rowid, row in file.rows(with_indexes=any(table.rowid is None for table in tables)):
            for table in of_length.get(len(row), ()):
                values = table.row_of(rowid, row)
                if values is not None:
                    connection.execute(table.insertion, values)
    return unread


def _complete(connection: sqlite3.Connection, tables: Sequence[_Table], path: str, migrations: Migrations) -> None:
    """Add rows of the newest sound backup, unless rows of their keys are there: ids are never used again."""
    for backup in backups(path):
        restoring = _remove(path + ".restoring")
        shutil.copyfile(backup, restoring)
        try:
            with closing(connect(restoring)) as old:
                migrate(old, migrations)
                for table in tables:
                    connection.executemany(table.insertion, filter(table.takes, _read(old, table)))
        except DAMAGE as error:
            _log.warning("The backup %s is damaged, too: %s", os.path.basename(backup), error)
            continue
        finally:
            _remove(restoring)
        _log.warning("What could not be read was taken from the backup %s.", os.path.basename(backup))
        return


def _remove(path: str) -> str:
    """The path, free of what a rescue that was cut off has left there."""
    for companion in COMPANIONS:
        with suppress(FileNotFoundError):
            os.unlink(path + companion)
    return path


def _tables(connection: sqlite3.Connection) -> Iterator[_Table]:
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").fetchall():
        if name.startswith("sqlite_") or name == "packs":  # which are made anew from what is rescued
            continue
        columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
        key = [column[0] for column in columns if column[5]]
        is_rowid = len(key) == 1 and columns[key[0]][2] == "INTEGER"
        yield _Table(
            name,
            tuple((column[1], _TYPES[column[2]], not (column[3] or column[5])) for column in columns),
            key[0] if is_rowid else None,
        )


def _read(old: sqlite3.Connection, table: _Table) -> Iterator[tuple[Value, ...]]:
    """The table's rows, by the names of its columns. Raises `sqlite3.Error` when it comes to the damage."""
    there = {column[1] for column in old.execute(f"PRAGMA table_info({table.name})")}
    names = [name for name, _, _ in table.columns]
    if not there.issuperset(names):
        raise sqlite3.DatabaseError("its columns are damaged")
    yield from old.execute(f"SELECT {', '.join(names)} FROM {table.name} NOT INDEXED")


def _delete_orphans(connection: sqlite3.Connection, table: _Table) -> None:
    """Rows that belong to what could not be read: a decision about nobody, an answer to an unknown query."""
    for _id, _sequence, parent, column, *_rest in connection.execute(
        f"PRAGMA foreign_key_list({table.name})"
    ).fetchall():
        connection.execute(
            f"DELETE FROM {table.name} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {parent})"
        )
