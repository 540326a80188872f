"""Which of a few faces look like one another, so that one answer decides on many."""

from __future__ import annotations

from collections.abc import Sequence

from facesorter.groups.grouping import Groups, Scale
from facesorter.groups.neighbors import Floats


def alike(vectors: Floats, scale: Scale, kept: Sequence[int]) -> list[int]:
    """A number for each of these faces, (faces, dimensions) of length 1: the same for those that look alike.

    Faces of different photos. `kept` says to which group of all faces each belongs (0: none that is known): they are
    alike, too.
    """
    if not len(vectors):
        return []
    groups = Groups(vectors.shape[1], scale)
    groups.add(vectors, list(range(len(vectors))), [True] * len(vectors))
    numbers = [0] * len(vectors)
    for number, faces in enumerate(groups.groups()):
        for face in faces:
            numbers[face] = number
    leads_to = dict(zip(numbers, numbers, strict=True))

    def end(number: int) -> int:
        while leads_to[number] != number:
            number = leads_to[number]
        return number

    first: dict[int, int] = {}
    for number, group in zip(numbers, kept, strict=True):
        if group:
            leads_to[end(number)] = end(first.setdefault(group, number))
    return [end(number) for number in numbers]
