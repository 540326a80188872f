"""Films in folders: opened where they lie, and told from the films that belong to Live Photos."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from facesorter.domain.errors import PhotoError
from facesorter.domain.films import FilmAbandoned, StopCheck
from facesorter.domain.messages import N_
from facesorter.images.live_photos import is_live_film
from facesorter.places.disk.long_paths import for_system
from facesorter.places.live_films import Pair

if TYPE_CHECKING:
    from facesorter.images.films import FilmFile

_CHUNK = 1 << 20
_REMEMBERED = 50_000


@contextmanager
def opened_film(
    path: str, open_regular: Callable[[str], tuple[BinaryIO, os.stat_result]], stopped: StopCheck
) -> Generator[FilmFile]:
    """The film, which is hashed as a whole and then read in part.

    Raises `FilmAbandoned`, `PhotoError`, also at the end if the file was changed meanwhile, and `OSError`, as
    `open_regular` does, which gives a regular file and its state.
    """
    from facesorter.images.films import opened  # only who looks at films waits for it

    digest = hashlib.sha256()
    file, before = open_regular(path)
    with file:
        while chunk := file.read(_CHUNK):
            if stopped():
                raise FilmAbandoned
            digest.update(chunk)
    try:
        with opened(path, digest.digest(), stopped=stopped) as film:
            yield film
    except PhotoError:
        _require_unchanged(path, before)  # what was found damaged may be another film by now
        raise
    _require_unchanged(path, before)


def _require_unchanged(path: str, before: os.stat_result) -> None:
    after = os.stat(for_system(path))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise PhotoError(N_("It was changed by another program while it was read."))


def live_films(folder: str, pairs: Iterable[Pair]) -> Iterator[bool]:
    """Whether each of these films of a folder is part of the photo."""
    for film, photo in pairs:
        yield _belong(os.path.join(folder, film.name), os.path.join(folder, photo.name), (film[1:3], photo[1:3]))


@lru_cache(_REMEMBERED)
def _belong(film: str, photo: str, _states: object) -> bool:
    """What was found out, as long as size and time of both are the same: whoever watches a folder asks often."""
    try:
        with open(for_system(film), "rb") as film_file, open(for_system(photo), "rb") as photo_file:
            return is_live_film(film_file, photo_file)
    except OSError:
        return False  # whoever looks at it later says why it cannot be read
