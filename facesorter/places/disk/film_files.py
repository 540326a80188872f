"""Films in folders: opened where they lie, and told from the films that belong to Live Photos."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from facesorter.domain.errors import PhotoError
from facesorter.domain.formats import is_film, is_photo
from facesorter.domain.messages import N_
from facesorter.domain.models import FolderEntry
from facesorter.images.live_photos import LARGEST_LIVE_BYTES, is_live_film

if TYPE_CHECKING:
    from facesorter.images.films import FilmFile

_CHUNK = 1 << 20
_REMEMBERED = 50_000


@contextmanager
def opened_film(path: str, open_regular: Callable[[str], tuple[BinaryIO, os.stat_result]]) -> Generator[FilmFile]:
    """The film, which is hashed as a whole and then read in part.

    Raises `PhotoError`, also at the end if the file was changed meanwhile, and `OSError`, as `open_regular` does, which
    gives a regular file and its state.
    """
    from facesorter.images.films import opened  # only who looks at films waits for it

    digest = hashlib.sha256()
    file, before = open_regular(path)
    with file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    with opened(path, digest.digest()) as film:
        yield film
    after = os.stat(path)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise PhotoError(N_("It was changed by another program while it was read."))


def without_live_films(folder: str, entries: Iterable[FolderEntry]) -> list[FolderEntry]:
    """The files of a folder but for films that are part of a photo beside them, of the same name but for the suffix."""
    entries = list(entries)
    if not any(is_film(entry.name) for entry in entries):
        return entries
    photos = {_stem(entry.name): entry for entry in entries if is_photo(entry.name)}
    return [
        entry
        for entry in entries
        if not is_film(entry.name) or not _belongs(folder, entry, photos.get(_stem(entry.name)))
    ]


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower().removesuffix("_hevc")


def _belongs(folder: str, film: FolderEntry, photo: FolderEntry | None) -> bool:
    if photo is None or film.size > LARGEST_LIVE_BYTES:
        return False
    return _belong(os.path.join(folder, film.name), os.path.join(folder, photo.name), (film[1:3], photo[1:3]))


@lru_cache(_REMEMBERED)
def _belong(film: str, photo: str, _states: object) -> bool:
    """What was found out, as long as size and time of both are the same: whoever watches a folder asks often."""
    try:
        with open(film, "rb") as film_file, open(photo, "rb") as photo_file:
            return is_live_film(film_file, photo_file)
    except OSError:
        return False  # whoever looks at it later says why it cannot be read
