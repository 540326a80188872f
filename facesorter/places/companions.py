"""The files that lie beside a photo and belong to it, in folders and in S3.

Films of the same name are opened: one that is no part of the photo (another identifier, too long) is a film of its own.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache, partial

from facesorter.domain.companions import Companions, may_have_companions
from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.listing import Listing
from facesorter.domain.models import Photo, kept_time
from facesorter.domain.places import below, is_in_s3, split
from facesorter.domain.planning import CompanionFile
from facesorter.images.live_photos import LARGEST_LIVE_BYTES, is_live_film
from facesorter.places.disk.long_paths import for_system

_FOLDERS = 256
"""So many folders are remembered at once; the photos of a folder are copied one after the other."""

_ALONE = 10_000
"""Of so many folders of a run it is remembered that their photos lie alone; the others are listed once more."""

Files = Mapping[str, tuple[int, int]]
"""The files of a place in S3: size and modification time (ns) by name."""

State = Callable[[str], tuple[int, int] | None]
"""The same for one file of a folder; None if it is none, or cannot be looked at."""


class CompanionFinder:
    """What belongs to a photo, wherever it lies. `list_s3` lists a place in S3, `read_s3` gives an object's bytes."""

    def __init__(self, list_s3: Callable[[str], Files], read_s3: Callable[[str], bytes]) -> None:
        self._list_s3 = list_s3
        self._read_s3 = read_s3
        self._folder = lru_cache(_FOLDERS)(self._look_into)
        self._alone: dict[str, int] = {}
        """Folders in which photos lie alone, and when (ns) they were changed."""

    def listed(self, listing: Listing) -> None:
        """A folder was listed: as long as nothing joins photos that lie alone, it need not be listed again."""
        if listing.alone_at is not None and len(self._alone) < _ALONE:
            self._alone[listing.folder] = listing.alone_at

    def of(self, photo: Photo) -> tuple[CompanionFile, ...]:
        """The companions of a photo. What cannot be listed or opened has none."""
        folder, name = split(photo.path)
        state, companions = self._folder(folder)
        found: list[CompanionFile] = []
        for one in companions.of(name):
            path = below(folder, one.name)
            known = state(one.name)
            if known is not None and (not one.is_film or self._belongs(path, known[0], photo.path)):
                found.append(CompanionFile(one, Photo(0, path, *known)))
        return tuple(found)

    def is_one(self, photo: Photo) -> bool:
        """Whether this photo belongs to another one that lies beside it."""
        folder, name = split(photo.path)
        return self._folder(folder)[1].is_one(name)

    def _look_into(self, folder: str) -> tuple[State, Companions]:
        """The names of a folder's files, and how one of them is looked at."""
        if is_in_s3(folder):
            files: Files = {}
            with suppress(PhotoError, StorageUnavailable):
                files = self._list_s3(folder)
            return files.get, Companions(files)
        return partial(_state, folder), Companions(() if self._are_alone(folder) else _names(folder))

    def _are_alone(self, folder: str) -> bool:
        """Whether the photos of a folder lay alone when it was listed, and nothing was added since."""
        if folder not in self._alone:
            return False
        try:
            return os.stat(for_system(folder)).st_mtime_ns == self._alone[folder]
        except OSError:
            return False

    def _belongs(self, film: str, size: int, photo: str) -> bool:
        """Whether a film is a part of the photo. One that cannot be read may be: whoever copies it says why not."""
        if film.lower().endswith(".mp"):
            return True
        if size > LARGEST_LIVE_BYTES:
            return False
        try:
            if is_in_s3(film):
                return is_live_film(io.BytesIO(self._read_s3(film)), io.BytesIO(self._read_s3(photo)))
            with open(for_system(film), "rb") as film_file, open(for_system(photo), "rb") as photo_file:
                return is_live_film(film_file, photo_file)
        except (OSError, PhotoError, StorageUnavailable):
            return True


def _names(folder: str) -> list[str]:
    """What may be files, if any may belong to another; none is looked at yet."""
    try:
        with os.scandir(for_system(folder)) as listed:
            entries = list(listed)
        if not may_have_companions([entry.name for entry in entries]):
            return []
        return [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _state(folder: str, name: str) -> tuple[int, int] | None:
    """Size and modification time (ns) of a regular file, or of one that a link leads to."""
    try:
        status = os.stat(for_system(os.path.join(folder, name)))
    except OSError:
        return None
    return (status.st_size, kept_time(status.st_mtime_ns)) if stat.S_ISREG(status.st_mode) else None
