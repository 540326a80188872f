"""In which order a pile is shown: as a permutation of the run's photos, worked out on a worker.

Names are compared as people read them (`IMG_2` before `IMG_10`), without holding up the window: Python sorts a list in
one go and lets no other thread run meanwhile, so that it is sorted in parts.
"""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import NO_TIME
from facesorter.domain.places import split

Rows = NDArray[np.intp]

SORTED_AT_ONCE = 4000
"""Names sorted in one go: a few milliseconds."""

_DIGITS = re.compile(r"\d+")
_LONGEST_NUMBER = 20


class Order(StrEnum):
    """How the photos of a pile follow one another."""

    SIMILARITY = "similarity"
    DATE = "date"
    FOLDER = "folder"
    NAME = "name"


def name_of_order(order: Order) -> str:
    """In the user's language."""
    return {
        Order.SIMILARITY: _("Most alike"),
        Order.DATE: _("Newest"),
        Order.FOLDER: _("Folder"),
        Order.NAME: _("Name"),
    }[order]


def by_name(paths: Sequence[str]) -> Rows:
    """The rows of these paths by the names of their files, equal ones by their folders."""
    return _sorted(paths, lambda path: "\0".join(reversed([_read(part) for part in split(path)])))


def by_folder(paths: Sequence[str]) -> Rows:
    """The rows of these paths folder by folder, what a folder holds itself before what its sub-folders hold."""
    return _sorted(paths, lambda path: "\0".join(_read(part) for part in split(path)).replace("/", "\1"))


def by_date(ids: NDArray[np.int64], modified_ns: NDArray[np.int64], taken_at: Mapping[int, int]) -> Rows:
    """The rows of these photos, the newest first; `taken_at` is in seconds of the camera's own time since 1970.

    Of a photo that does not say when it was taken, the time counts when its file was last changed.
    """
    seconds = np.array([_moment(*one, taken_at) for one in zip(ids.tolist(), modified_ns.tolist(), strict=True)])
    return np.argsort(-seconds, kind="stable") if len(seconds) else np.empty(0, np.intp)


def _moment(photo_id: int, modified_ns: int, taken_at: Mapping[int, int]) -> float:
    known = taken_at.get(photo_id)
    if known is not None:
        return known
    if modified_ns == NO_TIME:
        return -np.inf
    seconds = modified_ns / 1e9
    try:
        return seconds + time.localtime(seconds).tm_gmtoff
    except (OverflowError, OSError, ValueError):  # a time that no calendar has
        return seconds


def _read(text: str) -> str:
    """The text as it is compared: without regard to case, and numbers by their size."""
    return _DIGITS.sub(lambda digits: digits.group().zfill(_LONGEST_NUMBER), text.casefold())


def _sorted(paths: Sequence[str], key: Callable[[str], str]) -> Rows:
    keys = [(key(path), row) for row, path in enumerate(paths)]
    parts = [sorted(keys[first : first + SORTED_AT_ONCE]) for first in range(0, len(keys), SORTED_AT_ONCE)]
    return np.array([row for _key, row in heapq.merge(*parts)], np.intp)
