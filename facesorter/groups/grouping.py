"""Groups faces by the mean of their vectors, as many at a time as come, and as the user has said of some of them.

Each new face begins as a group of its own. In rounds, every group that changed looks for its nearest group, and pairs
that are nearest to each other merge if they are near enough. A mean of many faces is a better picture of a person than
any of them, so groups find what single faces miss, and one odd face cannot chain two people together. What "near
enough" means follows from how many groups there are: the more strangers, the more alike the two most alike of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.former import FormerGroups, GroupMeans
from facesorter.groups.means import Ids, Means
from facesorter.groups.members import Members
from facesorter.groups.neighbors import Floats
from facesorter.groups.said import Said, pairs, unpaired

FALSE_MERGES = 0.01
"""False merges that are accepted for each face; `tests/bench/groups.py` shows what other values cost."""

LEAST_COSINE = 0.40
"""However few groups there are, less alike ones are not merged: few strangers are still strangers."""

FIRM = 8
"""So many times as large as another, a group hardly moves by taking it in, and takes in more of them in one round."""


class Scale(NamedTuple):
    """How often strangers' vectors reach a cosine: once in 1,000 pairs `check`, once in 100,000 `sure`."""

    check: float
    sure: float

    def cosine_at(self, false_rate: float) -> float:
        """The cosine that one pair of strangers in `1 / false_rate` reaches; linear in its logarithm."""
        return self.sure + (self.sure - self.check) / 2 * (-5 - float(np.log10(false_rate)))


