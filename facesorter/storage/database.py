"""The one SQLite file of a profile: its connection, its lock, its transactions and its migrations.

A process holds a single connection, in exclusive locking mode: SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when two
connections write or checkpoint at once, and without shared memory WAL works in network folders as well.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime

from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.storage.schema import IRREPLACEABLE, MIGRATIONS

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY_TIMEOUT_S = 0.5
_COMPANIONS = ("", "-wal", "-shm")
_RESCUED = ".rescued"

_NOT_WRITABLE = ("The catalog cannot be written.", "Check the rights of the profile folder, or choose another profile.")
_DAMAGE_FOUND = ("The catalog is damaged.", "Start FaceSorter again: it will set the file aside and begin a new one.")
_IN_WORDS = {
    sqlite3.SQLITE_BUSY: ("The catalog is in use by another program.", "Close the other FaceSorter first."),
    sqlite3.SQLITE_CANTOPEN: _NOT_WRITABLE,
    sqlite3.SQLITE_CORRUPT: _DAMAGE_FOUND,
    sqlite3.SQLITE_IOERR: ("The disk that holds the catalog reports an error.", "Check the disk, then try again."),
    sqlite3.SQLITE_NOTADB: _DAMAGE_FOUND,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
}

_log = logging.getLogger(__name__)


class Database:
    """The catalog's file, open. Any thread may use it; `reading` and `writing` let one in at a time.

    What is written joins one growing transaction, which `commit` makes durable, also against a power failure
    (`synchronous=FULL`; a commit costs one fsync, which is why callers batch).
    """

    def __init__(self, path: str | os.PathLike[str], migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
        """Open or create the file, for its owner alone. `:memory:` is a database that is forgotten when closed.

        A damaged file is moved aside and begun anew, with what could still be read of that which cannot be had again
        for nothing; a kill on the way loses none of it. Raises `StorageUnavailable` if the file cannot be used: a newer
        version's, another program's, no right to write.
        """
        self._lock = threading.RLock()
        path = os.fspath(path)
        if path == ":memory:":
            self._connection = _open(path, migrations)
            return
        _put_rescued_in_place(path)
        _create(path)
        with _user_errors():
            try:
                self._connection = _open(path, migrations)
            except sqlite3.DatabaseError as error:
                if _primary_code(error) not in _DAMAGED:
                    raise
                _rescue(path, migrations)
                _put_rescued_in_place(path)
                self._connection = _open(path, migrations)

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """The connection, for this thread alone. Do not keep a cursor open beyond the block."""
        with self._lock, _user_errors():
            yield self._connection

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

    def commit(self) -> None:
        """Make everything written so far durable."""
        with self.reading() as connection:
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
            connection.commit()
            connection.close()


def _create(path: str) -> None:
    """Make the file and its folder, where they are missing, for their owner alone."""
    folder = os.path.dirname(path)
    try:
        if folder and not os.path.isdir(folder):
            os.makedirs(folder)
            os.chmod(folder, 0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageUnavailable(*_NOT_WRITABLE) from error


def _open(path: str, migrations: Sequence[Sequence[str]]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        _refuse_foreign(connection, path)
        for pragma in (
            "locking_mode = EXCLUSIVE",  # before WAL, or SQLite would use shared memory
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "secure_delete = ON",  # so that nothing is left of what was deleted if `scrub` is cut off
        ):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            damage = sqlite3.DatabaseError("quick_check found damage")
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage
        _migrate(connection, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_foreign(connection: sqlite3.Connection, path: str) -> None:
    """A file of ours has a version as soon as it has tables. Nothing is written before this is known."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not version and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise StorageUnavailable(f"The file {path} is another program's.", "Choose another profile folder.")


def _migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise StorageUnavailable(
            "The catalog was written by a newer version of FaceSorter.", "Update FaceSorter, or choose another profile."
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statements in migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _put_rescued_in_place(path: str) -> None:
    """Finish a rescue, also one that was cut off: move the damaged file aside, and give the rescued one its name."""
    if not os.path.exists(path + _RESCUED):
        return
    stem, suffix = os.path.splitext(path)
    damaged = f"{stem}-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}{suffix}"
    try:
        for companion in _COMPANIONS:
            if os.path.exists(path + companion):
                os.rename(path + companion, damaged + companion)
        os.rename(path + _RESCUED, path)
    except OSError as error:
        raise StorageUnavailable(*_NOT_WRITABLE) from error
    _log.warning("The catalog was damaged. It was kept as %s and begun anew.", os.path.basename(damaged))


def _rescue(path: str, migrations: Sequence[Sequence[str]]) -> None:
    """Begin anew beside the damaged file, with what can still be read of it; the name tells when that is complete."""
    beginning = path + ".rescuing"
    for companion in _COMPANIONS:  # of a rescue that was cut off
        with suppress(FileNotFoundError):
            os.unlink(beginning + companion)
    _create(beginning)
    with closing(_open(beginning, migrations)) as connection:
        _take_over(path, connection)
    os.rename(beginning, path + _RESCUED)


def _take_over(damaged: str, connection: sqlite3.Connection) -> None:
    """Copy the irreplaceable rows, reading each table from both ends towards the damage."""
    ours = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    with closing(sqlite3.connect(damaged, isolation_level=None)) as old:
        old.execute("PRAGMA writable_schema = ON")  # lets SQLite read a file that was cut off
        connection.execute("BEGIN")
        for table, key, which in IRREPLACEABLE:
            if table not in ours:
                continue
            damage: sqlite3.DatabaseError | None = None
            for direction in ("ASC", "DESC"):
                try:
                    for row in old.execute(f"SELECT * FROM {table} WHERE {which} ORDER BY {key} {direction}"):  # noqa: S608
                        marks = ", ".join("?" * len(row))
                        with suppress(sqlite3.IntegrityError):  # a decision of a person who could not be read
                            connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)  # noqa: S608
                except sqlite3.DatabaseError as error:
                    damage = error
            if damage is not None:
                _log.warning("Not all of the table %s could be taken over: %s", table, damage)
        connection.execute("COMMIT")


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


@contextmanager
def _user_errors() -> Generator[None]:
    """Put what a user can cure into words; any other error is a bug and passes."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = _primary_code(error)
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull("The disk that holds the catalog is full.", "Free some space, then go on.") from error
        if code in _IN_WORDS:
            raise StorageUnavailable(*_IN_WORDS[code]) from error
        raise
