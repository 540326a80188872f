"""Which faces are in which group, in which photos they are, and whose they are as far as the user said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from facesorter.groups.means import Ids
from facesorter.groups.said import pairs, unpaired

SHARED_PHOTOS = 0.1
"""Two groups that meet in more of the smaller one's photos than this are two people: one person is in a photo once,
but for mirrors and collages."""

_NOBODY: frozenset[int] = frozenset()


class Members:
    """The faces of each group. A group goes by the number of one of its faces; each face begins as its own group.

    Of groups that did not change since they were restored nothing is made but the arrays they came in.
    """

    def __init__(self) -> None:
        self.group_of: Ids = np.empty(0, np.int64)
        self.owners: dict[int, int] = {}
        """Of the groups that have one."""
        self._barred: dict[int, frozenset[int]] = {}
        self._photo_of: Ids = np.empty(0, np.int64)
        self._faces: dict[int, list[int]] = {}
        self._photos: dict[int, set[int]] = {}
        self._restored = 0
        self._order: Ids = np.empty(0, np.int64)
        self._ids: Ids = np.empty(0, np.int64)
        self._starts: Ids = np.empty(0, np.int64)

    def add(self, photos: Sequence[int]) -> int:
        """More faces, each with the number of its photo; the number of the first of them."""
        first = len(self.group_of)
        self.group_of = np.concatenate([self.group_of, np.arange(first, first + len(photos))])
        self._photo_of = np.concatenate([self._photo_of, np.array(photos, np.int64)])
        return first

    def restore(self, groups: Ids, photos: Sequence[int], owners: Mapping[int, int]) -> None:
        """Begin with faces that are in groups already, each of which goes by one of its faces."""
        self.group_of, self._photo_of = groups.copy(), np.array(photos, np.int64)
        self._restored = len(groups)
        self._order = np.argsort(groups, kind="stable")
        self._ids, self._starts = np.unique(groups[self._order], return_index=True)
        self._starts = np.append(self._starts, len(groups))
        self.owners = dict(owners)

    def faces_of(self, group: int) -> list[int]:
        """The faces of a group, in no order."""
        if group in self._faces:
            return self._faces[group]
        if group >= self._restored:
            return [group]
        place = int(np.searchsorted(self._ids, group))
        return self._order[self._starts[place] : self._starts[place + 1]].tolist()

    def photos_of(self, group: int) -> set[int]:
        """The photos that these faces are in."""
        photos = self._photos.get(group)
        if photos is None:
            photos = self._photos[group] = set(self._photo_of[self.faces_of(group)].tolist())
        return photos

    def bar(self, faces: Ids, owners: Ids) -> None:
        """Each of these faces, and so its group, is not the owner's beside it."""
        if not len(faces):
            return
        of_groups, barred = unpaired(np.unique(pairs(self.group_of[faces], owners)))
        groups, firsts = np.unique(of_groups, return_index=True)
        for group, of in zip(groups.tolist(), np.split(barred, firsts[1:]), strict=True):
            self._barred[group] = self._barred.get(group, _NOBODY).union(of.tolist())

    def absorb(self, kept: int, gone: int) -> None:
        """The faces of one group, and what is known of it, become another's."""
        faces = self.faces_of(gone)
        if kept in self._photos or gone in self._photos:
            self.photos_of(kept).update(self.photos_of(gone))
            del self._photos[gone]
        self._faces.setdefault(kept, self.faces_of(kept)).extend(faces)
        self.group_of[faces] = kept
        self._faces.pop(gone, None)
        if gone in self.owners:
            self.owners[kept] = self.owners.pop(gone)
        if gone in self._barred:
            self._barred[kept] = self._barred.pop(gone) | self._barred.get(kept, _NOBODY)

    def may_merge(self, one: int, other: int) -> bool:
        """Whether nothing that the user said, and no photo, shows that two groups are two people."""
        if self.owners and not self._may_own(one, other):
            return False
        first, second = self.photos_of(one), self.photos_of(other)
        return len(first & second) <= SHARED_PHOTOS * min(len(first), len(second))

    def _may_own(self, one: int, other: int) -> bool:
        """Whether the user has said nothing against these two being one person."""
        first, second = self.owners.get(one), self.owners.get(other)
        if first is not None and second is not None and first != second:
            return False
        return first not in self._barred.get(other, _NOBODY) and second not in self._barred.get(one, _NOBODY)
