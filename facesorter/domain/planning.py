"""What is to be copied where, decided before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facesorter.domain.companions import Companion
from facesorter.domain.models import Person, Photo
from facesorter.domain.places import name_of


@dataclass(frozen=True, slots=True)
class CompanionFile:
    """A file that belongs to a photo; `file` says where it lies (its `id` is 0: the catalog knows nothing of it)."""

    companion: Companion
    file: Photo


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """Copy this photo into this folder (absolute path), under its own name if that is free.

    With `own_copy` it is copied even where the folder holds the same picture under another name. Its `companions`
    follow it, each as an order of its own: that is for the very name `name`, and `belongs_to` is the photo's path. What
    is `made` is written, and copied from nowhere: `photo` has no path then, but a content.
    """

    photo: Photo
    person: Person
    folder: str
    own_copy: bool = False
    companions: tuple[CompanionFile, ...] = ()
    name: str = ""
    belongs_to: str = ""
    made: bytes | None = None

    def for_companions(self, target: str) -> list[CopyOrder]:
        """The orders for the companions, once the photo's copy lies at `target`."""
        photo, renamed = _name(self.photo.path), _name(target)
        return [
            CopyOrder(
                one.file,
                self.person,
                self.folder,
                name=one.companion.name_beside(photo, renamed),
                belongs_to=self.photo.path,
            )
            for one in self.companions
        ]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a copy will lie, and the name it has until it is complete.

    `content` is the SHA-256 that the copy must have; `new_folder` says that the folder is still to be made.
    """

    target: str
    temporary: str
    content: bytes
    new_folder: bool


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A copy the journal knows of: what it is a copy of, and how it looked when it was published.

    A companion's `belongs_to` is the path of the photo that it was copied with. What was made has no `source`.
    """

    id: int
    run_id: int
    person_id: int
    content: bytes
    source: str
    target: str
    size: int
    modified_ns: int
    belongs_to: str = ""


class CopyState(StrEnum):
    """What became of a copy; `UNKNOWN` where it is out of reach or cannot be read."""

    FINE = "fine"
    MISSING = "missing"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that made copies. `copies` counts those not taken back; `started_at` is in local time, None if unknown."""

    id: int
    people: tuple[str, ...]
    destination: str
    started_at: datetime | None
    copies: int


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What a change of mind asks for: copies to make, copies to take back.

    `standing` are the wanted photos (ids) that have their copies (paths) already.
    """

    to_copy: tuple[CopyOrder, ...]
    to_take_back: tuple[CopyRecord, ...]
    standing: tuple[tuple[int, str], ...] = ()


def plan_copies(
    wanted: Iterable[CopyOrder],
    unwanted: Iterable[Photo],
    present: Iterable[CopyRecord],
    elsewhere: Callable[[CopyOrder], str | None] = lambda _: None,
) -> CopyPlan:
    """What makes a person's folder hold exactly the wanted photos, leaving alone what it is not about.

    A photo is there if a present copy has its content: byte-equal photos are one picture. Of an order for an own copy
    the name counts too. A present copy is taken back only if it is of an unwanted photo and of no wanted one with the
    same content; copies of photos that are neither, as those of another run over other folders, stay. What belongs to a
    photo is taken back with its copy, unless it is wanted itself. `elsewhere` says where a wanted photo lies (a path)
    of which no present copy tells, None if nowhere; nothing of that is ever taken back.
    """
    records = list(present)
    orders = list(wanted)
    wanted_contents = {order.photo.content for order in orders}
    unwanted_contents = {photo.content for photo in unwanted} - wanted_contents
    there: dict[tuple[bytes | None, str], str] = {(record.content, ""): record.target for record in records}
    there |= {(record.content, name_of(record.source)): record.target for record in records}
    planned: set[tuple[bytes | None, str]] = set()
    to_copy: list[CopyOrder] = []
    standing: list[tuple[int, str]] = []
    for order in orders:
        key = order.photo.content, name_of(order.photo.path) if order.own_copy else ""
        if key not in there and key not in planned and (path := elsewhere(order)) is not None:
            there[key] = path
        if key in there:
            standing.append((order.photo.id, there[key]))
        elif key not in planned:
            to_copy.append(order)
            if key[0] is not None:
                planned.add(key)
    gone = {record.source for record in records if record.content in unwanted_contents}
    to_take_back = [
        record
        for record in records
        if record.content in unwanted_contents or (record.belongs_to in gone and record.content not in wanted_contents)
    ]
    return CopyPlan(tuple(to_copy), tuple(to_take_back), tuple(standing))


def _name(path: str) -> str:
    return name_of(path)
