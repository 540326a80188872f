"""Films that are part of a photo beside them, told from films of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from facesorter.domain.companions import FILM_SUFFIXES
from facesorter.domain.formats import is_photo
from facesorter.domain.listing import FolderEntry
from facesorter.images.live_photos import LARGEST_LIVE_BYTES

_ENDINGS = tuple(FILM_SUFFIXES)

Pair = tuple[FolderEntry, FolderEntry]
"""A film and the photo of the same name but for the suffix."""


def may_hold_live_films(names: Iterable[str]) -> bool:
    """Whether one of these files may be a film that is part of a photo."""
    together = "\0".join(names).lower()
    return any(ending in together for ending in _ENDINGS)


def without_live_films(
    entries: Iterable[FolderEntry], belong: Callable[[Sequence[Pair]], Iterable[bool]]
) -> list[FolderEntry]:
    """The files of a folder but for films that are part of a photo; `belong` says of each pair whether it is one."""
    entries = list(entries)
    films = [entry for entry in entries if entry.name.lower().endswith(_ENDINGS) and entry.size <= LARGEST_LIVE_BYTES]
    if not films:
        return entries
    photos = {_stem(entry.name): entry for entry in entries if is_photo(entry.name)}
    pairs = [(film, photos[_stem(film.name)]) for film in films if _stem(film.name) in photos]
    live = {film.name for (film, _), one in zip(pairs, belong(pairs), strict=True) if one}
    return [entry for entry in entries if entry.name not in live]


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower().removesuffix("_hevc")
