"""Groups of faces as they are reported: what a scan for everybody finds, and what can be said of a group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, overload

from facesorter.domain.models import BoundingBox, FaceKey, Merge, Person, PersonDetails, Photo

IN_FRONT = 2
"""Faces from which a group is shown by itself; smaller ones are counted."""


class FaceInPhoto(NamedTuple):
    """A face and the photo it is in; of a film, where it is seen best, and when: seconds since the beginning."""

    photo: Photo
    box: BoundingBox
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class FaceGroup:
    """Faces that belong together, as far as they are in the photos that were asked for.

    `number` stays the same as long as something of the group is left; `person` is whose faces they are, if known.
    """

    number: int
    person: Person | None
    hidden: bool
    faces: tuple[FaceInPhoto, ...]


@dataclass(frozen=True, slots=True)
class GroupsGrew:
    """How far a scan is: photos looked at of all, faces by now, and the sizes of the largest groups.

    `kept` says that the groups were kept just now, so that whoever shows groups can show these.
    """

    looked_at: int
    photos: int
    faces: int
    largest: tuple[int, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class GroupFound:
    """A group at the end of a scan; they come largest first."""

    group: FaceGroup


@dataclass(frozen=True, slots=True)
class UnknownGroup:
    """A group that nobody has named: how many faces in how many pictures, and some of its best faces.

    `first` and `last` are the days on which the first and the last of its pictures that have a date were taken.
    """

    number: int
    hidden: bool
    faces: int
    pictures: int
    best: tuple[FaceKey, ...]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is known: in how many pictures, and who was merged into them."""

    details: PersonDetails
    pictures: int
    merged: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Everybody in the photos.

    `hidden` counts people and groups of which the user wants to see nothing, `single` the faces that are in no group,
    and `pictures` those in which anybody of these `people` and `groups` is.
    """

    people: tuple[KnownPerson, ...]
    groups: tuple[UnknownGroup, ...]
    hidden: int
    single: int
    pictures: int


@dataclass(frozen=True, slots=True)
class DatedPhoto:
    """A photo of somebody, where their face is in it if that is known, and when it was taken if it says so."""

    photo: Photo
    box: BoundingBox | None
    taken_at: datetime | None


def newest_first(photos: Iterable[DatedPhoto]) -> list[DatedPhoto]:
    """The newest first, those without a date last."""
    return sorted(photos, key=lambda one: str(one.taken_at or ""), reverse=True)


DatedRow = tuple[int, str, tuple[float, ...] | None, Any]
"""A photo's id, when it was taken as ISO 8601 ("" if it does not say so), its face's box, and what it is made from.

A tuple of plain values, for the garbage collector looks into nothing else again and again.
"""


class DatedPhotos(Sequence[DatedPhoto]):
    """Photos of somebody, the newest first, those without a date last.

    Each comes into being when it is looked at: of 20,000 photos some dozens are.
    """

    def __init__(self, rows: Iterable[DatedRow], photo_of: Callable[[Any], Photo]) -> None:
        """`rows` come in any order; `photo_of` makes a photo of what it is made from, on any thread."""
        self._rows = sorted(sorted(rows), key=lambda row: row[1], reverse=True)
        self._photo_of = photo_of
        self.ids = [row[0] for row in self._rows]
        """The ids of the photos, in their order."""

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> DatedPhoto: ...

    @overload
    def __getitem__(self, place: slice) -> DatedPhotos: ...

    def __getitem__(self, place: int | slice) -> DatedPhoto | DatedPhotos:
        if isinstance(place, slice):
            return DatedPhotos(self._rows[place], self._photo_of)
        _photo_id, taken_at, box, source = self._rows[place]
        moment = datetime.fromisoformat(taken_at) if taken_at else None
        return DatedPhoto(self._photo_of(source), None if box is None else BoundingBox(*box), moment)

    def __iter__(self) -> Iterator[DatedPhoto]:
        return map(self.__getitem__, range(len(self._rows)))

    def __eq__(self, other: object) -> bool:
        return self._rows == other._rows if isinstance(other, DatedPhotos) else NotImplemented

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def year(self, place: int) -> int | None:
        """The year in which a photo was taken, by its place; None if it does not say so."""
        taken_at = self._rows[place][1]
        return int(taken_at[:4]) if taken_at else None

    def only(self, ids: Set[int]) -> DatedPhotos:
        """Those of these ids."""
        return DatedPhotos((row for row in self._rows if row[0] in ids), self._photo_of)

    def and_also(self, others: DatedPhotos) -> DatedPhotos:
        """These and others, each once."""
        known = {row[0] for row in self._rows}
        return DatedPhotos([*self._rows, *(row for row in others._rows if row[0] not in known)], self._photo_of)
