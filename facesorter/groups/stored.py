"""Groups of the faces of many pictures as compact bytes, as they are kept between scans."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox, FaceKey
from facesorter.groups.former import GroupMeans

LAYOUT = 2
_HEADER = struct.Struct("<HIIII")
"""Layout, pictures, faces, portraits, the first number that was never given to a group."""
_DIGEST = 32
FACE = np.dtype(
    [("box", "<f4", 4), ("seconds", "<f4"), ("clear", "?"), ("group", "<u4"), ("owner", "<i4"), ("sharpness", "u1")]
)
"""`seconds` is the time in a film; NaN in a photo."""
_SIDES = np.dtype([("left", "<f4"), ("top", "<f4"), ("width", "<f4"), ("height", "<f4")])
"""A box of `FACE` that numpy makes a tuple of by itself, in half the time of a list that becomes one."""
PORTRAIT = np.dtype([("portrait", "<u4"), ("group", "<u4"), ("owner", "<i4")])
_MEANS_HEADER = struct.Struct("<IIH")
"""CRC-32 of the groups that these are the means of, groups, dimensions."""


class StoredGroups:
    """The faces and their groups as they were kept: nothing is grouped here, and no vector is needed.

    `contents` are the pictures' digests, `starts` the first face of each (with the number of faces behind the last).
    `faces` has the fields of `FACE`: `group` is the group's number, `owner` is 0 for nobody.
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
        return cls([], np.zeros(0, np.uint16), np.zeros(0, FACE), np.zeros(0, PORTRAIT))

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
        found = np.frombuffer(data, FACE, faces, at)
        at += found.nbytes
        groups = cls(
            [digests[place : place + _DIGEST] for place in range(0, len(digests), _DIGEST)],
            counts,
            found,
            np.frombuffer(data, PORTRAIT, portraits, at),
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

    def seconds(self, face: int) -> float | None:
        """When a face of a film is seen; None of a photo's."""
        seconds = float(self.faces["seconds"][face])
        return None if np.isnan(seconds) else seconds

    def pictures_of(self, faces: NDArray[np.int64]) -> list[bytes]:
        """The content of each of these faces."""
        return [self.contents[place] for place in self.places(faces).tolist()]

    def keys(self, faces: NDArray[np.int64]) -> list[FaceKey]:
        """By what each of these faces is found again."""
        boxes = (BoundingBox(*box) for box in self.faces["box"][faces].tolist())
        return [FaceKey(content, box) for content, box in zip(self.pictures_of(faces), boxes, strict=True)]

    def boxes_of(self, faces: NDArray[np.int64]) -> dict[bytes, tuple[float, ...] | None]:
        """By picture the box of each of these faces; of several in one picture that of the last."""
        boxes: list[tuple[float, ...]] = self.faces["box"][faces].view(_SIDES)[:, 0].tolist()
        return dict(zip(self.pictures_of(faces), boxes, strict=True))

    def of_owner(self, owner: int) -> NDArray[np.int64]:
        """The faces of a person (id)."""
        return np.flatnonzero(self.faces["owner"] == owner)

    def by_group(self, least: int = 1) -> Iterator[NDArray[np.int64]]:
        """The faces of each group with at least so many, the largest first, of equal ones that with the lower number.

        Of those that one person has in one film, only the one that is seen best.
        """
        order, starts, counts = self._by_number
        chosen = np.flatnonzero(counts >= least)
        chosen = chosen[np.argsort(-counts[chosen], kind="stable")]
        for start, count in zip(starts[chosen].tolist(), counts[chosen].tolist(), strict=True):
            yield order[start : start + count]

    def single(self) -> NDArray[np.int64]:
        """The faces that are alone in their groups and nobody's, the clearest first. They are counted as `by_group`."""
        order, starts, counts = self._by_number
        alone = order[starts[counts == 1]]
        alone = alone[self.faces["owner"][alone] <= 0]
        return alone[np.lexsort((-self.faces["sharpness"][alone].astype(int), ~self.faces["clear"][alone]))]

    @cached_property
    def _by_number(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The faces that are shown, by the numbers of their groups; where each group begins, and its size."""
        order = self._shown[np.argsort(self.faces["group"][self._shown], kind="stable")]
        _numbers, starts, counts = np.unique(self.faces["group"][order], return_index=True, return_counts=True)
        return order, starts, counts

    @cached_property
    def _shown(self) -> NDArray[np.int64]:
        return once_a_film(self.faces, self.faces["group"], self.places(np.arange(len(self.faces))))

    def places(self, faces: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which picture each of these faces is in."""
        return np.searchsorted(self.starts, faces, "right") - 1


def once_a_film(faces: NDArray[Any], groups: NDArray[Any], pictures: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of all faces of photos, and of the best one that each group has in each film.

    For each of the `faces` (see `FACE`) its group and its picture are given.
    """
    is_photo = np.isnan(faces["seconds"])
    films = np.flatnonzero(~is_photo)
    if len(films):
        clear, sharpness = faces["clear"][films], faces["sharpness"][films].astype(int)
        films = films[np.lexsort((-sharpness, ~clear, groups[films], pictures[films]))]
        same = (pictures[films[1:]] == pictures[films[:-1]]) & (groups[films[1:]] == groups[films[:-1]])
        is_photo[films[np.concatenate([[True], ~same])]] = True
    return np.flatnonzero(is_photo)


def encode_means(means: GroupMeans, groups: bytes) -> bytes:
    """The means of these groups (as `StoredGroups.encode` gave them) as bytes, to three digits."""
    header = _MEANS_HEADER.pack(zlib.crc32(groups), *means.directions.shape)
    parts = means.labels.astype("<u4"), means.lengths.astype("<f4"), means.directions.astype("<f2")
    return b"".join([header, *(part.tobytes() for part in parts)])


def decode_means(data: bytes | None, groups: bytes, dimensions: int) -> GroupMeans:
    """What `encode_means` gave; nothing, if there is nothing, or if it is of other groups."""
    if data is None or len(data) < _MEANS_HEADER.size:
        return no_means(dimensions)
    groups_crc, count, width = _MEANS_HEADER.unpack_from(data)
    if groups_crc != zlib.crc32(groups) or width != dimensions:
        return no_means(dimensions)
    at = _MEANS_HEADER.size
    labels = np.frombuffer(data, "<u4", count, at).astype(np.int64)
    lengths = np.frombuffer(data, "<f4", count, at + 4 * count)
    directions = np.frombuffer(data, "<f2", count * width, at + 8 * count)
    return GroupMeans(labels, directions.reshape(count, width), lengths)


def no_means(dimensions: int) -> GroupMeans:
    """The means of no group."""
    return GroupMeans(np.empty(0, np.int64), np.empty((0, dimensions), np.float16), np.empty(0, np.float32))
