"""The one SQLite file of a profile: its connection, its lock, its transactions and its migrations.

A process holds a single connection, in exclusive locking mode: SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when two
connections write or checkpoint at once, and without shared memory WAL works in network folders as well.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress

from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.storage.opening import (
    DAMAGE,
    DAMAGED_CODES,
    NOT_WRITABLE,
    Damaged,
    Migrations,
    create,
    doubt,
    open_sound,
    primary_code,
)
from facesorter.storage.rescue import put_in_place, rescue
from facesorter.storage.schema import MIGRATIONS

_OLDEST_SQLITE = (3, 37)
"""The first with strict tables."""

_DAMAGE_FOUND = (
    N_("The catalog is damaged."),
    N_("Start FaceSorter again: it will set the file aside and begin a new one."),
)
_IN_WORDS = {
    sqlite3.SQLITE_BUSY: (N_("The catalog is in use by another program."), N_("Close the other FaceSorter first.")),
    sqlite3.SQLITE_CANTOPEN: NOT_WRITABLE,
    sqlite3.SQLITE_CORRUPT: _DAMAGE_FOUND,
    sqlite3.SQLITE_IOERR: (
        N_("The disk that holds the catalog reports an error."),
        N_("Check the disk, then try again."),
    ),
    sqlite3.SQLITE_NOTADB: _DAMAGE_FOUND,
    sqlite3.SQLITE_PERM: NOT_WRITABLE,
    sqlite3.SQLITE_READONLY: NOT_WRITABLE,
}


class Database:
    """The catalog's file, open. Any thread may use it; `reading` and `writing` let one in at a time.

    What is written joins one growing transaction, which `commit` makes durable, also against a power failure
    (`synchronous=FULL`; a commit costs one fsync, which is why callers batch).
    """

    def __init__(self, path: str | os.PathLike[str], migrations: Migrations = MIGRATIONS) -> None:
        """Open or create the file, for its owner alone. `:memory:` is a database that is forgotten when closed.

        A damaged file is set aside and begun anew, with every row that can still be read; a kill on the way loses none
        of it. Raises `StorageUnavailable` if the file cannot be used: a newer version's, another program's, no right to
        write.
        """
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StorageUnavailable(
                _("This Python brings SQLite {sqlite_version}, and FaceSorter needs 3.37 or newer.").format(
                    sqlite_version=sqlite3.sqlite_version
                ),
                _("Use a newer Python, or the FaceSorter that brings its own."),
            )
        self._lock = threading.RLock()
        self._wholes = 0
        self._path = path = os.fspath(path)
        with _user_errors():
            if path != ":memory:":
                put_in_place(path)
                create(path)
            try:
                self._connection = open_sound(path, migrations)
            except Damaged:
                rescue(path, migrations)
                put_in_place(path)
                self._connection = open_sound(path, migrations)

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """The connection, for this thread alone. Do not keep a cursor open beyond the block."""
        with self._lock, _user_errors():
            try:
                yield self._connection
            except DAMAGE as error:
                if primary_code(error) in DAMAGED_CODES and self._path != ":memory:":
                    with suppress(OSError):  # the next start looks less closely then
                        doubt(self._path)
                raise

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """The connection, for this thread alone, and all or nothing of what the block writes. Blocks may nest."""
        with self.reading() as connection:
            if not connection.in_transaction:
                connection.execute("BEGIN")
            connection.execute("SAVEPOINT block")
            try:
                yield connection
            except BaseException:
                # A full disk makes SQLite roll the whole transaction back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK TO block")
                    connection.execute("RELEASE block")
                raise
            connection.execute("RELEASE block")

    @contextmanager
    def whole(self) -> Generator[None]:
        """All that the block writes becomes durable together, or none of it; a `commit` in it waits for its end."""
        with self.writing():
            self._wholes += 1
            try:
                yield
            finally:
                self._wholes -= 1
        self.commit()

    def commit(self) -> None:
        """Make everything written so far durable."""
        with self.reading() as connection:
            if not self._wholes:
                connection.commit()

    def scrub(self) -> None:
        """Leave no byte of what was deleted, neither in the file nor in the log that SQLite keeps beside it."""
        with self.reading() as connection:
            connection.commit()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Commit and close."""
        with self.reading() as connection:
            try:
                connection.commit()
            finally:
                connection.close()


class Store:
    """What keeps things of one kind in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def whole(self) -> AbstractContextManager[None]:
        """See `Database.whole`."""
        return self._database.whole()


@contextmanager
def _user_errors() -> Generator[None]:
    """Put what a user can cure into words; any other error is a bug and passes."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        code = primary_code(error)
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(_("The disk that holds the catalog is full."), _("Free some space, then go on.")) from error
        if code in _IN_WORDS:
            raise StorageUnavailable(*map(_, _IN_WORDS[code])) from error
        raise
