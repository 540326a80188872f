"""Groups of faces as they are reported: what a scan for everybody finds, and what can be said of a group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

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
class DatedPhoto:
    """A photo of somebody, where their face is in it if that is known, and when it was taken if it says so."""

    photo: Photo
    box: BoundingBox | None
    taken_at: datetime | None


def newest_first(photos: Iterable[DatedPhoto]) -> list[DatedPhoto]:
    """The newest first, those without a date last."""
    return sorted(photos, key=lambda one: str(one.taken_at or ""), reverse=True)
