"""Groups faces by the mean of their vectors, as many at a time as come.

Each new face begins as a group of its own. In rounds, every group that changed looks for its nearest group, and pairs
that are nearest to each other merge if they are near enough. A mean of many faces is a better picture of a person than
any of them, so groups find what single faces miss, and one odd face cannot chain two people together. What "near
enough" means follows from how many groups there are: the more strangers, the more alike the two most alike of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.neighbors import near

Floats = NDArray[np.float32]

FALSE_MERGES = 0.01
"""False merges that are accepted for each face; `tests/bench/groups.py` shows what other values cost."""

LEAST_COSINE = 0.40
"""However few groups there are, less alike ones are not merged: few strangers are still strangers."""

SHARED_PHOTOS = 0.1
"""Two groups that meet in more of the smaller one's photos than this are two people: one person is in a photo once,
but for mirrors and collages."""


class Scale(NamedTuple):
    """How often strangers' vectors reach a cosine: once in 1,000 pairs `check`, once in 100,000 `sure`."""

    check: float
    sure: float

    def cosine_at(self, false_rate: float) -> float:
        """The cosine that one pair of strangers in `1 / false_rate` reaches; linear in its logarithm."""
        return self.sure + (self.sure - self.check) / 2 * (-5 - float(np.log10(false_rate)))


class Groups:
    """Faces and their groups, growing. Not thread-safe.

    `scale` tells of the vectors; those are cleared (see `engines.local.calibrate`), so that strangers' lie about zero.
    """

    def __init__(self, dimensions: int, scale: Scale) -> None:
        self._scale = scale
        self._group_of: list[int] = []
        self._members: dict[int, list[int]] = {}
        self._photos: dict[int, set[int]] = {}
        self._sums: Floats = np.empty((0, dimensions), np.float32)
        self._ids: list[int] = []
        """The group in each row of `_sums`; rows and groups are made and dropped together."""

    def add(self, vectors: Floats, photos: Sequence[int], clear: Sequence[bool]) -> None:
        """Take faces in: (faces, dimensions) of length 1, each with the number of its photo.

        A face that is not `clear` (small, blurred, turned away) joins a group it is near to, and never founds or
        merges any.
        """
        first = len(self._group_of)
        fresh = [first + number for number, good in enumerate(clear) if good]
        self._group_of.extend(range(first, first + len(vectors)))
        for face, photo in enumerate(photos, first):
            self._members[face], self._photos[face] = [face], {photo}
        self._sums = np.concatenate([self._sums, vectors[np.asarray(clear, bool)]]).astype(np.float32)
        self._ids.extend(fresh)
        self._merge(set(fresh))
        self._join({first + number: vectors[number] for number, good in enumerate(clear) if not good})

    def groups(self) -> list[list[int]]:
        """The faces of each group, by the numbers in which they were added; the largest group first.

        Faces that were not clear and are near to nobody are in groups of one.
        """
        return sorted((sorted(members) for members in self._members.values()), key=lambda group: (-len(group), group))

    def group_of(self, face: int) -> int:
        """The number of the face that a face's group goes by; it may change when groups merge."""
        return self._group_of[face]

    @property
    def least_cosine(self) -> float:
        """How near two groups must be to be merged, as many groups as there are now."""
        return max(LEAST_COSINE, self._scale.cosine_at(FALSE_MERGES / max(len(self._ids), 1)))

    @property
    def _means(self) -> Floats:
        return _unit(self._sums)

    def _merge(self, changed: set[int]) -> None:
        """Rounds of merging, until no changed group finds a partner."""
        while changed:
            rows = np.array([row for row, group in enumerate(self._ids) if group in changed])
            pairs = self._mutual(self._partners(rows))
            for row, other in pairs:
                self._unite(row, other)
            changed = {self._ids[row] for row, _ in pairs}
            gone = {other for _, other in pairs}
            self._sums = np.delete(self._sums, list(gone), axis=0)
            self._ids = [group for row, group in enumerate(self._ids) if row not in gone]

    def _partners(self, rows: NDArray[np.int64]) -> dict[int, int]:
        """For each of these groups the nearest one it may be merged with, if that is near enough."""
        partners: dict[int, int] = {}
        for row, others, _ in near(self._means, rows, self.least_cosine):
            group, nearest = self._ids[row], cast("list[int]", others.tolist())
            partner = next((other for other in nearest if self._may_merge(group, self._ids[other])), None)
            if partner is not None:
                partners[row] = partner
        return partners

    def _mutual(self, partners: dict[int, int]) -> list[tuple[int, int]]:
        """The pairs that chose each other; a group that did not change takes the nearest of those that chose it."""
        choosers: dict[int, list[int]] = {}
        for row, other in partners.items():
            choosers.setdefault(other, []).append(row)
        pairs: list[tuple[int, int]] = []
        for other, rows in choosers.items():
            if other not in partners:
                pairs.append((rows[int(np.argmax(_unit(self._sums[rows]) @ self._sums[other]))], other))
            elif partners[other] in rows and partners[other] < other:
                pairs.append((partners[other], other))
        return pairs

    def _may_merge(self, one: int, other: int) -> bool:
        first, second = self._photos[one], self._photos[other]
        return len(first & second) <= SHARED_PHOTOS * min(len(first), len(second))

    def _unite(self, row: int, other: int) -> None:
        """The group in row `other` becomes part of the one in `row`, which is named by the earlier face of the two."""
        kept, gone = sorted((self._ids[row], self._ids[other]))
        self._sums[row] += self._sums[other]
        self._ids[row] = kept
        for face in self._members[gone]:
            self._group_of[face] = kept
        self._members[kept] += self._members.pop(gone)
        self._photos[kept] |= self._photos.pop(gone)

    def _join(self, faces: dict[int, Floats]) -> None:
        """Faces that are not clear join the groups nearest to them, without moving their means."""
        if not faces or not self._ids:
            return
        means, least = self._means, self.least_cosine
        for face, vector in faces.items():
            cosines: Floats = means @ vector
            rows = np.flatnonzero(cosines >= least)
            nearest: list[int] = rows[np.argsort(-cosines[rows])].tolist()
            group = next((self._ids[row] for row in nearest if self._may_merge(face, self._ids[row])), None)
            if group is not None:
                self._group_of[face] = group
                self._members[group] += self._members.pop(face)
                self._photos[group] |= self._photos.pop(face)


def _unit(vectors: Floats) -> Floats:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)
