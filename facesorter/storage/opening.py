"""Opens an SQLite file of ours: whose it is, whether it is sound, and the migrations that bring it to today's shape."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import cache

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.storage.backups import back_up

Step = str | Callable[[sqlite3.Connection], None]
Migrations = Sequence[Sequence[Step]]
"""The steps to each version, statements or functions: number n brings a file from `user_version` n-1 to n.

They are run in one transaction, with foreign keys off, which are checked afterwards.
"""

IRREPLACEABLE = frozenset(
    (
        *("people", "portraits", "decisions", "unnamed", "unnamed_faces"),
        *("runs", "run_people", "target_folders", "copies"),
    )
)
"""The catalog's tables of what the user said and what was copied, which no scan can make anew."""

COMPANIONS = ("", "-wal", "-shm")
DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file may raise: Python decodes SQLite's messages, which quote what they could not read."""

DAMAGED_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

NOT_WRITABLE = (
    N_("The catalog cannot be written."),
    N_("Check the permissions of the profile folder, or choose another one."),
)

_DOUBT = ".doubtful"
_BUSY_TIMEOUT_S = 0.5
_HEADER = 100
_MAGIC = b"SQLite format 3\0"
_CURABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_LARGEST_VERSION = 1000
"""A larger number is no version but damage."""


class Damaged(Exception):
    """The file, or what a migration makes of it, is not as FaceSorter wrote it."""


class MigrationFailed(Exception):
    """A migration is wrong; the file is as it was."""


def create(path: str) -> None:
    """Make the file and its folder, where they are missing, for their owner alone. Raises `StorageUnavailable`."""
    folder = os.path.dirname(path)
    try:
        if folder and not os.path.isdir(folder):
            os.makedirs(folder)
            os.chmod(folder, 0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageUnavailable(*map(_, NOT_WRITABLE)) from error


def doubt(path: str) -> None:
    """Note that damage was met in the file, so that it is gone through completely when it is opened next."""
    with open(path + _DOUBT, "wb"):
        pass


def open_sound(path: str, migrations: Migrations) -> sqlite3.Connection:
    """The file, sound and in today's shape.

    Raises `Damaged`, `StorageUnavailable` for what is another program's or a newer version's, `sqlite3.Error` for
    what lies outside of the file. Until it is known to be ours, nothing is written.
    """
    _check_header(path)
    connection = connect(path)
    try:
        try:
            _check(connection, path, migrations)
            _configure(connection)
            _check_pages(connection, thoroughly=os.path.exists(path + _DOUBT))
        except DAMAGE as error:
            if primary_code(error) in _CURABLE:
                raise
            raise Damaged(str(error)) from error
        _upgrade(connection, path, migrations)
    except BaseException:
        connection.close()
        raise
    with suppress(FileNotFoundError):
        os.unlink(path + _DOUBT)
    return connection


def _upgrade(connection: sqlite3.Connection, path: str, migrations: Migrations) -> None:
    """Run what is missing of the migrations, after a backup of a file that has something in it."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == len(migrations):
        return
    if version:
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise Damaged("A row refers to a row that is not there")
        back_up(connection, path, version)
    try:
        migrate(connection, migrations)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # Version 2 took values of any type; a damaged one is refused by the tables of version 3.
        if primary_code(error) in DAMAGED_CODES or isinstance(error, sqlite3.IntegrityError):
            raise Damaged(str(error)) from error
        raise


def connect(path: str) -> sqlite3.Connection:
    """A connection for any thread that leaves transactions to its caller."""
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.text_factory = lenient_text
    return connection


def lenient_text(text: bytes) -> str:
    """Text of which a damaged part does not keep the rest from being read."""
    return text.decode("utf-8", "replace")


def primary_code(error: Exception) -> int:
    """What SQLite says is wrong, without the details; that the file is damaged, if it cannot even be said."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def schema_of(migrations: Migrations) -> frozenset[str]:
    """The text of every table and index that these migrations make."""
    return _schema_after(tuple(map(tuple, migrations)))


@cache
def _schema_after(migrations: tuple[tuple[Step, ...], ...]) -> frozenset[str]:
    with closing(connect(":memory:")) as connection:
        migrate(connection, migrations)
        return _schema(connection)


def _schema(connection: sqlite3.Connection) -> frozenset[str]:
    return frozenset(sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))


def _check_header(path: str) -> None:
    """What SQLite would take for another reason not to open or not to write the file."""
    if path == ":memory:":
        return
    with open(path, "rb") as file:
        header = file.read(_HEADER)
    if header and (
        not header.startswith(_MAGIC)
        or len(header) < _HEADER
        or not set(header[18:20]) <= {1, 2}
        or header[21:24] != bytes((64, 32, 32))
    ):
        raise Damaged("The header is damaged")


def _check(connection: sqlite3.Connection, path: str, migrations: Migrations) -> None:
    """Refuse what is not ours or too new; find out whether the tables are what the version says."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    schema = _schema(connection)
    if 0 < version <= len(migrations) or not (version or schema):
        if version and schema != schema_of(migrations[:version]):
            raise Damaged("The tables are not those of its version")
        return
    if version == 0:
        if any(schema & schema_of(migrations[:known]) for known in range(1, len(migrations) + 1)):
            raise Damaged("The version is missing")
        raise StorageUnavailable(
            _("The file {path} is another program's.").format(path=path), _("Choose another profile folder.")
        )
    newest = len(migrations)
    is_flipped = version != newest + 1 and (version ^ newest).bit_count() == 1 and schema == schema_of(migrations)
    if is_flipped or not 0 < version <= _LARGEST_VERSION:
        raise Damaged("The version is damaged")
    raise StorageUnavailable(
        _("The catalog was written by a newer version of FaceSorter."),
        _("Update FaceSorter, or choose another profile."),
    )


def _configure(connection: sqlite3.Connection) -> None:
    for pragma in (
        "locking_mode = EXCLUSIVE",  # before WAL, or SQLite would use shared memory
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "secure_delete = ON",  # so that nothing is left of what was deleted if `scrub` is cut off
    ):
        connection.execute(f"PRAGMA {pragma}")


def _check_pages(connection: sqlite3.Connection, *, thoroughly: bool) -> None:
    """Find pages that are damaged; also indexes that are, where it takes no time, or once there is doubt.

    Looking through the indexes of 100,000 photos takes a quarter of a second, three times as long as all pages do.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    checks = [f"integrity_check({table})" for table in IRREPLACEABLE if table in tables]
    for check in ["integrity_check(1)"] if thoroughly else ["quick_check(1)", *checks]:
        found = connection.execute(f"PRAGMA {check}").fetchone()
        if found != ("ok",):
            raise Damaged(str(found[0]))


def migrate(connection: sqlite3.Connection, migrations: Migrations, *, checked: bool = True) -> None:
    """Bring a file that is ours to the shape of the last of these migrations, all or nothing.

    Raises `MigrationFailed` if rows refer to rows that are not there then, unless that is not to be `checked`.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (keys,) = connection.execute("PRAGMA foreign_keys").fetchone()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in (step for steps in migrations[version:] for step in steps):
            if callable(step):
                step(connection)
            else:
                connection.execute(step)
        if checked and (orphan := connection.execute("PRAGMA foreign_key_check").fetchone()):
            raise MigrationFailed(f"After the migration a row refers to nothing: {orphan}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute(f"PRAGMA foreign_keys = {keys}")
