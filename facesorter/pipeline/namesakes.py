"""Photos that come after another one of their name."""

from __future__ import annotations

from facesorter.domain.companions import stem_of_all
from facesorter.domain.names import family_key
from facesorter.domain.places import name_of
from facesorter.domain.ports import Catalog


def namesakes(catalog: Catalog, *, by_stem: bool) -> set[int]:
    """The ids of the selected photos whose copies may have to be numbered because of an earlier one.

    With companions (`by_stem`) a photo may take the name of a companion of another: neither suffixes count, nor what
    edits are called. Hashes stand for the names seen: should two ever be alike, a photo waits for nothing.
    """
    seen: set[int] = set()
    later: set[int] = set()
    for chunk in catalog.analyzed(()):
        for photo, _, _ in chunk:
            name = name_of(photo.path)
            key = hash(family_key(stem_of_all(name) if by_stem else name))
            if key in seen:
                later.add(photo.id)
            seen.add(key)
    return later
