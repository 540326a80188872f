"""The photos of a run in columns: one row a photo, in the order they came, found again by photo id."""

from __future__ import annotations

import copy
from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import Photo
from facesorter.ui.review.short_names import ShortNames

Rows = NDArray[np.intp]


class PhotoTable:
    """Photos by row; rows never move.

    They are kept in columns rather than as objects: Python's garbage collector would look through 100,000 of those
    again and again, and hold up the window each time.
    """

    def __init__(self, capacity: int) -> None:
        self._paths: list[str] = []
        self._names = ShortNames()
        self._contents: list[bytes | None] = []
        self._objects: list[bytes | None] = []
        self._facts = np.zeros((capacity, 3), np.int64)
        self._rows: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._paths)

    def put(self, photo: Photo) -> int:
        """The row of a photo, with what is known of it by now; a new one if it has none yet."""
        row = self._rows.get(photo.id)
        if row is None:
            row = self._rows[photo.id] = len(self._paths)
            self._paths.append(photo.path)
            self._names.add(photo.path)
            self._contents.append(None)
            self._objects.append(None)
            if row == len(self._facts):
                self._facts = np.concatenate([self._facts, np.zeros_like(self._facts)])
        self._paths[row], self._contents[row], self._objects[row] = photo.path, photo.content, photo.object
        self._facts[row] = photo.id, photo.size, photo.modified_ns
        return row

    def at(self, row: int) -> Photo:
        """The photo of a row."""
        number, size, modified_ns = self._facts[row].tolist()
        return Photo(number, self._paths[row], size, modified_ns, self._contents[row], self._objects[row])

    def path(self, row: int) -> str:
        """The path of a row's photo."""
        return self._paths[row]

    def short_name(self, row: int) -> str:
        """The file's name, with so many of its folders that no other photo of the run is called the same."""
        return self._names.of(self._paths[row])

    def row_of(self, photo_id: int) -> int | None:
        """Where a photo is; None if it is not one of these."""
        return self._rows.get(photo_id)

    def rows_known_by(self, keys: Container[bytes]) -> list[int]:
        """The rows of all photos with one of these contents, or objects not read yet."""
        held = zip(self._contents, self._objects, strict=True)
        return [row for row, (content, known_object) in enumerate(held) if (content or known_object or b"") in keys]

    def rows_of(self, photo_ids: Sequence[int]) -> Rows:
        """The rows of many photos, -1 for those that are not among these. May be asked on a worker."""
        return np.fromiter((self._rows.get(one, -1) for one in photo_ids), np.intp, len(photo_ids))

    def ids(self, rows: Rows) -> NDArray[np.int64]:
        """The ids of the photos of these rows."""
        return self._facts[rows, 0]

    def listing(self) -> tuple[list[str], NDArray[np.int64]]:
        """The paths of all photos, and (photos, 3) their ids, sizes and `modified_ns`, as they are now."""
        return list(self._paths), self._facts[: len(self)].copy()

    def still(self) -> PhotoTable:
        """Everything as it stands now, for a worker to read while this one changes."""
        made = copy.copy(self)
        made._paths, made._contents, made._objects = list(self._paths), list(self._contents), list(self._objects)
        made._facts = self._facts.copy()
        return made
