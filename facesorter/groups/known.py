"""Groups that last: the faces of many pictures with their groups, taken up again, growing, and kept.

What the user said of a face is matched by where it is in its picture. Each group has a number that it keeps as long as
some of it is left; of groups that came together the lowest number stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.groups.former import FormerGroups, GroupMeans
from facesorter.groups.grouping import Groups, Scale
from facesorter.groups.means import Ids
from facesorter.groups.neighbors import Floats
from facesorter.groups.said import PicturesSaid, Said, matched
from facesorter.groups.seen import Kept, KnownPictures, KnownPortrait, SeenPicture
from facesorter.groups.stored import FACE, PORTRAIT, StoredGroups, once_a_film


class KnownGroups:
    """Groups as they are kept, taken up again and growing."""

    def __init__(self, dimensions: int, scale: Scale) -> None:
        self._groups = Groups(dimensions, scale)
        self._contents: list[bytes] = []
        self._known: set[bytes] = set()
        self._counts: list[NDArray[Any]] = []
        self._rows: list[NDArray[Any]] = []
        """What is kept of the faces; their groups' numbers are those of the last time, and 0 of new faces."""
        self._faces: list[Ids] = []
        """The numbers of these faces in `_groups`, where portraits stand between them."""
        self._portraits: dict[int, int] = {}
        """The portrait's id by its number in `_groups`."""
        self._total = self._photos = 0
        self._next = 1

    def __contains__(self, content: object) -> bool:
        return content in self._known

    def __len__(self) -> int:
        return sum(map(len, self._faces))

    def restore(
        self,
        kept: Kept,
        pictures: KnownPictures,
        portraits: Sequence[KnownPortrait],
        said: PicturesSaid,
    ) -> None:
        """Begin with what was kept; pictures that are not known any more are left out.

        `said` has what the user says of them now. Portraits that were not there before are added.
        """
        stored, means = kept.groups, kept.means
        self._next = stored.next_number
        counts = np.diff(stored.starts)
        is_left = np.array(pictures.known(stored.contents), bool)
        faces_left = np.repeat(is_left, counts)
        rows = stored.faces[faces_left]
        contents = [content for content, left in zip(stored.contents, is_left.tolist(), strict=True) if left]
        photos, what = self._note(contents, counts[is_left], rows, said)
        former = {row["portrait"].item(): row["group"].item() for row in stored.portraits}
        again = [portrait for portrait in portraits if portrait.id in former]
        gone = former.keys() - {portrait.id for portrait in again}
        changed = [*stored.faces["group"][~faces_left].tolist(), *(former[portrait] for portrait in gone)]
        is_whole = ~np.isin(means.labels, changed)
        places = range(self._total, self._total + len(again))
        what = what.owned(places, [portrait.owner for portrait in again])
        self._portraits |= {place: portrait.id for place, portrait in zip(places, again, strict=True)}
        self._total += len(again)
        owned = np.flatnonzero(rows["owner"])
        owners = dict(zip(rows["group"][owned].tolist(), rows["owner"][owned].tolist(), strict=True))

        def vectors_of(faces: Ids) -> Iterator[tuple[Ids, Floats]]:
            return _vectors_of(faces, contents, counts[is_left], pictures, again)

        before = FormerGroups(
            np.concatenate([rows["group"], [former[portrait.id] for portrait in again]]).astype(np.int64),
            [*photos, *(-portrait.id for portrait in again)],
            np.concatenate([rows["clear"], np.ones(len(again), bool)]),
            GroupMeans(means.labels[is_whole], means.directions[is_whole], means.lengths[is_whole]),
            vectors_of,
            owners | {former[portrait.id]: portrait.owner for portrait in again},
        )
        self._groups.restore(before, None if kept.is_current else what)
        if kept.is_current:
            self._groups.bar(what)
        self._add_portraits([portrait for portrait in portraits if portrait.id not in former])

    def _add_portraits(self, portraits: Sequence[KnownPortrait]) -> None:
        if not portraits:
            return
        first = self._total
        self._portraits |= {first + place: portrait.id for place, portrait in enumerate(portraits)}
        self._total += len(portraits)
        self._groups.add(
            np.stack([portrait.vector for portrait in portraits]),
            [-portrait.id for portrait in portraits],
            [True] * len(portraits),
            Said.nothing().owned(range(len(portraits)), [portrait.owner for portrait in portraits]),
        )

    def add(self, pictures: Iterable[SeenPicture], said: PicturesSaid) -> None:
        """Group the faces of more pictures; those that are known are passed over."""
        fresh = list({picture.content: picture for picture in pictures if picture.content not in self._known}.values())
        faces = [face for picture in fresh for face in picture.faces]
        rows = np.zeros(len(faces), FACE)
        if faces:
            rows["box"] = [face.box for face in faces]
            rows["clear"] = [face.clear for face in faces]
            rows["seconds"] = [np.nan if face.seconds is None else face.seconds for face in faces]
            rows["sharpness"] = [min(100, max(0, round(face.sharpness))) for face in faces]
        first = self._total
        counts = np.array([len(picture.faces) for picture in fresh], np.int64)
        photos, what = self._note([picture.content for picture in fresh], counts, rows, said)
        if faces:
            vectors = np.concatenate([picture.vectors for picture in fresh])
            self._groups.add(vectors, photos, rows["clear"].tolist(), what.moved(-first))

    def _note(
        self, contents: Sequence[bytes], counts: NDArray[Any], rows: NDArray[Any], said: PicturesSaid
    ) -> tuple[list[int], Said]:
        """Keep what is known of these pictures' faces; the numbers of their photos, and what was said of them.

        Each frame of a film is a photo: nobody is in one twice, though they are in many.
        """
        first = self._total
        places = np.repeat(np.arange(len(contents)), counts)
        photos = self._photos + places
        self._photos += len(contents)
        films = np.flatnonzero(~np.isnan(rows["seconds"]))
        if len(films):
            frames = np.stack([places[films], rows["seconds"][films]], axis=1)
            numbers = np.unique(frames, axis=0, return_inverse=True)[1].reshape(-1)
            photos[films] = self._photos + numbers
            self._photos += len(films)
        what = matched(said, contents, counts, rows["box"]).moved(first)
        self._contents.extend(contents)
        self._known.update(contents)
        self._counts.append(counts)
        self._rows.append(rows)
        self._faces.append(np.arange(first, first + len(rows)))
        self._total += len(rows)
        return photos.tolist(), what

    def sizes(self, most: int) -> tuple[int, ...]:
        """The sizes of the largest groups; whoever is in a film is in it once."""
        if not len(self):
            return ()
        labels, rows = self._groups.labels[self._all_faces()], self._all_rows()
        counts = np.concatenate(self._counts)
        shown = labels[once_a_film(rows, labels, np.repeat(np.arange(len(counts)), counts))]
        sizes = np.bincount(shown)
        return tuple(sorted(sizes[sizes > 0].tolist(), reverse=True)[:most])

    def stored(self) -> tuple[StoredGroups, GroupMeans]:
        """All faces with the numbers and owners of their groups, and the means of these, by their numbers."""
        groups, labels = self._groups, self._groups.labels
        faces = self._all_rows()
        internal, place = np.unique(labels[self._all_faces()], return_inverse=True)
        numbers = self._numbered(place, faces["group"], len(internal))
        faces["group"] = numbers[place]
        self._rows = [faces]  # so that they keep their numbers if more faces come
        owners = np.array([groups.owners.get(group, 0) for group in internal.tolist()], np.int32)
        faces["owner"] = owners[place] if len(faces) else 0
        number_of = dict(zip(internal.tolist(), numbers.tolist(), strict=True))
        portraits = np.zeros(len(self._portraits), PORTRAIT)
        for row, (face, portrait) in zip(portraits, self._portraits.items(), strict=True):
            group = groups.group_of(face)
            if group not in number_of:
                number_of[group] = self._next
                self._next += 1
            row["portrait"], row["group"], row["owner"] = portrait, number_of[group], groups.owner_of(face) or 0
        counts = np.concatenate(self._counts) if self._counts else np.zeros(0, np.int64)
        stored = StoredGroups(list(self._contents), counts, faces.copy(), portraits)
        stored.next_number = self._next
        means = groups.means()
        by_number = np.array([number_of[group] for group in means.labels.tolist()], np.int64)
        order = np.argsort(by_number)
        return stored, GroupMeans(by_number[order], means.directions[order], means.lengths[order])

    def _all_faces(self) -> Ids:
        return np.concatenate(self._faces) if self._faces else np.zeros(0, np.int64)

    def _all_rows(self) -> NDArray[Any]:
        return np.concatenate(self._rows) if self._rows else np.zeros(0, FACE)

    def _numbered(self, place: Ids, former: NDArray[np.uint32], count: int) -> Ids:
        """The number of each of `count` groups, given for each face which of them it is in, and its former number.

        It is the lowest that any face of it had, or the next, the largest first; never one number for two.
        """
        none = np.iinfo(np.int64).max
        numbers = np.full(count, none)
        np.minimum.at(numbers, place, np.where(former > 0, former.astype(np.int64), none))
        order = np.argsort(-np.bincount(place, minlength=count), kind="stable")
        is_first = np.zeros(count, bool)
        is_first[np.unique(numbers[order], return_index=True)[1]] = True
        new = order[~is_first | (numbers[order] == none)]
        numbers[new] = np.arange(self._next, self._next + len(new))
        self._next += len(new)
        return numbers


def _vectors_of(
    faces: Ids,
    contents: Sequence[bytes],
    counts: NDArray[Any],
    pictures: KnownPictures,
    portraits: Sequence[KnownPortrait],
) -> Iterator[tuple[Ids, Floats]]:
    """The vectors of faces by their numbers; those of the portraits follow those of the pictures."""
    ends = np.cumsum(counts)
    total = int(counts.sum())
    of_pictures, of_portraits = faces[faces < total], faces[faces >= total]
    if len(of_portraits):
        chosen: list[int] = (of_portraits - total).tolist()
        yield of_portraits, np.stack([portraits[place].vector for place in chosen])
    places: list[int] = np.unique(np.searchsorted(ends, of_pictures, "right")).tolist()
    place_of = {contents[place]: place for place in places}
    for content, vectors in pictures.vectors(list(place_of)):
        end = int(ends[place_of[content]])
        start = end - int(counts[place_of[content]])
        if len(vectors) == end - start:
            first, last = np.searchsorted(of_pictures, [start, end])
            yield of_pictures[first:last], vectors[of_pictures[first:last] - start]
