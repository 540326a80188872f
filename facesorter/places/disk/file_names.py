"""The names that a photo's copy may have in a folder, in the order they are tried, and names as they are there."""

from __future__ import annotations

import functools
import itertools
import os
import unicodedata
from collections.abc import Iterator

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.places.disk.os_errors import writing

_LONGEST_NAME = 255
_SHORTEST_USEFUL_NAME = 48
_LONGEST_SUFFIX = 32
_LONGEST_WINDOWS_PATH = 260


def numbered(name: str, folder: str) -> Iterator[str]:
    """`a.jpg`, `a (1).jpg`, `a (2).jpg`, ... without end; cut, with the ending kept, to what the folder takes.

    Raises `StorageUnavailable` if the folder's path leaves no room for names.
    """
    limit = _limit(folder)
    stem, suffix = os.path.splitext(name)
    if len(os.fsencode(suffix)) > _LONGEST_SUFFIX:
        stem, suffix = name, ""
    for number in itertools.count():
        ending = f" ({number}){suffix}" if number else suffix
        yield _shortened(stem, limit - len(os.fsencode(ending))) + ending


def as_it_is_there(folder: str, name: str) -> str:
    """The name of a folder in `folder` in the Unicode form in which it is there already; `name` if it is in none.

    A folder that came from a Mac may be spelled in another form than NFC, and where the drive does not see to it,
    another folder would be made that looks the same.
    """
    if name.isascii() or os.path.lexists(os.path.join(folder, name)):
        return name
    wanted = unicodedata.normalize("NFC", name)
    try:
        with os.scandir(folder) as entries:
            same = (one for one in entries if unicodedata.normalize("NFC", one.name) == wanted)
            return min((one.name for one in same if one.is_dir(follow_symlinks=False)), default=name)
    except OSError:
        return name


def _shortened(name: str, limit_bytes: int) -> str:
    """The name cut to `limit_bytes` in the file system's encoding, not inside a character if it has any."""
    encoded = os.fsencode(name)
    if len(encoded) <= limit_bytes:
        return name
    end = limit_bytes
    while end > limit_bytes - 4 and encoded[end] & 0xC0 == 0x80:  # in UTF-8, the middle of a character
        end -= 1
    return os.fsdecode(encoded[:end]).rstrip(" ")


@functools.lru_cache(maxsize=64)
def _limit(folder: str) -> int:
    """How long (bytes) a name may be in this folder, by the file system's rules and by what the path leaves."""
    if os.name == "nt":
        longest_name, longest_path = _LONGEST_NAME, _LONGEST_WINDOWS_PATH
    else:
        there = folder
        while not os.path.isdir(there) and there != os.path.dirname(there):
            there = os.path.dirname(there)
        with writing(folder):
            longest_name = min(_LONGEST_NAME, os.pathconf(there, "PC_NAME_MAX"))
            longest_path = os.pathconf(there, "PC_PATH_MAX")
    limit = min(longest_name, longest_path - len(os.fsencode(folder)) - 2)
    if limit < _SHORTEST_USEFUL_NAME:
        raise StorageUnavailable(
            _("The path {folder} is too long.").format(folder=folder), _("Choose a destination with a shorter path.")
        )
    return limit
