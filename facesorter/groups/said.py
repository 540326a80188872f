"""What the user said of faces: where they are in which pictures, and which of the faces that were found these are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.means import Ids

SAME_FACE = 0.5
"""Of two boxes of one face intersection over union is at least this, as in `BoundingBox.same_face`."""


class Said(NamedTuple):
    """Of faces, by their numbers: whose they are, each face once; and pairs of a face and somebody it is not.

    Owners are numbers of the caller's, but not 0.
    """

    faces: Ids
    owners: Ids
    barred: Ids
    barred_from: Ids

    @classmethod
    def nothing(cls) -> Said:
        return cls(*[np.empty(0, np.int64)] * 4)

    def moved(self, by: int) -> Said:
        """The same of the faces whose numbers are so much higher."""
        return Said(self.faces + by, self.owners, self.barred + by, self.barred_from)

    def owned(self, faces: Sequence[int], owners: Sequence[int]) -> Said:
        """The same, and of these other faces whose they are."""
        return self._replace(
            faces=np.concatenate([self.faces, np.array(faces, np.int64)]),
            owners=np.concatenate([self.owners, np.array(owners, np.int64)]),
        )


def pairs(numbers: Ids, owners: Ids) -> Ids:
    """One number for each pair of a number (0 to 2^31) and an owner (less than 2^31 in size); see `unpaired`."""
    return (numbers << 32) | (owners & 0xFFFFFFFF)


def unpaired(found: Ids) -> tuple[Ids, Ids]:
    """The numbers and owners of `pairs`."""
    return found >> 32, found.astype(np.uint32).view(np.int32).astype(np.int64)


def _nobody(_contents: Sequence[bytes]) -> Iterable[tuple[int, Ids]]:
    return ()


class PicturesSaid(NamedTuple):
    """What the user said of pictures (by their digests), in the order it was said: the last word on a face counts.

    Of each the face's box (sayings, 4), NaN where the picture as a whole is meant, an owner, and whether it is theirs.
    `unborn` gives owners, each with the places of those of these pictures that were taken before they were born.
    """

    contents: Sequence[bytes] = ()
    boxes: NDArray[np.float64] = np.empty((0, 4))
    owners: Ids = np.empty(0, np.int64)
    are_theirs: NDArray[np.bool_] = np.empty(0, np.bool_)
    unborn: Callable[[Sequence[bytes]], Iterable[tuple[int, Ids]]] = _nobody


def matched(said: PicturesSaid, contents: Sequence[bytes], counts: NDArray[Any], boxes: NDArray[Any]) -> Said:
    """What was said of each face of these pictures, `counts` in each, with these boxes (faces, 4).

    Of a picture as a whole: whose it is counts where there is one face; whose it is not, for all its faces.
    """
    starts = np.cumsum(counts) - counts
    place_of = {content: place for place, content in enumerate(contents)}
    place = np.fromiter((place_of.get(content, -1) for content in said.contents), np.int64, len(said.contents))
    kept = np.flatnonzero(place >= 0)
    kept = kept[counts[place[kept]] > 0]
    place, owners, theirs = place[kept], said.owners[kept], said.are_theirs[kept]
    whole = np.isnan(said.boxes[kept]).any(axis=1)
    face = np.full(len(kept), -1)
    of_boxes = np.flatnonzero(~whole)
    face[of_boxes] = _same_faces(said.boxes[kept[of_boxes]], starts[place[of_boxes]], counts[place[of_boxes]], boxes)
    alone = whole & theirs & (counts[place] == 1)
    face[alone] = starts[place[alone]]

    owner_of = np.zeros(len(boxes), np.int64)
    named = np.flatnonzero(theirs & (face >= 0))
    last = len(named) - 1 - np.unique(face[named[::-1]], return_index=True)[1]
    owner_of[face[named[last]]] = owners[named[last]]

    refused = ~theirs & (face >= 0)
    barred, barred_from = [face[refused]], [owners[refused]]
    everywhere = [(place[whole & ~theirs], owners[whole & ~theirs])]
    everywhere += [(places, np.full(len(places), owner)) for owner, places in said.unborn(contents)]
    for places, of in everywhere:
        faces, which = _faces_in(starts[places], counts[places])
        barred.append(faces)
        barred_from.append(of[which])
    faces, of = np.concatenate(barred), np.concatenate(barred_from)
    is_said = owner_of[faces] != of
    of_somebody = np.flatnonzero(owner_of)
    return Said(of_somebody, owner_of[of_somebody], faces[is_said], of[is_said])


def _faces_in(starts: Ids, counts: NDArray[Any]) -> tuple[Ids, Ids]:
    """The faces of pictures, by the first face of each and how many it has; and for each face, its picture."""
    which = np.repeat(np.arange(len(starts)), counts)
    return np.arange(len(which)) + (starts - (np.cumsum(counts) - counts))[which], which


def _same_faces(said: NDArray[np.float64], starts: Ids, counts: NDArray[Any], boxes: NDArray[Any]) -> Ids:
    """For each box the same face of its picture, -1 if none is; see `BoundingBox.same_face`. No picture is empty."""
    if not len(said):
        return np.empty(0, np.int64)
    faces, which = _faces_in(starts, counts)
    first, second = said[which], boxes[faces].astype(np.float64)
    sides = np.minimum(first[:, :2] + first[:, 2:], second[:, :2] + second[:, 2:]) - np.maximum(
        first[:, :2], second[:, :2]
    )
    common = np.where((sides > 0).all(axis=1), sides[:, 0] * sides[:, 1], 0.0)
    overlap = common / (first[:, 2] * first[:, 3] + second[:, 2] * second[:, 3] - common).clip(1e-300)
    best = np.maximum.reduceat(overlap, np.cumsum(counts) - counts)
    is_best = np.flatnonzero(overlap == best[which])
    _, firsts = np.unique(which[is_best], return_index=True)
    return np.where(best >= SAME_FACE, faces[is_best[firsts]], -1)
