"""Photos that come after another one of their name."""

from __future__ import annotations

import os

from facesorter.domain.names import family_key
from facesorter.domain.ports import Catalog


def namesakes(catalog: Catalog) -> set[int]:
    """The ids of the selected photos whose copies may have to be numbered because of an earlier one.

    Hashes stand for the names seen: should two ever be alike, a photo waits for nothing.
    """
    seen: set[int] = set()
    later: set[int] = set()
    for chunk in catalog.analyzed(()):
        for photo, _, _ in chunk:
            key = hash(family_key(os.path.basename(photo.path)))
            if key in seen:
                later.add(photo.id)
            seen.add(key)
    return later
