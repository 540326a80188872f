"""Photos that may be the same picture as an earlier one, while not all of them were read."""

from __future__ import annotations

from collections import defaultdict

from facesorter.domain.models import Photo
from facesorter.domain.ports import Catalog


class Twins:
    """Of photos of one size the first in the order of the selection is copied; the others wait for what it is.

    A photo is *met* once it was read, or could not be.
    """

    def __init__(self, catalog: Catalog) -> None:
        by_size = defaultdict[int, list[int]](list)
        self._met: dict[int, bytes | None] = {}
        for chunk in catalog.analyzed(()):
            for photo, _, problem in chunk:
                by_size[photo.size].append(photo.id)
                if problem is not None or photo.identities:
                    self._met[photo.id] = next(iter(photo.identities), None)
        self._by_size = {size: ids for size, ids in by_size.items() if len(ids) > 1}
        self._places = {photo_id: place for ids in self._by_size.values() for place, photo_id in enumerate(ids)}
        self._gone_through = dict.fromkeys(self._by_size, 0)
        self._earlier = defaultdict[int, dict[bytes | None, int]](dict)
        """Of each size the contents that were gone through, and the place of the first photo with each."""

    def met(self, photo: Photo) -> None:
        """What this photo holds is known now, or never will be in this run."""
        if photo.id in self._places:
            self._met[photo.id] = next(iter(photo.identities), None)

    def may_follow(self, photo: Photo) -> bool:
        """Whether an earlier photo is the same picture, or may be: one of the same size was not met."""
        place = self._places.get(photo.id)
        if place is None:
            return False
        ids, contents = self._by_size[photo.size], self._earlier[photo.size]
        there = self._gone_through[photo.size]
        while there < len(ids) and ids[there] in self._met:
            contents.setdefault(self._met[ids[there]], there)
            there += 1
        self._gone_through[photo.size] = there
        return place > there or contents.get(next(iter(photo.identities), None), place) < place
