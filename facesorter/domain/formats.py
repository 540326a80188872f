"""Which files count as photos and which as films, judged by their names alone.

A folder of 100,000 names is judged before any of them is opened; what a file really holds is found out by `images`,
from its content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo")
_OTHERS = (".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif", ".hif", ".avif", ".jp2", ".j2k")
# In this order: Adobe, Nikon, Canon, Sony, Olympus, Panasonic, Fujifilm, Pentax, Samsung.
RAW_SUFFIXES = frozenset(
    (".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".srf", ".sr2", ".orf", ".rw2", ".raf", ".pef", ".srw")
)

SUFFIXES = RAW_SUFFIXES | frozenset(_JPEG + _OTHERS)
"""Suffixes of photos, in lower case and with their dot."""

_BOXED_FILMS = (".mp4", ".mov", ".m4v", ".3gp", ".3g2", ".qt")  # one container, of phones and cameras
_OTHER_FILMS = (".avi", ".divx", ".mkv", ".webm", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv")

FILM_SUFFIXES = frozenset(_BOXED_FILMS + _OTHER_FILMS)
"""Suffixes of films, in lower case and with their dot. `.ts` is left out: most such files are TypeScript."""

_FILM_ENDINGS = frozenset(suffix[1:] for suffix in FILM_SUFFIXES)
_FILM_SUFFIXES_AS_BYTES = frozenset(suffix.encode() for suffix in FILM_SUFFIXES)
_ENDINGS = frozenset(suffix[1:] for suffix in SUFFIXES)

AS_SPELLED = SUFFIXES.union(map(str.upper, SUFFIXES), (f".{suffix[1:].capitalize()}" for suffix in SUFFIXES))
"""Suffixes of photos as nearly every name has them, so that it need not be changed to be judged."""

_END = itemgetter(slice(-max(map(len, SUFFIXES | FILM_SUFFIXES)), None))
"""So much of a name that it holds the suffix of every photo and film."""


def suffix_of(name: str) -> str:
    """The suffix of a file name in lower case with its dot, or "" if it has none."""
    return name[name.rfind(".") :].lower() if "." in name else ""


def count_suffixes(names: Sequence[str]) -> Counter[str]:
    """How many of these names have each suffix (see `suffix_of`)."""
    counted = Counter[str]()
    for end, count in Counter(map(_END, names)).items():
        if "." in end:
            counted[suffix_of(end)] += count
    if counted.total() < len(names):
        counted.update(suffix_of(name) for name in names if "." not in _END(name))
    return counted


def may_be_photo(name: str) -> bool:
    """Whether only its content can tell what an object of this name is: it has no suffix, and is not hidden."""
    return bool(name) and "." not in name


def is_photo(name: str) -> bool:
    """Whether a file of this name (no folder before it) is looked at; hidden files such as `._IMG_1.jpg` are not."""
    before, _, ending = name.rpartition(".")
    return ending.lower() in _ENDINGS and bool(before) and before[0] != "."


def is_film(name: str) -> bool:
    """Whether a file of this name or path is looked at as a film; hidden files such as `._IMG_1.mov` are not."""
    before, _, ending = name.rpartition(".")
    if ending.lower() not in _FILM_ENDINGS:
        return False
    before = before[max(before.rfind("/"), before.rfind("\\")) + 1 :]
    return bool(before) and before[0] != "."


def films_among(names: Sequence[bytes]) -> list[int]:
    """The places of the names of films; in most folders there are none, and the names are not looked at one by one."""
    ends = set(map(_END, names))
    if _FILM_SUFFIXES_AS_BYTES.isdisjoint(end[end.rfind(b".") :].lower() for end in ends):
        return []
    return [place for place, name in enumerate(names) if is_film(name.decode("latin-1"))]


def is_photo_or_film(name: str) -> bool:
    """Whether a file of this name is looked at where films are looked through, too."""
    return is_photo(name) or is_film(name)
