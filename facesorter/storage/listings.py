"""What a folder's listing changes in the catalog, and how paths are put together of folders and names."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from sqlite3 import Connection

from facesorter.domain.file_columns import columns_of
from facesorter.domain.formats import is_film
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import NO_TIME
from facesorter.domain.places import kind_of

HELD = """INSERT INTO contents (digest) VALUES (?)
    ON CONFLICT DO UPDATE SET gone_on = NULL WHERE gone_on IS NOT NULL"""
"""A content that is held, by a photo or for another use, is not gone."""

HELD_BY_A_PHOTO = """(
    EXISTS (SELECT 1 FROM photos WHERE photos.content = contents.id)
    OR EXISTS (SELECT 1 FROM photos WHERE photos.object = contents.id))"""


def update(connection: Connection, listing: Listing, entries: Sequence[FolderEntry]) -> int:
    """Bring a folder's photos to what was listed; the folder's id."""
    path = os.fsencode(listing.folder)
    connection.execute("INSERT INTO folders (path) VALUES (?) ON CONFLICT DO NOTHING", (path,))
    statement = "SELECT id, fingerprint, mount FROM folders WHERE path = ?"
    folder, known, known_mount = connection.execute(statement, (path,)).fetchone()
    mount = known_mount if listing.mount is None else os.fsencode(listing.mount)
    if mount != known_mount:
        connection.execute("UPDATE folders SET mount = ? WHERE id = ?", (mount, folder))
    # Part of a folder says nothing of the rest, so that the next whole listing must be gone through.
    fingerprint = fingerprint_of(entries) if listing.whole else None
    if fingerprint is not None and fingerprint == known:
        return folder
    listed = [
        (folder, os.fsencode(name), size, None if modified_ns == NO_TIME else modified_ns, known_object)
        for name, size, modified_ns, known_object in entries
    ]
    before = _held_in(connection, folder)
    if listing.whole:
        names = {name for _, name, *_ in listed}
        rows = connection.execute("SELECT id, name FROM photos WHERE folder = ?", (folder,)).fetchall()
        gone = [
            (photo,) for photo, name in rows if name not in names and (listing.films or not is_film(os.fsdecode(name)))
        ]
        connection.executemany("DELETE FROM photos WHERE id = ?", gone)
    connection.executemany(
        HELD,
        [(entry.object,) for entry in entries if entry.object is not None],
    )
    connection.executemany(
        """INSERT INTO photos (folder, name, size, modified_ns, object)
        VALUES (?, ?, ?, ?, (SELECT id FROM contents WHERE digest = ?))
        ON CONFLICT DO UPDATE SET
            size = excluded.size, modified_ns = excluded.modified_ns, object = excluded.object, content = NULL
        WHERE size != excluded.size OR modified_ns IS NOT excluded.modified_ns OR object IS NOT excluded.object""",
        listed,
    )
    connection.execute("UPDATE folders SET fingerprint = ? WHERE id = ?", (fingerprint, folder))
    note_gone(connection, before - _held_in(connection, folder))
    return folder


def is_disconnected(connection: Connection, listing: Listing) -> bool:
    """Whether an empty folder is only the place where a disk was mounted when photos were listed in it."""
    if listing.entries or listing.mount is None:
        return False
    statement = "SELECT mount FROM folders WHERE path = ?"
    row = connection.execute(statement, (os.fsencode(listing.folder),)).fetchone()
    return row is not None and row[0] not in (None, os.fsencode(listing.mount))


def let_go(connection: Connection, folder: str, names: Iterable[str]) -> None:
    """These photos of a folder are gone; a folder without any is not known any more."""
    row = connection.execute("SELECT id FROM folders WHERE path = ?", (os.fsencode(folder),)).fetchone()
    if row is None:
        return
    before = _held_in(connection, row[0])
    gone = [(row[0], os.fsencode(name)) for name in names]
    connection.executemany("DELETE FROM photos WHERE folder = ? AND name = ?", gone)
    note_gone(connection, before - _held_in(connection, row[0]))
    connection.execute("UPDATE folders SET fingerprint = NULL WHERE id = ?", row)
    connection.execute("DELETE FROM folders WHERE id = ?1 AND ?1 NOT IN (SELECT folder FROM photos)", row)


def note_gone(connection: Connection, contents: Iterable[int]) -> None:
    """From today on, those of these contents (ids) that no photo holds are gone."""
    connection.executemany(
        f"UPDATE contents SET gone_on = date('now') WHERE id = ? AND gone_on IS NULL AND NOT {HELD_BY_A_PHOTO}",
        [(content,) for content in contents],
    )


def _held_in(connection: Connection, folder: int) -> set[int]:
    """The contents and objects (ids) of a folder's photos."""
    rows = connection.execute("SELECT content, object FROM photos WHERE folder = ?", (folder,))
    return {held for row in rows for held in row if held is not None}


def prefix_of(folder: str) -> str:
    """What is to be put before a name to make it a path."""
    separator = kind_of(folder).separator
    return folder if folder.endswith(separator) else folder + separator


def path_of(prefix: str, name: str) -> str:
    return prefix + name if name else prefix[:-1]


def name_of(path: str, prefix: str) -> str:
    """The inverse of `path_of`: a folder that could not be listed itself has no name."""
    return path.removeprefix(prefix) if path.startswith(prefix) else ""


def fingerprint_of(entries: Sequence[FolderEntry]) -> bytes:
    files = columns_of(entries)
    digest = blake2b("\0".join(files.names).encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(array("q", files.sizes))
    digest.update(array("q", files.times))
    return digest.digest()
