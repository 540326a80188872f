"""What belongs to a photo, judged by names alone: films of Live Photos, RAW files, edits, and notes of other programs.

Whether a film of the same name is a part of the photo only the two files can tell; see `places.companions`.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from enum import Enum, auto
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from facesorter.domain.formats import RAW_SUFFIXES, is_film, is_photo, suffix_of

FILM_SUFFIXES = frozenset((".mov", ".mp4", ".mp"))
"""Films that phones put beside a photo; `.mp` is a Pixel's."""

NOTE_SUFFIXES = frozenset((".xmp", ".aae"))
"""Names, ratings and edits: XMP of many programs, edit lists of Apple."""

EDITED = (
    *("-edited", "-bearbeitet", "-modifié", "-editado", "-editada", "-modificato", "-bewerkt", "-edytowane"),
    *("-redigerad", "-redigert", "-redigeret", "-muokattu", "-upraveno", "-editat", "-編集済み", "-edited-effects"),
)
"""What Google Photos puts behind the name of an edited photo, in several languages."""

_APPLE = re.compile(r"(?P<kind>[A-Z]{3}_)(?P<number>\d.*)", re.IGNORECASE)
_APPLE_EDIT = re.compile(r"(?P<kind>[A-Z]{3}_)(?P<letter>[EO])(?P<number>\d.*)", re.IGNORECASE)
_LETTERED = re.compile(r"_[eo]\d")
"""In lower case, what the name of every edit of Apple's has."""

_COUNTED = re.compile(r"(?P<before>.*)(?P<number>\(\d+\))")
_TAKEOUT = ".supplemental-metadata"
_INDEXED = 45
"""So many characters of a note's name are looked up; the rest is compared."""

_TAKEOUT_CUT = (46, 51)
"""Where Google Takeout cuts the names of its notes, in characters without `.json`."""


class Base(Enum):
    """What of a photo's name a companion's name begins with: `IMG_1` or `IMG_1.jpg`."""

    STEM = auto()
    NAME = auto()


class Companion(NamedTuple):
    """A file beside a photo, by its `name`, and how its name follows from the photo's: a base and the `rest`.

    `letter` is what Apple puts before the number.
    """

    name: str
    base: Base
    rest: str
    letter: str = ""

    @property
    def is_film(self) -> bool:
        return suffix_of(self.name) in FILM_SUFFIXES

    @property
    def of_photo_itself(self) -> bool:
        """Whether its name is the photo's, or the photo's stem, and a suffix: it is not about an edit or a RAW file."""
        return not self.letter and self.rest.rfind(".") == 0

    def name_beside(self, photo: str, renamed: str) -> str:
        """What it is called beside the photo that was called `photo` and is called `renamed` now."""
        if renamed == photo:
            return self.name
        base = os.path.splitext(renamed)[0] if self.base is Base.STEM else renamed
        apple = _APPLE.fullmatch(base) if self.letter else None
        if apple:
            base = apple["kind"] + self.letter + apple["number"]
        return base + self.rest


def _stem(name: str) -> str:
    """As `splitext`, in a third of its time."""
    before = name.rpartition(".")[0]
    return before if before.strip(".") else name


_BESIDE_PHOTOS = FILM_SUFFIXES | NOTE_SUFFIXES | RAW_SUFFIXES | {".json"}
_END = itemgetter(slice(-max(map(len, _BESIDE_PHOTOS)), None))
"""So much of a name that it holds each of these suffixes."""


class _Kinds(NamedTuple):
    """Of which kinds there may be companions in a folder, as its names tell."""

    files: bool
    apple_edits: bool
    google_edits: bool

    @classmethod
    def among(cls, names: Collection[str]) -> _Kinds:
        ends = set(map(_END, names))
        together = "\0".join(names).lower()
        has_letters = "_e" in together or "_o" in together
        return cls(
            any(suffix_of(end) in _BESIDE_PHOTOS for end in ends),
            has_letters and _LETTERED.search(together) is not None,
            "-" in together and any(word in together for word in EDITED),
        )


