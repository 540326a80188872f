"""What `groups.known` works with: faces that were seen, what the user said of them, and what was kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import BoundingBox
from facesorter.groups.former import GroupMeans
from facesorter.groups.members import Said
from facesorter.groups.neighbors import Floats
from facesorter.groups.stored import StoredGroups


class SeenFace(NamedTuple):
    """A face as an engine found it; `clear` says that it is good enough to found a group. `sharpness` is 0-100.

    `seconds` is the time in a film at which it is seen.
    """

    box: BoundingBox
    clear: bool
    sharpness: float
    seconds: float | None = None


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


class KnownPictures(Protocol):
    """The pictures of which an engine knows the faces, by their contents."""

    def known(self, contents: Sequence[bytes]) -> list[bool]:
        """Whether each of them is still known."""
        ...

    def vectors(self, contents: Sequence[bytes]) -> Iterator[tuple[bytes, Floats]]:
        """Their faces' vectors (faces, dimensions), of length 1, in any order."""
        ...


class Kept(NamedTuple):
    """What was kept: the groups, and their means as far as they are known, by the groups' numbers.

    `is_current` says that the user has said nothing since.
    """

    groups: StoredGroups
    means: GroupMeans
    is_current: bool


def matched(said: PictureSaid, faces: NDArray[np.float32]) -> Iterator[tuple[int, Said]]:
    """What was said of each face, by its box. Of the picture as a whole: whose it is counts where there is one face."""
    owners: dict[int, int] = {}
    barred: dict[int, set[int]] = {}
    boxes = [BoundingBox(*box) for box in faces.tolist()]
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
