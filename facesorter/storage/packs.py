"""The photos of a folder in columns, with their faces as an engine packs them: two rows instead of thousands.

A pack says nothing that other tables do not say, and is deleted by triggers as soon as they say something else (see
`schema`). It is sealed like an analysis. Folders that hold objects of S3, or photos not looked at yet, have none.
"""

from __future__ import annotations

import json
import os
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from facesorter.domain.models import NO_TIME, Photo
from facesorter.domain.ports import Analyses, FacePacking
from facesorter.storage.analyses import unsealed
from facesorter.storage.database import Database
from facesorter.storage.listings import path_of, prefix_of
from facesorter.storage.version_3 import sealed

PART = 2000
"""Photos in a pack at most."""

_DIGEST = 32
_HEADER = struct.Struct("<II")
"""How many photos there are, and how many bytes their problems take."""

_WHOLES_AT_ONCE = 500

_KEPT = """SELECT {} FROM packs JOIN folders ON folders.id = folder
    WHERE folder = ? AND query = ? AND part = ? AND held = ? AND newest = ?"""
"""What is kept of a part, given its `_key`."""


class Part(NamedTuple):
    """A run of selected photos, the positions `first` to `last`, and the whole folder whose `number`-th part it is.

    Photos that are no whole folder have None; `held` says how many the folder held when it was selected, and `newest`
    is the largest id of them: ids are never used again, so that both together say whether they are still the same.
    """

    first: int
    last: int
    folder: int | None = None
    number: int = 0
    held: int = 0
    newest: int = 0


def make_wholes(connection: Connection, table: str) -> None:
    """A table for the folders that are selected as a whole, with the positions of their photos."""
    connection.execute(
        f"CREATE TEMP TABLE {table} (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, folder INTEGER NOT NULL,"
        " held INTEGER NOT NULL, newest INTEGER NOT NULL)"
    )


def parts(database: Database, table: str, selected: int) -> Iterator[Part]:
    """All positions up to `selected`, in parts of `PART` photos at most."""
    position = 1
    while True:
        with database.reading() as connection:
            wholes = connection.execute(
                f"SELECT first, last, folder, held, newest FROM {table} WHERE first >= ? ORDER BY first LIMIT ?",
                (position, _WHOLES_AT_ONCE),
            ).fetchall()
        for first, last, folder, held, newest in wholes:
            yield from (Part(*ends) for ends in _cut(position, first - 1))
            for number, ends in enumerate(_cut(first, last)):
                yield Part(*ends, folder, number, held, newest)
            position = last + 1
        if len(wholes) < _WHOLES_AT_ONCE:
            yield from (Part(*ends) for ends in _cut(position, selected))
            return


def _cut(first: int, last: int) -> Iterator[tuple[int, int]]:
    for start in range(first, last + 1, PART):
        yield start, min(start + PART - 1, last)


class PackedPhotos(NamedTuple):
    """Photos of a folder in columns, and by their places the lasting problems; the faces of all others are packed."""

    prefix: str
    ids: Sequence[int]
    sizes: Sequence[int]
    times: Sequence[int]
    digests: bytes
    names: Sequence[bytes]
    problems: dict[int, str]
    faces: bytes

    def content(self, place: int) -> bytes:
        """The content (SHA-256) of one photo."""
        return self.digests[_DIGEST * place : _DIGEST * (place + 1)]

    def contents(self) -> list[bytes]:
        """Those of all of them."""
        return [self.digests[start : start + _DIGEST] for start in range(0, len(self.digests), _DIGEST)]

    def photo(self, place: int) -> Photo:
        """The photo at this place."""
        path = path_of(self.prefix, os.fsdecode(self.names[place]))
        return Photo(self.ids[place], path, self.sizes[place], self.times[place], self.content(place))


