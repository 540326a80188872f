"""Names of people turned into names of folders, and names of photos that may meet in one.

The prefix does half of the work: behind `PhotosWith` neither `..` nor `CON` means anything to any system. The rest
is for what a file system would refuse, change silently, or take for another person's folder.
"""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from collections.abc import Iterable

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _

PREFIX = "PhotosWith"

LONGEST_FOLDER_NAME = 120
"""UTF-8 bytes. Encrypted home folders allow 143, and Windows wants room for the photo's name in a path of 259."""

_PLAIN = re.compile(r"(?! )(?:[\w.()-]| (?! ))*[\w()-]", re.ASCII)
"""Names that `harmless` leaves as they are and of which `merging_key` changes the case alone, as most photos' are."""

_NUMBERED = re.compile(r"(?: \(\d+\))+$")

_FAMILY_CHARACTERS = 50
"""So much of a long name is left wherever names are cut."""

_JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: invisible, but Persian names and composed emoji are spelled with them."""


def one_spelling(name: str) -> str:
    """A person's name as it is known by: in NFC, with single blanks and none at the ends.

    Nobody can see any other difference, and two people who look the same in every list would each get half of the
    photos. To be applied wherever a name comes in.
    """
    return " ".join(unicodedata.normalize("NFC", name).split())


def folder_name(name: str) -> str:
    """`PhotosWith<Name>`: one child of the destination, in NFC, that Linux, macOS and Windows all take as it is.

    What a system forbids becomes `_`, blanks become single ones, invisible characters are dropped, and a very long
    name is cut. Raises `WrongUse` for a name that holds NUL, or nothing one could see.
    """
    if "\0" in name:
        raise WrongUse(_("The name holds a NUL character."), _("Type the name again."))
    text = harmless(name)
    while text and unicodedata.category(text[0]).startswith("M"):
        text = text[1:].lstrip()  # an accent without a letter would join the prefix
    if not text.strip("_.- " + _JOINERS):
        raise WrongUse(
            _("{name!r} holds no letter or digit to name a folder after.").format(name=name), _("Choose another name.")
        )
    return shortened(PREFIX + text, LONGEST_FOLDER_NAME).rstrip(". " + _JOINERS)


def distinct(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """A folder name for each person's name, unlike any other of them and any of the folder names `taken`.

    Unlike means: also on a file system that ignores case, Unicode form or invisible characters. A name that would
    coincide gets ` (2)`, ` (3)`, ... Raises `WrongUse` as `folder_name` does.
    """
    keys = {merging_key(folder) for folder in taken}
    folders: list[str] = []
    for name in names:
        wanted = folder_name(name)
        candidates = itertools.chain([wanted], (f"{wanted} ({number})" for number in itertools.count(2)))
        folder = next(candidate for candidate in candidates if merging_key(candidate) not in keys)
        keys.add(merging_key(folder))
        folders.append(folder)
    return folders


def merging_key(name: str) -> str:
    """Equal for any two names that some file system takes for one.

    Coarser than each of them (HFS+, APFS, NTFS, ext4 with case folding, ZFS): those fold case, Unicode form and
    ignorable characters in ways of their own, and a needless ` (2)` costs less than two people in one folder.
    """
    folded = unicodedata.normalize("NFKD", name).upper().casefold()
    return "".join(c for c in unicodedata.normalize("NFKC", folded) if not _is_ignorable(c))


def harmless(text: str) -> str:
    """The text in NFC without anything that a file system forbids or a reader cannot see, blanks at the ends gone."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    return unicodedata.normalize("NFC", "".join(map(_harmless_character, text))).strip().rstrip(". ")


def family_key(name: str) -> str:
    """Equal for any two photos' names of which copies may come to bear the same: `a.jpg`, `A.JPG`, `a (2).jpg`."""
    key = name.lower() if _PLAIN.fullmatch(name) else merging_key(harmless(name) or "photo")
    stem, suffix = os.path.splitext(key)
    return _NUMBERED.sub("", stem)[:_FAMILY_CHARACTERS] + suffix


def shortened(name: str, limit_bytes: int) -> str:
    """The name cut to at most `limit_bytes` in UTF-8, never inside a character."""
    return name.encode("utf-8", "surrogateescape")[:limit_bytes].decode("utf-8", "ignore")


def _harmless_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # among them the marks that turn the direction of writing
        return character if character in _JOINERS else ""
    is_noncharacter = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return "_" if category in ("Cc", "Cs") or is_noncharacter or character in '<>:"/\\|?*' else character


def _is_ignorable(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or unicodedata.name(character, "").startswith("VARIATION SELECTOR")
