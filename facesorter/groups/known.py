"""Groups that last: the faces of many pictures with their groups, kept as compact bytes between scans.

What the user said of a face is matched by where it is in its picture. Each group has a number that it keeps as long as
some of it is left; of groups that came together the lowest number stays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox
from facesorter.groups.grouping import Floats, Groups, Said, Scale

LAYOUT = 1
_HEADER = struct.Struct("<HIIII")
"""Layout, pictures, faces, portraits, the first number that was never given to a group."""
_DIGEST = 32
_FACE = np.dtype([("box", "<f4", 4), ("clear", "?"), ("group", "<u4"), ("owner", "<i4"), ("sharpness", "u1")])
_PORTRAIT = np.dtype([("portrait", "<u4"), ("group", "<u4"), ("owner", "<i4")])


class SeenFace(NamedTuple):
    """A face as an engine found it; `clear` says that it is good enough to found a group. `sharpness` is 0-100."""

    box: BoundingBox
    clear: bool
    sharpness: float


class SeenPicture(NamedTuple):
    """A picture's content (a digest of 32 bytes), its faces, and their vectors (faces, dimensions), of length 1."""

    content: bytes
    faces: Sequence[SeenFace]
    vectors: Floats


class PictureSaid(NamedTuple):
    """What the user said of a picture's faces, by where they are; a box of None means the picture as a whole."""

    owners: tuple[tuple[BoundingBox | None, int], ...] = ()
    barred: tuple[tuple[BoundingBox | None, int], ...] = ()


class KnownPortrait(NamedTuple):
    """A face that somebody is known by, outside of the pictures: its id, its vector, whose it is."""

    id: int
    vector: Floats
    owner: int


class StoredGroups:
    """The faces and their groups as they were kept: nothing is grouped here, and no vector is needed.

    `contents` are the pictures' digests, `starts` the first face of each (with the number of faces behind the last).
    `faces` has the fields box, clear, group (its number), owner (0: nobody), sharpness.
    """

    def __init__(
        self, contents: list[bytes], counts: NDArray[Any], faces: NDArray[Any], portraits: NDArray[Any]
    ) -> None:
        self.contents = contents
        self.starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        self.faces = faces
        self.portraits = portraits
        self.next_number = 1

    @classmethod
    def empty(cls) -> StoredGroups:
        return cls([], np.zeros(0, np.uint16), np.zeros(0, _FACE), np.zeros(0, _PORTRAIT))

    @classmethod
    def decode(cls, data: bytes) -> StoredGroups:
        """What `encode` gave; nothing, if that was in another layout."""
        layout, pictures, faces, portraits, following = _HEADER.unpack_from(data)
        if layout != LAYOUT:
            return cls.empty()
        at = _HEADER.size
        digests = data[at : at + pictures * _DIGEST]
        at += len(digests)
        counts = np.frombuffer(data, "<u2", pictures, at)
        at += counts.nbytes
        found = np.frombuffer(data, _FACE, faces, at)
        at += found.nbytes
        groups = cls(
            [digests[place : place + _DIGEST] for place in range(0, len(digests), _DIGEST)],
            counts,
            found,
            np.frombuffer(data, _PORTRAIT, portraits, at),
        )
        groups.next_number = following
        return groups

    def encode(self) -> bytes:
        """All of it as bytes."""
        counts = np.diff(self.starts).astype("<u2")
        head = _HEADER.pack(LAYOUT, len(self.contents), len(self.faces), len(self.portraits), self.next_number)
        return b"".join([head, *self.contents, counts.tobytes(), self.faces.tobytes(), self.portraits.tobytes()])

    def box(self, face: int) -> BoundingBox:
        return BoundingBox(*self.faces["box"][face].tolist())

    def pictures_of(self, faces: NDArray[np.int64]) -> list[bytes]:
        """The content of each of these faces."""
        return [self.contents[place] for place in (np.searchsorted(self.starts, faces, "right") - 1).tolist()]

    def by_group(self) -> Iterator[NDArray[np.int64]]:
        """The faces of each group, the largest group first; of equal ones the one with the lower number."""
        if not len(self.faces):
            return iter(())
        order = np.argsort(self.faces["group"], kind="stable")
        numbers: NDArray[np.uint32] = self.faces["group"][order]
        parts: list[NDArray[np.int64]] = np.split(order, np.flatnonzero(numbers[1:] != numbers[:-1]) + 1)
        return iter(sorted(parts, key=lambda part: (-len(part), int(self.faces["group"][part[0]]))))


