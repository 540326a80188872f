"""Finds the faces of a pile that look like one another, by their vectors and by the groups that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from facesorter.app.profile import Profile
from facesorter.domain.ports import Example
from facesorter.groups.alike import alike
from facesorter.groups.grouping import Scale
from facesorter.groups.stored import StoredGroups


def blocks_of(profile: Profile, contents: Sequence[bytes | None], faces: Sequence[Example]) -> list[int]:
    """A number for each of these faces of different photos: the same for those that look alike, -1 for one alone."""
    engine = profile.engine
    vectors = engine.vectors(faces)
    numbers = alike(vectors, Scale(*engine.scale), _kept(profile, contents, faces))
    count = Counter(numbers)
    return [number if count[number] > 1 else -1 for number in numbers]


def _kept(profile: Profile, contents: Sequence[bytes | None], faces: Sequence[Example]) -> list[int]:
    """The group of each face that nobody has named, as groups were kept last; 0 where none is."""
    kept = profile.catalog.grouping(profile.engine.name)
    if kept is None:
        return [0] * len(faces)
    stored = StoredGroups.decode(kept[1])
    wanted = {content: place for place, content in enumerate(stored.contents)}
    found: list[int] = []
    for content, face in zip(contents, faces, strict=True):
        place = None if content is None else wanted.get(content)
        row = -1 if place is None else int(stored.starts[place]) + face.face_index
        known = place is not None and row < int(stored.starts[place + 1])
        found.append(int(stored.faces["group"][row]) if known and stored.faces["owner"][row] <= 0 else 0)
    return found
