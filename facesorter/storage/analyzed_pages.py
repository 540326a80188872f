"""Pages of photos with their analyses, as they come from the catalog: photo by photo, or packed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain
from sqlite3 import Connection
from typing import Any, NamedTuple, cast, overload

from facesorter.domain.formats import films_among
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo
from facesorter.domain.ports import Analyses, AnalyzedPage, AnalyzedPhoto
from facesorter.storage.analyses import all_unsealed, analyses_by, analyses_of, drop_damaged
from facesorter.storage.database import Database
from facesorter.storage.packs import PackedPhotos
from facesorter.storage.rows import COLUMNS, photo_of

_CONTENT, _OBJECT, _LASTING, _PASSING, _ANALYSES = range(5, 10)
"""Where in a row the digests, the problems and the first analysis are."""


class StoredRows(NamedTuple):
    """Rows of photos, and of each its analyses; None where one is missing or damaged."""

    rows: Sequence[Sequence[Any]]
    known: list[Analyses | None]


def stored_rows(connection: Connection, queries: Sequence[str], tables: str, condition: str) -> StoredRows:
    """The photos of `tables` that meet the condition; what is damaged of their analyses is forgotten."""
    columns, joins = analyses_by(connection, queries)
    rows = connection.execute(
        f"SELECT {COLUMNS}, problems.reason {columns} FROM {tables} {joins} WHERE {condition}"
    ).fetchall()
    sound = all_unsealed(rows, _ANALYSES)
    incomplete = [place for place, analyses in enumerate(sound) if None in analyses]
    damaged = [rows[place] for place in incomplete if _is_damaged(rows[place][_ANALYSES:], sound[place])]
    digests = chain.from_iterable(row[_CONTENT : _OBJECT + 1] for row in damaged)
    drop_damaged(connection, [digest for digest in digests if digest is not None])
    known = cast("list[Analyses | None]", sound)
    for place in incomplete:
        known[place] = None
    return StoredRows(rows, known)


def _is_damaged(sealed: Sequence[bytes | None], sound: Sequence[bytes | None]) -> bool:
    """Whether anything that is stored is not what was stored."""
    return any(data is not None and known is None for data, known in zip(sealed, sound, strict=True))


class StoredPage(AnalyzedPage):
    """Photos by their rows. `prefixes` is as for `photo_of`."""

    def __init__(self, stored: StoredRows, prefixes: dict[bytes, str], *, with_films: bool) -> None:
        self._rows, known = stored
        self._prefixes = prefixes
        self._seen: dict[int, AnalyzedPhoto] = {}
        analyses = list(known)
        for place in _unusable(self._rows):
            analyses[place] = None
        self.analyses = analyses
        self.unknown = {place for place, one in enumerate(analyses) if one is None} if None in analyses else frozenset()
        self.films = films_among([row[2] for row in self._rows]) if with_films else ()

    def __getitem__(self, index: int) -> AnalyzedPhoto:
        if index not in self._seen:
            row = self._rows[index]
            problem = row[_PASSING] or row[_LASTING]
            photo = photo_of(row, self._prefixes)
            self._seen[index] = AnalyzedPhoto(photo, self.analyses[index], problem and _(problem))
        return self._seen[index]

    def content(self, index: int) -> bytes | None:
        """See `AnalyzedPage`."""
        return self._rows[index][_CONTENT]

    def identities(self, index: int) -> tuple[bytes, ...]:
        """See `AnalyzedPage`."""
        content, known_object = self._rows[index][_CONTENT : _OBJECT + 1]
        if known_object is None:
            return () if content is None else (content,)
        return (known_object,) if content is None else (content, known_object)


def _unusable(rows: Sequence[Sequence[Any]]) -> list[int]:
    """In which of these rows the photo has a problem, or nothing to know it by."""
    problems = {row[_LASTING] for row in rows} | {row[_PASSING] for row in rows}
    if problems <= {None} and None not in [row[_CONTENT] for row in rows]:
        return []
    return [
        place
        for place, row in enumerate(rows)
        if row[_PASSING] is not None or row[_LASTING] is not None or (row[_CONTENT] or row[_OBJECT]) is None
    ]


class PackedPage(AnalyzedPage):
    """Photos of packs, one after the other. Their analyses are read when somebody asks for them."""

    def __init__(self, database: Database, query: str, parts: Sequence[PackedPhotos]) -> None:
        self._database = database
        self._query = query
        self._parts = parts
        self._starts = list(accumulate([len(part.ids) for part in parts[:-1]], initial=0))
        self.analyses = _AskedFor(self, sum(len(part.ids) for part in parts))
        self.packs = [part.faces for part in parts]
        placed = list(zip(self._starts, parts, strict=True))
        self.unknown = {start + place for start, part in placed for place in part.problems}
        self.films = [start + place for start, part in placed for place in films_among(part.names)]

    def __getitem__(self, index: int) -> AnalyzedPhoto:
        part, place = self._at(index)
        problem = part.problems.get(place)
        return AnalyzedPhoto(self.photo(index), self.analyses[index], problem and _(problem))

    def photo(self, index: int) -> Photo:
        """See `AnalyzedPage`."""
        part, place = self._at(index)
        return part.photo(place)

    def content(self, index: int) -> bytes:
        """See `AnalyzedPage`."""
        part, place = self._at(index)
        return part.content(place)

    def contents(self) -> list[bytes]:
        """See `AnalyzedPage`."""
        return [content for part in self._parts for content in part.contents()]

    def identities(self, index: int) -> tuple[bytes, ...]:
        """See `AnalyzedPage`."""
        return (self.content(index),)

    def several(self, places: Sequence[int]) -> list[Analyses | None]:
        """See `AnalyzedPage`; what another run has erased meanwhile, or was damaged, is None."""
        contents = [None if place in self.unknown else self.content(place) for place in places]
        known = [content for content in contents if content is not None]
        found = analyses_of(self._database, self._query, known) if known else {}
        return [None if content is None or content not in found else (found[content],) for content in contents]

    def _at(self, index: int) -> tuple[PackedPhotos, int]:
        """Which part a photo is in, and at which place."""
        number = bisect_right(self._starts, index) - 1
        return self._parts[number], index - self._starts[number]


class _AskedFor(Sequence[Analyses | None]):
    """The analyses of a page, each read when it is asked for."""

    def __init__(self, page: PackedPage, photos: int) -> None:
        self._page = page
        self._photos = photos

    def __len__(self) -> int:
        return self._photos

    @overload
    def __getitem__(self, index: int) -> Analyses | None: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Analyses | None]: ...
    def __getitem__(self, index: int | slice) -> Analyses | Sequence[Analyses | None] | None:
        places = range(self._photos)[index]
        return self._page.several([places])[0] if isinstance(places, int) else self._page.several(places)