class KnownGroups:
    """Groups as they are kept, taken up again and growing."""

    def __init__(self, dimensions: int, scale: Scale) -> None:
        self._groups = Groups(dimensions, scale)
        self._contents: list[bytes] = []
        self._known: set[bytes] = set()
        self._counts: list[int] = []
        self._rows: list[NDArray[Any]] = []
        """What is kept of the faces, picture by picture."""
        self._faces: list[int] = []
        """The number of each face in `_groups`, where portraits stand between them."""
        self._numbers: dict[int, int] = {}
        """The former number of a face's group, by the face's number in `_groups`."""
        self._portraits: dict[int, int] = {}
        """The portrait's id by its number in `_groups`."""
        self._total = 0
        self._next = 1

    def __contains__(self, content: object) -> bool:
        return content in self._known

    def __len__(self) -> int:
        return len(self._faces)

    def restore(
        self,
        stored: StoredGroups,
        pictures: Iterable[tuple[bytes, Floats]],
        portraits: Sequence[KnownPortrait],
        said: Mapping[bytes, PictureSaid],
    ) -> None:
        """Take up what was kept of these contents, given their faces' vectors; what is not among them is left out.

        `said` has what the user says of them now. Portraits that were not there before are added.
        """
        self._next = stored.next_number
        place_of = {content: place for place, content in enumerate(stored.contents)}
        starts: list[int] = stored.starts.tolist()
        vectors: list[Floats] = []
        photos: list[int] = []
        what: dict[int, Said] = {}
        for content, of_picture in pictures:
            place = place_of.get(content)
            if place is None or content in self._known:
                continue
            start, end = starts[place], starts[place + 1]
            if end - start == len(of_picture):
                self._note(content, stored.faces[start:end], photos, what, said)
                vectors.append(of_picture)
        faces = np.concatenate(self._rows) if self._rows else np.zeros(0, _FACE)
        labels: list[int] = faces["group"].tolist()
        clear: list[bool] = faces["clear"].tolist()
        self._numbers = dict(enumerate(labels))
        kept = {int(row["portrait"]): int(row["group"]) for row in stored.portraits}
        for portrait in portraits:
            if portrait.id in kept:
                what[self._total] = Said(portrait.owner)
                self._portraits[self._total] = portrait.id
                self._total += 1
                photos.append(-portrait.id)
                labels.append(kept[portrait.id])
                clear.append(True)
                vectors.append(portrait.vector[None])
        if vectors:
            self._groups.restore(np.concatenate(vectors), photos, clear, labels, what)
        self._add_portraits([portrait for portrait in portraits if portrait.id not in kept])

    def _add_portraits(self, portraits: Sequence[KnownPortrait]) -> None:
        if not portraits:
            return
        first = self._total
        self._portraits |= {first + place: portrait.id for place, portrait in enumerate(portraits)}
        self._total += len(portraits)
        self._groups.add(
            np.stack([portrait.vector for portrait in portraits]),
            [-portrait.id for portrait in portraits],
            [True] * len(portraits),
            {place: Said(portrait.owner) for place, portrait in enumerate(portraits)},
        )

    def add(self, pictures: Iterable[SeenPicture], said: Mapping[bytes, PictureSaid]) -> None:
        """Group the faces of more pictures; those that are known are passed over."""
        first, before = self._total, len(self._rows)
        photos: list[int] = []
        what: dict[int, Said] = {}
        vectors: list[Floats] = []
        for picture in pictures:
            if picture.content not in self._known:
                rows = np.zeros(len(picture.faces), _FACE)
                for row, face in zip(rows, picture.faces, strict=True):
                    row["box"], row["clear"] = face.box, face.clear
                    row["sharpness"] = min(100, max(0, round(face.sharpness)))
                self._note(picture.content, rows, photos, what, said)
                vectors.append(picture.vectors)
        if self._total > first:
            clear: list[bool] = np.concatenate(self._rows[before:])["clear"].tolist()
            shifted = {face - first: one for face, one in what.items()}
            self._groups.add(np.concatenate(vectors), photos, clear, shifted)

    def _note(
        self,
        content: bytes,
        rows: NDArray[Any],
        photos: list[int],
        what: dict[int, Said],
        said: Mapping[bytes, PictureSaid],
    ) -> None:
        count = len(rows)
        photos.extend([len(self._contents)] * count)
        self._contents.append(content)
        self._known.add(content)
        self._counts.append(count)
        self._rows.append(rows)
        if content in said:
            boxes = [BoundingBox(*box) for box in rows["box"].tolist()]
            what.update((self._total + place, one) for place, one in _matched(said[content], boxes))
        self._faces.extend(range(self._total, self._total + count))
        self._total += count

    def sizes(self, most: int) -> tuple[int, ...]:
        """The sizes of the largest groups."""
        return tuple(len(group) for group in self._groups.groups()[:most])

    def stored(self) -> StoredGroups:
        """All faces with the numbers and owners of their groups."""
        groups = self._groups
        internal = [groups.group_of(face) for face in self._faces]
        number_of = self._numbered(internal)
        faces = np.concatenate(self._rows) if self._rows else np.zeros(0, _FACE)
        if self._faces:
            faces["group"] = [number_of[group] for group in internal]
            faces["owner"] = [groups.owner_of(face) or 0 for face in self._faces]
        portraits = np.zeros(len(self._portraits), _PORTRAIT)
        for row, (face, portrait) in zip(portraits, self._portraits.items(), strict=True):
            group = groups.group_of(face)
            if group not in number_of:
                number_of[group] = self._next
                self._next += 1
            row["portrait"], row["group"], row["owner"] = portrait, number_of[group], groups.owner_of(face) or 0
        stored = StoredGroups(list(self._contents), np.array(self._counts, np.int64), faces, portraits)
        stored.next_number = self._next
        return stored

    def _numbered(self, internal: Sequence[int]) -> dict[int, int]:
        """The number of each group: the lowest that any face of it had, or the next, the largest first; never one
        number for two."""
        wanted: dict[int, int] = {}
        sizes: dict[int, int] = {}
        for face, group in zip(self._faces, internal, strict=True):
            sizes[group] = sizes.get(group, 0) + 1
            former = self._numbers.get(face)
            if former is not None and former < wanted.get(group, former + 1):
                wanted[group] = former
        number_of: dict[int, int] = {}
        taken: set[int] = set()
        for group in sorted(wanted, key=lambda one: (-sizes[one], one)):
            if wanted[group] not in taken:
                number_of[group] = wanted[group]
                taken.add(wanted[group])
        for group in sorted(sizes, key=lambda one: (-sizes[one], one)):
            if group not in number_of:
                number_of[group] = self._next
                self._next += 1
        for face, group in zip(self._faces, internal, strict=True):
            self._numbers[face] = number_of[group]
        return number_of


def _matched(said: PictureSaid, boxes: Sequence[BoundingBox]) -> Iterator[tuple[int, Said]]:
    """What was said of each face. Of the picture as a whole: whose it is counts where there is one face."""
    owners: dict[int, int] = {}
    barred: dict[int, set[int]] = {}
    for box, owner in said.owners:
        place = (0 if len(boxes) == 1 else None) if box is None else box.same_face(boxes)
        if place is not None:
            owners[place] = owner
    for box, owner in said.barred:
        places = range(len(boxes)) if box is None else [place for place in [box.same_face(boxes)] if place is not None]
        for place in places:
            if owners.get(place) != owner:
                barred.setdefault(place, set()).add(owner)
    for place in owners.keys() | barred.keys():
        yield place, Said(owners.get(place), frozenset(barred.get(place, ())))
