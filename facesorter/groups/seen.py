"""What `groups.known` works with: faces that were seen, and what was kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from facesorter.domain.models import BoundingBox
from facesorter.groups.former import GroupMeans
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
