"""Reads the rows of an SQLite file page by page, where SQLite itself cannot: its header or its schema is damaged.

Pages are looked at one by one, so that damage in one costs nothing of another. The format is described at
https://www.sqlite.org/fileformat2.html; whatever does not follow it is passed over.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

Value = int | float | str | bytes | None

PAGE = 4096
"""Bytes in a page: SQLite's default, which FaceSorter never changes."""

_FILE_HEADER, _PAGE_HEADER, _INTERIOR_HEADER = 100, 8, 12
_WAL_HEADER, _FRAME_HEADER = 32, 24
_TABLE_LEAF, _TABLE_INTERIOR, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x05, 0x0A, 0x02
_NUMBER_BYTES = (0, 1, 2, 3, 4, 6, 8, 8)
_FLOAT = 7
_SMALLEST_LOCAL = (PAGE - 12) * 32 // 255 - 23
_LARGEST_IN_INDEX = (PAGE - 12) * 64 // 255 - 23
_LARGEST_LOCAL = {_TABLE_LEAF: PAGE - 35, _INDEX_LEAF: _LARGEST_IN_INDEX, _INDEX_INTERIOR: _LARGEST_IN_INDEX}
"""The kinds of pages that hold rows, and how much of a row lies on the page itself."""
_KINDS = {*_LARGEST_LOCAL, _TABLE_INTERIOR}


class _UnreadableError(Exception):
    """These bytes do not follow the format."""


class PageFile:
    """A database file and the log beside it, as pages."""

    def __init__(self, file: mmap.mmap | bytes, newer: dict[int, bytes]) -> None:
        self._file = file
        self._newer = newer

    def rows(self, *, with_indexes: bool) -> Iterator[tuple[int | None, tuple[Value, ...]]]:
        """Every row of a table, in the order of the pages; also of those that have no rowid, and entries of indexes.

        Each with its rowid, None where there is none. In a row the column that is the rowid is stored as None.
        """
        for number in range(1, max(len(self._file) // PAGE, *self._newer, 1) + 1):
            page, start = self._page(number), _FILE_HEADER if number == 1 else 0
            if len(page) < PAGE:
                continue
            # The byte that says what a page is may be damaged; cells of another kind can hardly be read.
            kinds = [page[start]] if page[start] in _KINDS else _kinds_like(page[start])
            for kind in kinds:
                if kind == _TABLE_INTERIOR or (kind != _TABLE_LEAF and not with_indexes):
                    continue
                for at in _cells(page, start + (_INTERIOR_HEADER if kind == _INDEX_INTERIOR else _PAGE_HEADER)):
                    with suppress(_UnreadableError, IndexError, UnicodeDecodeError):
                        yield self._row(page, at, kind)

    def holds(self, text: str) -> bool:
        """Whether this text is somewhere in the file, of which a short one lies on one page."""
        data = text.encode()
        return self._file.find(data) >= 0 or any(data in page for page in self._newer.values())

    def _page(self, number: int) -> bytes:
        return self._newer.get(number) or self._file[(number - 1) * PAGE : number * PAGE]

    def _row(self, page: bytes, at: int, kind: int) -> tuple[int | None, tuple[Value, ...]]:
        length, at = _varint(page, at + 4 if kind == _INDEX_INTERIOR else at)
        rowid = None
        if kind == _TABLE_LEAF:
            rowid, at = _varint(page, at)
        return rowid, _record(self._payload(page, at, length, _LARGEST_LOCAL[kind]))

    def _payload(self, page: bytes, at: int, length: int, largest_local: int) -> bytes:
        """The bytes of a record, of which a long one continues on other pages."""
        local = length
        if length > largest_local:
            local = _SMALLEST_LOCAL + (length - _SMALLEST_LOCAL) % (PAGE - 4)
            local = local if local <= largest_local else _SMALLEST_LOCAL
        payload = page[at : at + local]
        following = int.from_bytes(page[at + local : at + local + 4], "big")
        while len(payload) < length:
            page = self._page(following)
            if following == 0 or len(page) < PAGE:
                raise _UnreadableError
            following = int.from_bytes(page[:4], "big")
            payload += page[4 : 4 + min(PAGE - 4, length - len(payload))]
        return payload


@contextmanager
def page_file(path: str) -> Generator[PageFile]:
    """The file, mapped into memory: it may be larger than that. Raises `OSError`."""
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            yield PageFile(b"", {})
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield PageFile(mapped, _pages_in_log(path + "-wal"))


def _pages_in_log(path: str) -> dict[int, bytes]:
    """The pages that were committed to the write-ahead log and not yet to the file, by number."""
    committed: dict[int, bytes] = {}
    since: dict[int, bytes] = {}
    try:
        with open(path, "rb") as log:
            salts = log.read(_WAL_HEADER)[16:24]
            while len(frame := log.read(_FRAME_HEADER + PAGE)) == _FRAME_HEADER + PAGE and frame[8:16] == salts:
                since[int.from_bytes(frame[:4], "big")] = frame[_FRAME_HEADER:]
                if any(frame[4:8]):  # the last frame of a transaction
                    committed |= since
                    since.clear()
    except FileNotFoundError:
        pass
    return committed


def _kinds_like(damaged: int) -> list[int]:
    return [kind for kind in _LARGEST_LOCAL if (kind ^ damaged).bit_count() == 1]


def _cells(page: bytes, place: int) -> Iterator[int]:
    """Where the page's cells begin by the list at `place`, which ends before the first cell."""
    lowest = PAGE
    while place + 2 <= lowest and (at := int.from_bytes(page[place : place + 2], "big")):
        place += 2
        if place <= at < PAGE:
            lowest = min(lowest, at)
            yield at


def _record(payload: bytes) -> tuple[Value, ...]:
    header, at = _varint(payload, 0)
    if not at <= header <= len(payload):
        raise _UnreadableError
    kinds: list[int] = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    sizes = [_size(kind) for kind in kinds]
    if at != header or header + sum(sizes) != len(payload):
        raise _UnreadableError
    values: list[Value] = []
    for kind, size in zip(kinds, sizes, strict=True):
        values.append(_value(kind, payload[at : at + size]))
        at += size
    return tuple(values)


def _size(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    if kind in {10, 11}:  # nothing that SQLite writes
        raise _UnreadableError
    return _NUMBER_BYTES[kind] if kind < len(_NUMBER_BYTES) else 0


def _value(kind: int, data: bytes) -> Value:
    if kind == 0:
        return None
    if kind >= 12:
        return data.decode() if kind % 2 else data
    if kind == _FLOAT:
        return struct.unpack(">d", data)[0]
    return kind - 8 if kind in {8, 9} else int.from_bytes(data, "big", signed=True)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, signed where it takes all nine; and where it ends."""
    number = 0
    for place in range(8):
        byte = data[at + place]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + place + 1
    number = number << 8 | data[at + 8]
    return number - (1 << 64) if number >= 1 << 63 else number, at + 9