def not_packed(database: Database, table: str, selected: int, query: int | None) -> Iterator[tuple[int, int]]:
    """The first and the last position of each run of photos that are in no pack for this query."""
    first: int | None = None
    for part in parts(database, table, selected):
        with database.reading() as connection:
            is_packed = part.folder is not None and connection.execute(_KEPT.format("1"), _key(part, query)).fetchone()
        if is_packed and first is not None:
            yield first, part.first - 1
        first = None if is_packed else first or part.first
    if first is not None:
        yield first, selected


def together(
    found: Iterable[tuple[Part, PackedPhotos | None]], most: int
) -> Iterator[list[tuple[Part, PackedPhotos | None]]]:
    """Parts that lie one after the other, all packed or all not, with at most so many photos."""
    some: list[tuple[Part, PackedPhotos | None]] = []
    for part, photos in found:
        if some and ((photos is None) != (some[0][1] is None) or part.last - some[0][0].first >= most):
            yield some
            some = []
        some.append((part, photos))
    if some:
        yield some


def keep(
    connection: Connection,
    part: Part,
    query: str,
    rows: Sequence[Sequence[Any]],
    analyses: Sequence[Analyses | None],
    packing: FacePacking,
) -> None:
    """Pack the photos of a part for this query, if all of them can be packed.

    `rows` are those of `rows.COLUMNS` with the passing problem behind them; `analyses` are None where none is sound.
    """
    if part.folder is None or not all(map(_is_settled, rows, analyses)):
        return
    problems = {place: row[7] for place, row in enumerate(rows) if row[7] is not None}
    times = [NO_TIME if row[4] is None else row[4] for row in rows]
    told = json.dumps(problems).encode()
    photos = b"".join(
        (
            _HEADER.pack(len(rows), len(told)),
            *(array("q", column).tobytes() for column in ([row[0] for row in rows], [row[3] for row in rows], times)),
            *(row[5] for row in rows),
            told,
            b"\0".join(row[2] for row in rows),
        )
    )
    faces = packing.pack([known for place, known in enumerate(analyses) if known is not None and place not in problems])
    connection.execute(
        "INSERT INTO packs (folder, query, part, held, newest, photos, faces)"
        " SELECT ?, id, ?, ?, ?, ?, ? FROM queries WHERE key = ?"
        " ON CONFLICT DO UPDATE SET held = excluded.held, newest = excluded.newest, photos = excluded.photos,"
        " faces = excluded.faces",
        (part.folder, part.number, part.held, part.newest, sealed(photos), sealed(faces), query),
    )


def _is_settled(row: Sequence[Any], analyses: Analyses | None) -> bool:
    """Whether a photo was looked at, or cannot be, and no run has a problem of its own with it."""
    content, known_object, lasting, passing = row[5:9]
    is_known = analyses is not None or lasting is not None
    return is_known and passing is None and known_object is None and content is not None and len(content) == _DIGEST


def kept(connection: Connection, part: Part, query: int) -> PackedPhotos | None:
    """The pack of a part for this query, if there is one of just these photos, and sound."""
    row = connection.execute(_KEPT.format("path, photos, faces"), _key(part, query)).fetchone()
    if row is None or (photos := unsealed(row[1])) is None or (faces := unsealed(row[2])) is None:
        return None
    count, told = _HEADER.unpack_from(photos)
    if count != part.last - part.first + 1:
        return None
    at = _HEADER.size
    ids, sizes, times = (_column(photos[start : start + 8 * count]) for start in range(at, at + 24 * count, 8 * count))
    at += 24 * count
    digests, at = photos[at : at + _DIGEST * count], at + _DIGEST * count
    problems = {int(place): problem for place, problem in json.loads(photos[at : at + told]).items()}
    names = photos[at + told :].split(b"\0")
    return PackedPhotos(prefix_of(os.fsdecode(row[0])), ids, sizes, times, digests, names, problems, faces)


def _key(part: Part, query: int | None) -> tuple[int | None, ...]:
    return part.folder, query, part.number, part.held, part.newest


def _column(data: bytes) -> Sequence[int]:
    column = array("q")
    column.frombytes(data)
    return column
