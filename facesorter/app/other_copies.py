"""Copies that this profile's journal knows nothing of: another profile made them, or the user put them there."""

from __future__ import annotations

import threading
from collections.abc import Callable

from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.places import kind_of, name_of
from facesorter.domain.planning import CopyOrder
from facesorter.domain.ports import Copier
from facesorter.places.anywhere import Places

_Sought = tuple[str, bytes]
"""A photo's name and content."""


class OtherCopies:
    """Looks into people's folders as a run does, and remembers what it saw there; any thread may ask.

    Each look at S3 is a request. There, only what a run has looked at is looked at again.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._copier = places.copier("copy")
        self._looks_into_s3 = False
        self._lock = threading.Lock()
        self._not_there: dict[str, tuple[int, set[_Sought]]] = {}
        """By folder: when it had last changed, and photos that were not in it then."""

    def after(self, copier: Copier) -> None:
        """A run has ended: what its copier knows of the folders need not be read again."""
        if not copier.dry_run:  # it takes what it would copy for copied
            with self._lock:
                self._copier, self._looks_into_s3 = copier, True

    def within(self, folder: str) -> Callable[[CopyOrder], str | None]:
        """What tells where an order's photo lies in this folder already; None if it does not, or nobody can tell.

        It reads files of the photo's name and size, each once.
        """
        changed_at = self._places.changed_at(folder)
        can_look = changed_at is not None if kind_of(folder).has_files else self._looks_into_s3
        with self._lock:
            not_there = self._known_not_there(folder, changed_at)

        def find(order: CopyOrder) -> str | None:
            nonlocal can_look
            content = order.photo.content
            with self._lock:
                if not can_look or content is None or (name_of(order.photo.path), content) in not_there:
                    return None
                try:
                    place = self._copier.place(order)
                except PhotoError:  # whoever copies it is told why that cannot be done
                    return None
                except UserError:
                    can_look = False
                    return None
                if isinstance(place, str):
                    return place
                not_there.add((name_of(order.photo.path), content))
                return None

        return find

    def _known_not_there(self, folder: str, changed_at: int | None) -> set[_Sought]:
        if changed_at is None:
            return set()
        before, not_there = self._not_there.get(folder, (None, set[_Sought]()))
        if before != changed_at:
            not_there = set[_Sought]()
            self._not_there[folder] = changed_at, not_there
        return not_there