class Groups:
    """Faces and their groups, growing. Not thread-safe.

    `scale` is that of the vectors. These are cleared (see `engines.local.calibrate`): strangers' lie about zero.
    All faces of one owner are one group, and no group has two owners, or a face that is barred from its owner.
    """

    def __init__(self, dimensions: int, scale: Scale) -> None:
        self._scale = scale
        self._members = Members()
        self._means = Means(dimensions)
        """Of the groups with clear faces."""
        self._loose = Means(dimensions)
        """Faces that are not clear, and in no group."""

    def add(self, vectors: Floats, photos: Sequence[int], clear: Sequence[bool], said: Said | None = None) -> None:
        """Take faces in: (faces, dimensions) of length 1, each with the number of its photo.

        A face that is not `clear` (small, blurred, turned away) joins a group it is near to, and never founds or
        merges any. `said` has what the user said of them, by their place among these.
        """
        first, is_clear = self._members.add(photos), np.array(clear, bool)
        fresh, unclear = first + np.flatnonzero(is_clear), first + np.flatnonzero(~is_clear)
        self._means.add(fresh, vectors[is_clear])
        self._loose.add(unclear, vectors[~is_clear])
        changed = set[int]() if said is None else self._say(said.moved(first))
        grown = self._merge(changed.union(fresh.tolist()))
        self._join(unclear.tolist(), grown)

    def restore(self, former: FormerGroups, said: Said | None = None) -> None:
        """Begin with faces that were grouped before; nothing may have been added yet.

        `said` has what the user says of them now, if that has changed; of all others, whose group it was. A group of
        which it says that it is not one is taken apart, and its faces are grouped anew.
        """
        labels, clear = former.labels, former.clear
        _, first, place = np.unique(labels, return_index=True, return_inverse=True)
        groups: Ids = first[place]
        apart = np.isin(labels, _disagreeing(labels, said or Said.nothing()))
        groups[apart] = np.flatnonzero(apart)
        owners: Mapping[int, int] = {} if said is not None else former.owners
        of_label = {label: int(group) for label, group in zip(labels[first].tolist(), first.tolist(), strict=True)}
        self._members.restore(
            groups, former.photos, {of_label[label]: owner for label, owner in owners.items() if label in of_label}
        )
        self._take_means(former, groups, apart)
        if said is not None:
            changed = self._say(said)
            # An owner may have come, or a bar gone: whoever is owned looks anew for what belongs to them.
            fresh = set(np.flatnonzero(apart & clear).tolist()) | self._members.owners.keys()
            grown = self._merge(changed | fresh)
            self._join(np.flatnonzero(apart & ~clear).tolist(), grown)

    def bar(self, said: Said) -> None:
        """Restored faces are not somebody's, as was said when they were grouped."""
        self._members.bar(said.barred, said.barred_from)

    def groups(self) -> list[list[int]]:
        """The faces of each group, by the numbers in which they were added; the largest group first.

        Faces that were not clear and are near to nobody are in groups of one.
        """
        order = np.argsort(self.labels, kind="stable")
        bounds = np.flatnonzero(np.diff(self.labels[order])) + 1
        parts = [part.tolist() for part in np.split(order, bounds)] if len(order) else []
        return sorted(parts, key=lambda group: (-len(group), group))

    @property
    def labels(self) -> Ids:
        """For each face the number of the face that its group goes by; it may change when groups merge."""
        return self._members.group_of

    @property
    def owners(self) -> Mapping[int, int]:
        """Whose groups are whose, by the numbers in `labels`, as far as the user said so of any face."""
        return self._members.owners

    def group_of(self, face: int) -> int:
        """The number that a face has in `labels`."""
        return int(self._members.group_of[face])

    def owner_of(self, face: int) -> int | None:
        """Whose group a face is in, as far as the user said so of any face of it."""
        return self._members.owners.get(self.group_of(face))

    def means(self) -> GroupMeans:
        """What `restore` needs, so that no vector has to be read."""
        means, loose = self._means.kept(), self._loose.kept()
        labels = np.concatenate([means.ids, loose.ids])
        order = np.argsort(labels)
        directions = np.concatenate([means.units, loose.units])[order]
        return GroupMeans(labels[order], directions, np.concatenate([means.lengths, loose.lengths])[order])

    @property
    def least_cosine(self) -> float:
        """How near two groups must be to be merged, as many groups as there are now."""
        return max(LEAST_COSINE, self._scale.cosine_at(FALSE_MERGES / max(len(self._means), 1)))

    def _take_means(self, former: FormerGroups, groups: Ids, apart: NDArray[np.bool_]) -> None:
        """The means of restored groups: those that are known, and all others from the vectors of their faces."""
        ids, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
        clear = np.bincount(place, former.clear, len(ids)) > 0
        alone = ~clear & (sizes == 1)
        known = former.means
        row = np.searchsorted(known.labels, former.labels[ids])
        is_known = ~apart[ids] & (row < len(known.labels))
        is_known[is_known] = known.labels[row[is_known]] == former.labels[ids[is_known]]
        for means, which in ((self._means, clear), (self._loose, alone)):
            rows = row[which & is_known]
            means.add(ids[which & is_known], known.directions[rows].astype(np.float32), known.lengths[rows])
        unknown = ~is_known & (clear | alone)
        if unknown.any():
            row_of = np.cumsum(unknown) - 1
            sums = np.zeros((int(unknown.sum()), known.directions.shape[1]), np.float32)
            wanted = unknown[place] & (former.clear | alone[place])
            for faces, vectors in former.vectors_of(np.flatnonzero(wanted)):
                np.add.at(sums, row_of[place[faces]], vectors)
            lengths = np.linalg.norm(sums, axis=1).clip(1e-9)
            units = sums / lengths[:, None]
            for means, which in ((self._means, clear[unknown]), (self._loose, alone[unknown])):
                means.add(ids[unknown][which], units[which], lengths[which])

    def _say(self, said: Said) -> set[int]:
        """Faces of one owner are one group; the groups that came about so."""
        members = self._members
        group_of = {owner: group for group, owner in members.owners.items()}
        changed: set[int] = set()
        for face, owner in _first_of_each(members.group_of[said.faces], said):
            group = self.group_of(face)
            kept = group_of.get(owner, group)
            if group != kept:
                self._absorb(kept, group)
                changed.add(kept)
            group_of[owner] = kept
            members.owners[kept] = owner
        members.bar(said.barred, said.barred_from)
        return changed

    def _absorb(self, kept: int, gone: int) -> None:
        """One group becomes part of another."""
        self._members.absorb(kept, gone)
        self._means.absorb(kept, gone)
        self._loose.drop(kept)
        self._loose.drop(gone)

    def _merge(self, changed: Set[int]) -> set[int]:
        """Rounds of merging, until no changed group finds a partner; the groups that were changed in the end.

        What is no group any more, or has no clear face, is passed over.
        """
        grown = changed = {group for group in changed if group in self._means}
        while changed:
            changed = self._unite(self._partners(sorted(changed)))
            grown = grown | changed
        return {group for group in grown if group in self._means}

    def _partners(self, changed: Iterable[int]) -> dict[int, int]:
        """For each of these groups the nearest one it may be merged with, if that is near enough."""
        partners: dict[int, int] = {}
        may_merge = self._members.may_merge
        for group, others, _ in self._means.nearest(changed, self.least_cosine):
            partner = next((other for other in others if may_merge(group, other)), None)
            if partner is not None:
                partners[group] = partner
        return partners

    def _unite(self, partners: Mapping[int, int]) -> set[int]:
        """Merge the pairs that chose each other, and who chose a group that is much larger; what is to look again.

        A group that did not change takes the nearest of those that chose it.
        """
        choosers: dict[int, list[int]] = defaultdict(list)
        for group, other in partners.items():
            choosers[other].append(group)
        cosine = self._means.cosine
        for other, groups in choosers.items():
            groups.sort(key=lambda group: (-cosine(group, other), group))
        pairs: list[tuple[int, int]] = []
        for other, groups in choosers.items():
            partner = partners.get(other)
            if partner is None:
                pairs.append((other, groups[0]))
            elif partner < other and partners.get(partner) == other:
                pairs.append((partner, other))
        merged = {min(pair) for pair in pairs}
        gone = {max(pair) for pair in pairs}
        for pair in pairs:
            self._absorb(min(pair), max(pair))
        done = merged | gone
        for other, groups in choosers.items():
            merged.update(self._gather(self.group_of(other), [one for one in groups if one not in done]))
        return {group for group in merged if self.group_of(group) == group}

    def _gather(self, large: int, groups: Sequence[int]) -> set[int]:
        """Take into a group those of the others that are much smaller; what is to look again."""
        members, least = self._members, self.least_cosine
        size = len(members.faces_of(large))
        taken: set[int] = set()
        left: set[int] = set()
        for group in groups:
            if group != large and self.group_of(group) == group and size >= FIRM * len(members.faces_of(group)):
                if self._means.cosine(large, group) >= least and members.may_merge(large, group):
                    self._absorb(large, group)
                    taken.add(large)
                else:
                    left.add(group)
        return taken and taken | left

    def _join(self, fresh: Sequence[int], grown: Set[int]) -> None:
        """Faces that are not clear join the groups nearest to them, without moving their means.

        These are the fresh ones, and what was left of former ones that a grown group is near to.
        """
        loose, least = self._loose, self.least_cosine
        new = {face for face in fresh if face in loose}
        choices: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for face, groups, cosines in loose.nearest(sorted(new), least, self._means):
            choices[face] = list(zip(cosines, groups, strict=True))
        if len(loose) > len(new):
            for group, faces, cosines in self._means.nearest(sorted(grown), least, loose):
                for face, cosine in zip(faces, cosines, strict=True):
                    if face not in new:
                        choices[face].append((cosine, group))
        for face, found in sorted(choices.items()):
            nearest = sorted(found, key=lambda one: (-one[0], one[1]))
            group = next((group for _, group in nearest if self._members.may_merge(face, group)), None)
            if group is not None:
                self._absorb(group, face)


def _first_of_each(groups: Ids, said: Said) -> list[tuple[int, int]]:
    """Of the faces that are said to be somebody's, the first one of each of these groups and owners, and its owner."""
    _, firsts = np.unique(pairs(groups, said.owners), return_index=True)
    firsts.sort()
    return list(zip(said.faces[firsts].tolist(), said.owners[firsts].tolist(), strict=True))


def _disagreeing(labels: Ids, said: Said) -> Ids:
    """The labels of groups that cannot be one person's any more."""
    owned = np.unique(pairs(labels[said.faces], said.owners))
    barred = np.intersect1d(owned, pairs(labels[said.barred], said.barred_from))
    of_somebody, of_barred = unpaired(owned)[0], unpaired(barred)[0]
    of_two = of_somebody[1:][of_somebody[1:] == of_somebody[:-1]]
    return np.concatenate([of_two, of_barred])
