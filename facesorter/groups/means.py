"""The means of groups, in one matrix that is compared with others at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.neighbors import Floats, near

Ids = NDArray[np.int64]


class Near(NamedTuple):
    """A group, and the groups near to it with their cosines, the nearest first."""

    group: int
    others: list[int]
    cosines: list[float]


class Sums(NamedTuple):
    """The sums of the vectors of groups, by their ids: directions (groups, dimensions), and lengths."""

    ids: Ids
    units: Floats
    lengths: Floats


class Means:
    """The mean vector of each of many groups, by the group's id. Not thread-safe."""

    def __init__(self, dimensions: int) -> None:
        self._units: Floats = np.empty((0, dimensions), np.float32)
        self._lengths: Floats = np.empty(0, np.float32)
        """Of the sums of the groups' vectors; there may be more rows than groups."""
        self._ids: Ids = np.empty(0, np.int64)
        self._row_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, group: object) -> bool:
        return group in self._row_of

    def add(self, ids: Ids, units: Floats, lengths: Floats | None = None) -> None:
        """More groups: the directions of the sums of their vectors, (groups, dimensions), and these sums' lengths."""
        rows, count = len(self), len(self) + len(ids)
        if count > len(self._ids):
            room = count - rows if not rows else max(count, len(self._ids) + len(self._ids) // 4) - rows
            self._units = np.concatenate([self._units[:rows], np.empty((room, self._units.shape[1]), np.float32)])
            self._lengths = np.concatenate([self._lengths[:rows], np.empty(room, np.float32)])
            self._ids = np.concatenate([self._ids[:rows], np.empty(room, np.int64)])
        self._units[rows:count], self._ids[rows:count] = units, ids
        self._lengths[rows:count] = 1 if lengths is None else lengths
        self._row_of.update(zip(ids.tolist(), range(rows, count), strict=True))

    def drop(self, group: int) -> None:
        """Leave a group out, if it is here."""
        row, last = self._row_of.pop(group, None), len(self)
        if row is not None and row != last:
            self._units[row], self._lengths[row] = self._units[last], self._lengths[last]
            self._ids[row] = self._ids[last]
            self._row_of[int(self._ids[row])] = row

    def absorb(self, kept: int, gone: int) -> None:
        """What is known of one group becomes another's, which need not be here yet."""
        row = self._row_of.get(gone)
        if row is None:
            return
        if kept in self._row_of:
            target = self._row_of[kept]
            total = self._units[target] * self._lengths[target] + self._units[row] * self._lengths[row]
            length = max(float(np.sqrt(total @ total)), 1e-9)
            self._units[target], self._lengths[target] = total / length, length
            self.drop(gone)
        else:
            del self._row_of[gone]
            self._row_of[kept], self._ids[row] = row, kept

    def cosine(self, one: int, other: int) -> float:
        """Of the means of two groups."""
        return float(self._units[self._row_of[one]] @ self._units[self._row_of[other]])

    def nearest(self, groups: Iterable[int], least: float, among: Means | None = None) -> Iterator[Near]:
        """For each of these groups that has any, the others with a cosine of at least `least`, here or `among` others.

        Nothing may be changed before it has ended.
        """
        chosen = list(groups)
        rows = np.array([self._row_of[group] for group in chosen], np.int64)
        where = among or self
        found = near(self._units[rows], where._units[: len(where)], least, rows if where is self else None)
        for number, others, cosines in found:
            yield Near(chosen[number], where._ids[others].tolist(), cosines.tolist())

    def kept(self) -> Sums:
        """All of them, in no order."""
        return Sums(self._ids[: len(self)], self._units[: len(self)], self._lengths[: len(self)])
