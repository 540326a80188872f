"""What a folder's listing changes in the catalog, and how paths are put together of folders and names."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from sqlite3 import Connection

from facesorter.domain.formats import is_film
from facesorter.domain.models import NO_TIME, FolderEntry, Listing
from facesorter.domain.places import is_in_s3


def update(connection: Connection, listing: Listing, entries: Sequence[FolderEntry]) -> int:
    """Bring a folder's photos to what was listed; the folder's id."""
    path = os.fsencode(listing.folder)
    connection.execute("INSERT INTO folders (path) VALUES (?) ON CONFLICT DO NOTHING", (path,))
    folder, known = connection.execute("SELECT id, fingerprint FROM folders WHERE path = ?", (path,)).fetchone()
    # Part of a folder says nothing of the rest, so that the next whole listing must be gone through.
    fingerprint = fingerprint_of(entries) if listing.whole else None
    if fingerprint is not None and fingerprint == known:
        return folder
    listed = [
        (folder, os.fsencode(name), size, None if modified_ns == NO_TIME else modified_ns, known_object)
        for name, size, modified_ns, known_object in entries
    ]
    if listing.whole:
        names = {name for _, name, *_ in listed}
        rows = connection.execute("SELECT id, name FROM photos WHERE folder = ?", (folder,)).fetchall()
        gone = [
            (photo,) for photo, name in rows if name not in names and (listing.films or not is_film(os.fsdecode(name)))
        ]
        connection.executemany("DELETE FROM photos WHERE id = ?", gone)
    connection.executemany(
        "INSERT INTO contents (digest) VALUES (?) ON CONFLICT DO NOTHING",
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
    return folder


def prefix_of(folder: str) -> str:
    """What is to be put before a name to make it a path."""
    separator = "/" if is_in_s3(folder) else os.sep
    return folder if folder.endswith(separator) else folder + separator


def path_of(prefix: str, name: str) -> str:
    return prefix + name if name else prefix[:-1]


def name_of(path: str, prefix: str) -> str:
    """The inverse of `path_of`: a folder that could not be listed itself has no name."""
    return path.removeprefix(prefix) if path.startswith(prefix) else ""


def fingerprint_of(entries: Sequence[FolderEntry]) -> bytes:
    names, sizes, times, _ = zip(*entries, strict=True) if entries else ((), (), (), ())
    digest = blake2b("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(array("q", sizes))
    digest.update(array("q", times))
    return digest.digest()
