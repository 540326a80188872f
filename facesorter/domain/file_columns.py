"""The files of a folder in columns: of most nobody asks for more than whether anything changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import overload

from facesorter.domain.listing import FolderEntry
from facesorter.domain.models import MOST_NS, kept_time


class FileColumns(Sequence[FolderEntry]):
    """Files on a disk by name, size in bytes and kept modification time (ns); an entry is made when it is looked at."""

    __slots__ = ("names", "sizes", "times")

    def __init__(self, names: Sequence[str], sizes: Sequence[int], times: Sequence[int]) -> None:
        self.names = names
        self.sizes = sizes
        self.times = times

    @classmethod
    def by_name(cls, files: Iterable[tuple[str, int, int]]) -> FileColumns:
        """Of these files, in the order of their names; a time may be whatever a disk says."""
        ordered = sorted(files, key=itemgetter(0))
        # `zip(*ordered)` would make an iterator for each file, all of which the garbage collector goes through.
        names, sizes, times = (list(map(itemgetter(place), ordered)) for place in range(3))
        if times and not -MOST_NS <= min(times) <= max(times) <= MOST_NS:
            times = list(map(kept_time, times))
        return cls(names, sizes, times)

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> FolderEntry: ...
    @overload
    def __getitem__(self, index: slice) -> FileColumns: ...
    def __getitem__(self, index: int | slice) -> FolderEntry | FileColumns:
        if isinstance(index, slice):
            return FileColumns(self.names[index], self.sizes[index], self.times[index])
        return FolderEntry(self.names[index], self.sizes[index], self.times[index])

    def __iter__(self) -> Iterator[FolderEntry]:
        return map(FolderEntry, self.names, self.sizes, self.times)


def columns_of(entries: Sequence[FolderEntry]) -> FileColumns:
    """The same in columns, but for what S3 says of each (`FolderEntry.object`)."""
    if isinstance(entries, FileColumns):
        return entries
    names, sizes, times, _ = zip(*entries, strict=True) if entries else ((), (), (), ())
    return FileColumns(names, sizes, times)
