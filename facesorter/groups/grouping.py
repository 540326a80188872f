"""Groups faces by the mean of their vectors, as many at a time as come, and as the user has said of some of them.

Each new face begins as a group of its own. In rounds, every group that changed looks for its nearest group, and pairs
that are nearest to each other merge if they are near enough. A mean of many faces is a better picture of a person than
any of them, so groups find what single faces miss, and one odd face cannot chain two people together. What "near
enough" means follows from how many groups there are: the more strangers, the more alike the two most alike of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


PARTING_ROUNDS = 10
"""How often the rest of a group is compared anew with those that were taken out of it, at most."""


class Scale(NamedTuple):
    """How often strangers' vectors reach a cosine: once in 1,000 pairs `check`, once in 100,000 `sure`."""

    check: float
    sure: float

    def cosine_at(self, false_rate: float) -> float:
        """The cosine that one pair of strangers in `1 / false_rate` reaches; linear in its logarithm."""
        return self.sure + (self.sure - self.check) / 2 * (-5 - float(np.log10(false_rate)))


class Said(NamedTuple):
    """What the user said of a face: whose it is, and whose it is not; owners are numbers of the caller's."""

    owner: int | None = None
    barred: frozenset[int] = frozenset()


NOTHING_SAID = Said()


class Groups:
    """Faces and their groups, growing. Not thread-safe.

    `scale` tells of the vectors; those are cleared (see `engines.local.calibrate`), so that strangers' lie about zero.
    All faces of one owner are one group, and no group has two owners, or a face that is barred from its owner.
    """

    def __init__(self, dimensions: int, scale: Scale) -> None:
        self._scale = scale
        self._group_of: list[int] = []
        self._members: dict[int, list[int]] = {}
        self._photos: dict[int, set[int]] = {}
        self._owners: dict[int, int] = {}
        """Of the groups that have one."""
        self._barred: dict[int, frozenset[int]] = {}
        self._sums: Floats = np.empty((0, dimensions), np.float32)
        self._ids: list[int] = []
        """The group in each row of `_sums`; rows and groups are made and dropped together."""

    def add(
        self, vectors: Floats, photos: Sequence[int], clear: Sequence[bool], said: Mapping[int, Said] | None = None
    ) -> None:
        """Take faces in: (faces, dimensions) of length 1, each with the number of its photo.

        A face that is not `clear` (small, blurred, turned away) joins a group it is near to, and never founds or
        merges any. `said` has what the user said of them, by their place among these.
        """
        fresh = self._take(vectors, photos, clear, said or {})
        self._merge(fresh)
        first = len(self._group_of) - len(vectors)
        self._join({first + number: vectors[number] for number, good in enumerate(clear) if not good})

    def restore(
        self,
        vectors: Floats,
        photos: Sequence[int],
        clear: Sequence[bool],
        labels: Sequence[int],
        said: Mapping[int, Said] | None = None,
    ) -> None:
        """Take in faces that were grouped before, as `add` does; faces with the same label were in one group.

        A group of which the user has said since that it is not one is taken apart, and its faces are grouped anew.
        """
        first, said = len(self._group_of), said or {}
        places: dict[int, list[int]] = {}
        for place, label in enumerate(labels):
            places.setdefault(label, []).append(place)
        whole = {label for label, members in places.items() if _agree([said[one] for one in members if one in said])}
        fresh = self._take(vectors, photos, clear, said)
        loose = {first + place for label, members in places.items() if label not in whole for place in members}
        alone = {first + members[0] for label, members in places.items() if label in whole and len(members) == 1}
        rows = {group: row for row, group in enumerate(self._ids)}
        gone: set[int] = set()
        for label in whole:
            gone.update(self._put_together([first + place for place in places[label]], rows))
        self._drop(gone)
        # An owner may have come, or a bar gone: whoever is owned looks anew for what belongs to them.
        self._merge((fresh & loose) | (self._owners.keys() & set(self._ids)))
        unclear = {face for face in loose | alone if not clear[face - first]}
        self._join({face: vectors[face - first] for face in sorted(unclear)})

    def groups(self) -> list[list[int]]:
        """The faces of each group, by the numbers in which they were added; the largest group first.

        Faces that were not clear and are near to nobody are in groups of one.
        """
        return sorted((sorted(members) for members in self._members.values()), key=lambda group: (-len(group), group))

    def owner_of(self, face: int) -> int | None:
        """Whose group a face is in, as far as the user said so of any face of it."""
        return self._owners.get(self._group_of[face])

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

    def _take(
        self, vectors: Floats, photos: Sequence[int], clear: Sequence[bool], said: Mapping[int, Said]
    ) -> set[int]:
        """Each face as a group of its own, but for those of one owner; the clear groups that came or grew."""
        first = len(self._group_of)
        fresh = [first + number for number, good in enumerate(clear) if good]
        self._group_of.extend(range(first, first + len(vectors)))
        for face, photo in enumerate(photos, first):
            self._members[face], self._photos[face] = [face], {photo}
        self._sums = np.concatenate([self._sums, vectors[np.asarray(clear, bool)]]).astype(np.float32)
        self._ids.extend(fresh)
        if not said:
            return set(fresh)
        owned = {owner: group for group, owner in self._owners.items()}
        gone: set[int] = set()
        rows = {group: row for row, group in enumerate(self._ids)}
        for place, (owner, barred) in said.items():
            face = first + place
            if barred:
                self._barred[face] = barred
            if owner is not None:
                self._owners[face] = owner
                if owner in owned:
                    gone.update(self._put_together([owned[owner], face], rows))
                owned[owner] = self._group_of[face]
        self._drop(gone)
        return (set(fresh) - gone) | (set(owned.values()) & set(self._ids))

    def _put_together(self, faces: Sequence[int], rows: dict[int, int]) -> Iterator[int]:
        """Make the groups of these faces one; the groups whose rows are to be dropped. `rows` follows."""
        kept = self._group_of[faces[0]]
        for face in faces[1:]:
            group = self._group_of[face]
            if group == kept:
                continue
            low, high = sorted((kept, group))
            self._absorb(low, high)
            if high in rows:
                row = rows.pop(high)
                if low in rows:
                    self._sums[rows[low]] += self._sums[row]
                    yield high
                else:
                    rows[low] = row
                    self._ids[row] = low
            kept = low

    def _drop(self, groups: set[int]) -> None:
        if groups:
            keep = [row for row, group in enumerate(self._ids) if group not in groups]
            self._sums, self._ids = self._sums[keep], [self._ids[row] for row in keep]

    def _absorb(self, kept: int, gone: int) -> None:
        """The faces of one group, and what is known of it, become another's."""
        for face in self._members[gone]:
            self._group_of[face] = kept
        self._members[kept] += self._members.pop(gone)
        self._photos[kept] |= self._photos.pop(gone)
        if gone in self._owners:
            self._owners[kept] = self._owners.pop(gone)
        if gone in self._barred:
            self._barred[kept] = self._barred.pop(gone) | self._barred.get(kept, frozenset())

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
        if self._owners and not self._may_own(one, other):
            return False
        first, second = self._photos[one], self._photos[other]
        return len(first & second) <= SHARED_PHOTOS * min(len(first), len(second))

    def _may_own(self, one: int, other: int) -> bool:
        """Whether the user has said nothing against these two being one person."""
        first, second = self._owners.get(one), self._owners.get(other)
        if first is not None and second is not None and first != second:
            return False
        nobody: frozenset[int] = frozenset()
        return first not in self._barred.get(other, nobody) and second not in self._barred.get(one, nobody)

    def _unite(self, row: int, other: int) -> None:
        """The group in row `other` becomes part of the one in `row`, which is named by the earlier face of the two."""
        kept, gone = sorted((self._ids[row], self._ids[other]))
        self._sums[row] += self._sums[other]
        self._ids[row] = kept
        self._absorb(kept, gone)

    def _join(self, faces: dict[int, Floats]) -> None:
        """Faces that are not clear join the groups nearest to them, without moving their means."""
        if not faces or not self._ids:
            return
        means, least = self._means, self.least_cosine
        for face, vector in faces.items():
            if self._group_of[face] != face or len(self._members[face]) > 1:
                continue  # it was joined by what the user said
            cosines: Floats = means @ vector
            rows = np.flatnonzero(cosines >= least)
            nearest: list[int] = rows[np.argsort(-cosines[rows])].tolist()
            group = next((self._ids[row] for row in nearest if self._may_merge(face, self._ids[row])), None)
            if group is not None:
                self._absorb(group, face)


def more_like(vectors: Floats, taken: NDArray[np.bool_], scale: Scale) -> NDArray[np.bool_]:
    """Which faces are clearly more like the `taken` ones (not all of them) than like the rest; these among them.

    Clearly means by half of what lies between the cosines of `scale`, and near enough to be taken for that person.
    """
    margin = (scale.sure - scale.check) / 2
    out = taken.copy()
    for _ in range(PARTING_ROUNDS):
        if out.all():
            break
        there, here = _unit(vectors[out].sum(0)[None])[0], _unit(vectors[~out].sum(0)[None])[0]
        nearer: NDArray[np.bool_] = (vectors @ there >= vectors @ here + margin) & (vectors @ there >= LEAST_COSINE)
        further = taken | nearer
        if further.all() or (further == out).all():
            break
        out = further
    return out


def _agree(said: Sequence[Said]) -> bool:
    """Whether these faces can belong to one person."""
    owners = {one.owner for one in said if one.owner is not None}
    return len(owners) < 2 and not any(one.barred & owners for one in said)


def _unit(vectors: Floats) -> Floats:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)
