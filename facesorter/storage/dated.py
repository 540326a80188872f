"""Photos of somebody and when they were taken, thousands at once: rows are read in the order they are stored in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from facesorter.domain.groups import DatedPhotos
from facesorter.domain.models import Photo
from facesorter.storage.database import Database
from facesorter.storage.rows import photo_of

TOGETHER = 500
"""Values that are looked for by one statement."""

_PHOTOS = """
    SELECT photos.id, CAST(taken_at AS BLOB), digest, folder, name, photos.size, modified_ns, object, content IS NULL
    FROM contents CROSS JOIN photos ON photos.{held} = contents.id"""
"""The time as bytes, for text goes through a function each time."""

MOST = 2
"""Of so many contents one is wanted, and all are gone through."""

Boxes = Mapping[bytes, tuple[float, ...] | None]
_Reader = Callable[[str], Iterable[tuple[Any, ...]]]


def parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """So many values as one statement takes, from the least to the greatest: neighbors in an index are found faster."""
    wanted = sorted(values)
    return (wanted[first : first + TOGETHER] for first in range(0, len(wanted), TOGETHER))


def rows_of(database: Database, statement: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement that ends with `IN`, for so many values that one by one would take long."""
    for some in parts(values):
        with database.reading() as connection:
            rows = connection.execute(f"{statement} ({', '.join('?' * len(some))})", some).fetchall()
        yield from rows


def dated_photos(database: Database, boxes: Boxes) -> DatedPhotos:
    """Every photo that holds one of these contents, or objects not read yet, with a face in this box of it."""
    with database.reading() as connection:
        folders = dict(connection.execute("SELECT id, path FROM folders").fetchall())
        (in_s3,) = connection.execute("SELECT EXISTS (SELECT 1 FROM photos WHERE object IS NOT NULL)").fetchone()
        (contents,) = connection.execute("SELECT coalesce(max(id), 0) FROM contents").fetchone()
    read = _reader_of_all(database, boxes) if MOST * len(boxes) > contents else _reader_of_some(database, boxes)
    found = list(read(_PHOTOS.format(held="content")))
    objects: dict[int, bytes] = {}
    if in_s3:
        found += read(f"{_PHOTOS.format(held='object')} AND content IS NULL")
        known = {row[7] for row in found if row[7] is not None}
        objects = dict(rows_of(database, "SELECT id, digest FROM contents WHERE id IN", known))
    prefixes: dict[bytes, str] = {}

    def made(row: Sequence[Any]) -> Photo:
        photo_id, _taken, digest, folder, name, size, modified_ns, known_object, unread = row
        held = (None, digest) if unread else (digest, objects.get(known_object))
        return photo_of((photo_id, folders[folder], name, size, modified_ns, *held), prefixes)

    times = _times([row[1] for row in found])
    return DatedPhotos([(row[0], time, boxes[row[2]], row) for row, time in zip(found, times, strict=True)], made)


def _reader_of_some(database: Database, boxes: Boxes) -> _Reader:
    """Looks for the photos of each content."""
    ids = [number for (number,) in rows_of(database, "SELECT id FROM contents WHERE digest IN", boxes)]
    return lambda statement: rows_of(database, f"{statement} WHERE contents.id IN", ids)


def _reader_of_all(database: Database, boxes: Boxes) -> _Reader:
    """Goes through all photos, in half the time if those of most contents are wanted."""

    def read(statement: str) -> list[tuple[Any, ...]]:
        with database.reading() as connection:
            return [row for row in connection.execute(statement).fetchall() if row[2] in boxes]

    return read


def _times(stored: Sequence[bytes | None]) -> list[str]:
    """ISO 8601 as text; "" for what is not known, or damaged."""
    texts = [(one or b"").decode("ascii", "replace") for one in stored]
    with suppress(ValueError):
        for _moment in map(datetime.fromisoformat, filter(None, texts)):
            pass
        return texts
    return [text if _is_time(text) else "" for text in texts]


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