def may_have_companions(names: Collection[str]) -> bool:
    """Whether any file of these names may belong to another one; in most folders there are photos alone."""
    return any(_Kinds.among(names))


class Companions:
    """The files of one folder, by what they may belong to."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_stem = defaultdict[str, list[str]](list)
        self._notes = defaultdict[tuple[str, str], list[tuple[str, str]]](list)
        """Notes that may be Takeout's, and what stands before the number, by how that begins and by the number."""
        self._names = sorted(names)
        self._kinds = _Kinds.among(self._names)
        by_stem = self._by_stem
        for name in self._names if any(self._kinds) else ():
            by_stem[_stem(name).lower()].append(name)
            if name[-5:].lower() == ".json":
                self._index_note(name)

    @cached_property
    def _stems_of_photos(self) -> set[str]:
        return {_stem(name) for name in self._names if is_photo(name)}

    def of(self, photo: str) -> list[Companion]:
        """What belongs to the photo of this name, each file once; films only if they turn out to be a part of it."""
        if not any(self._kinds):
            return []
        found: dict[str, Companion] = {}
        for companion in self._all_of(photo):
            if companion.name != photo:
                found.setdefault(companion.name, companion)
        return list(found.values())

    def is_one(self, photo: str) -> bool:
        """Whether this photo is a RAW file or an edit beside another photo of which it is a companion."""
        stem, suffix = os.path.splitext(photo)
        if suffix.lower() in RAW_SUFFIXES:
            return any(is_photo(other) and suffix_of(other) not in RAW_SUFFIXES for other in self._of_stem(stem))
        return any(
            other != photo and is_photo(other) and suffix_of(other) not in RAW_SUFFIXES
            for original in _originals(stem)
            for other in self._of_stem(original)
        )

    def _all_of(self, photo: str) -> Iterator[Companion]:
        stem, suffix = os.path.splitext(photo)
        if is_film(photo) and any(map(is_photo, self._of_stem(stem))):  # the stem is that photo's
            yield from (Companion(note, Base.NAME, rest) for note, rest in self._named(photo))
            yield from self._notes_of(photo)
            return
        yield from self._with_stem(stem, "", photo)
        if suffix.lower() not in RAW_SUFFIXES:
            yield from self._apple_edits(stem) if self._kinds.apple_edits else ()
            yield from self._google_edits(stem) if self._kinds.google_edits else ()
        yield from self._notes_of(photo)
        if stem.lower().endswith(".mp"):  # a Pixel's `PXL_1.MP.jpg`
            yield from (
                Companion(name, Base.STEM, "") for name in self._by_stem.get(stem[:-3].lower(), []) if name == stem
            )

    def _with_stem(self, stem: str, letter: str, photo: str) -> Iterator[Companion]:
        """Films, RAW files and notes of this stem, and notes of those."""
        own = suffix_of(photo)
        for name in self._of_stem(stem):
            suffix = os.path.splitext(name)[1]
            lower = suffix.lower()
            if lower in FILM_SUFFIXES | NOTE_SUFFIXES or (lower in RAW_SUFFIXES and own not in RAW_SUFFIXES):
                yield Companion(name, Base.STEM, suffix, letter)
            if lower in RAW_SUFFIXES and own not in RAW_SUFFIXES:
                yield from (Companion(note, Base.STEM, suffix + rest, letter) for note, rest in self._named(name))
        for name in self._by_stem.get(f"{stem}_hevc".lower(), []):
            if suffix_of(name) == ".mov":
                yield Companion(name, Base.STEM, name[len(stem) :], letter)
        if not letter:
            yield from (Companion(note, Base.NAME, rest) for note, rest in self._named(photo))

    def _of_stem(self, stem: str) -> list[str]:
        """Files of this stem in any case, unless another photo is spelled just as they are."""
        files = ((os.path.splitext(name)[0], name) for name in self._by_stem.get(stem.lower(), []))
        return [name for spelled, name in files if spelled == stem or spelled not in self._stems_of_photos]

    def _named(self, name: str) -> Iterator[tuple[str, str]]:
        """Notes that are called as the whole file and a suffix: `IMG_1.jpg.xmp`."""
        for note in self._by_stem.get(name.lower(), []):
            rest = note[len(name) :]
            if rest.lower() in NOTE_SUFFIXES:
                yield note, rest

    def _apple_edits(self, stem: str) -> Iterator[Companion]:
        """`IMG_E1.jpg` beside `IMG_1.heic`, with what belongs to it, and the edit lists of both."""
        apple = _APPLE.fullmatch(stem)
        for letter in "EO" if apple else "":
            edited = f"{apple['kind']}{letter}{apple['number']}" if apple else ""
            yield from self._pictures(self._of_stem(edited), edited, "", letter)
            yield from self._with_stem(edited, letter, "")

    def _google_edits(self, stem: str) -> Iterator[Companion]:
        counted = _COUNTED.fullmatch(stem)
        for word in EDITED:
            spellings = [stem + word] + ([counted["before"] + word + counted["number"]] if counted else [])
            for edited in spellings:
                yield from self._pictures(self._by_stem.get(edited.lower(), []), edited, word, "")

    def _pictures(self, names: Iterable[str], stem: str, word: str, letter: str) -> Iterator[Companion]:
        """Pictures of this stem, and notes that are called after them."""
        for name in filter(is_photo, names):
            rest = word + name[len(stem) :]
            yield Companion(name, Base.STEM, rest, letter)
            yield from (Companion(note, Base.STEM, rest + end, letter) for note, end in self._named(name))

    def _index_note(self, note: str) -> None:
        before = note[: -len(".json")]
        self._notes[before[:_INDEXED], ""].append((note, before))
        counted = _COUNTED.fullmatch(before)
        if counted:
            self._notes[counted["before"][:_INDEXED], counted["number"]].append((note, counted["before"]))

    def _notes_of(self, photo: str) -> Iterator[Companion]:
        """Google Takeout's, of which the names are cut, and a number stands before or after the suffix."""
        if not self._notes:
            return
        stem, suffix = os.path.splitext(photo)
        counted = _COUNTED.fullmatch(stem)
        titles = [(photo, "")] + ([(counted["before"] + suffix, counted["number"])] if counted else [])
        for title, number in titles:
            whole = title + _TAKEOUT
            for length in range(1, min(_INDEXED, len(whole)) + 1):
                for note, before in self._notes.get((whole[:length], number), []):
                    if _is_takeout_note(before, title):
                        yield Companion(note, Base.NAME, ".json" if len(before) <= len(title) else _TAKEOUT + ".json")


def _is_takeout_note(before: str, title: str) -> bool:
    whole = title + _TAKEOUT
    if before in (whole, title):
        return True
    return whole.startswith(before) and (len(before) in _TAKEOUT_CUT or len(before) > len(title) + 1)


def stem_of_all(photo: str) -> str:
    """The same for a photo of this name, its edits, and RAW files and films of its name."""
    stem = os.path.splitext(photo)[0]
    return next(_originals(stem), stem)


def _originals(stem: str) -> Iterator[str]:
    """The stems of photos of which a photo of this stem is an edit."""
    apple = _APPLE_EDIT.fullmatch(stem)
    if apple:
        yield apple["kind"] + apple["number"]
    counted = _COUNTED.fullmatch(stem)
    for word in EDITED:
        if stem.lower().endswith(word):
            yield stem[: -len(word)]
        if counted and counted["before"].lower().endswith(word):
            yield counted["before"][: -len(word)] + counted["number"]
