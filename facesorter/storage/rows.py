"""How photos are read from the catalog's tables."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from facesorter.domain.models import NO_TIME, Photo
from facesorter.storage.listings import path_of, prefix_of

_NAMES_ARE, _OTHERS_ARE = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

COLUMNS = """
    photos.id, folders.path, photos.name, photos.size, photos.modified_ns, contents.digest, objects.digest,
    contents.problem"""
"""What `photo_of` needs, and the photo's lasting problem."""

TABLES = """
    CROSS JOIN folders ON folders.id = photos.folder
    LEFT JOIN contents ON contents.id = photos.content
    LEFT JOIN contents AS objects ON objects.id = photos.object"""
"""What stands behind `photos` in a statement about photos."""


def photo_of(row: Sequence[Any], prefixes: dict[bytes, str]) -> Photo:
    """The photo of a row of `COLUMNS`. `prefixes` spares the decoding of a folder's path for each of its photos."""
    photo_id, folder, name, size, modified_ns, content, known_object, *_ = row
    prefix = prefixes.get(folder)
    if prefix is None:
        prefix = prefixes[folder] = prefix_of(os.fsdecode(folder))
    # As `os.fsdecode`, which takes four times as long.
    path = path_of(prefix, name.decode(_NAMES_ARE, _OTHERS_ARE))
    return Photo(photo_id, path, size, NO_TIME if modified_ns is None else modified_ns, content, known_object)
