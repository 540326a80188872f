"""What is called like a picture and is no photo of the user's: thumbnails, deleted pictures, originals behind an edit.

One table for every kind of place. What is given itself is looked through, whatever it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class LeftOut(StrEnum):
    """Why pictures are passed over. `SYSTEM` is never looked at; the others are if the user asks for all pictures."""

    THUMBNAIL = "thumbnails"
    DELETED = "deleted"
    ORIGINAL = "originals"
    SYSTEM = "system"


FOLDERS = {
    "#recycle": LeftOut.DELETED,  # Synology
    "#snapshot": LeftOut.SYSTEM,
    "$recycle.bin": LeftOut.DELETED,  # Windows
    ".@__thumb": LeftOut.THUMBNAIL,  # QNAP
    ".picasaoriginals": LeftOut.ORIGINAL,  # Picasa: the picture beside it is the edited one
    ".recycle": LeftOut.DELETED,  # Samba
    ".recycle.bin": LeftOut.DELETED,  # Unraid
    ".thumbnails": LeftOut.THUMBNAIL,  # Android, Linux
    ".trash": LeftOut.DELETED,  # macOS
    ".trashes": LeftOut.DELETED,
    "@eadir": LeftOut.THUMBNAIL,  # Synology
    "@recycle": LeftOut.DELETED,  # QNAP
    "__macosx": LeftOut.SYSTEM,  # what macOS adds to archives
    "found.000": LeftOut.SYSTEM,
    "lost+found": LeftOut.SYSTEM,
    "recycled": LeftOut.DELETED,  # Windows, until XP
    "recycler": LeftOut.DELETED,
    "system volume information": LeftOut.SYSTEM,
}
"""Folders by their names in lower case."""

FOLDER_STARTS = {".trash-": LeftOut.DELETED}
"""Folders by how their names begin: Linux adds the user's number."""

FOLDER_ENDS = {".lrdata": LeftOut.THUMBNAIL}
"""Folders by how their names end: Lightroom's previews, smart ones too."""

LIBRARIES = {
    ".photoslibrary": ("originals", "masters", "resources/renders", "resources/media/version"),  # Photos
    ".photolibrary": ("originals", "masters", "modified"),  # iPhoto
    ".migratedphotolibrary": ("originals", "masters", "modified"),
    ".aplibrary": ("masters",),  # Aperture
    ".migratedaplibrary": ("masters",),
}
"""Libraries by how their names end, and the folders of theirs that hold photos and edited photos at full size.

Whatever else is in them is derived from these (`resources/derivatives`, `thumbnails`, `previews`, ...) or shared by
others, at a reduced size (`scopes`).
"""

FILE_STARTS = {
    "synofile_thumb_": LeftOut.THUMBNAIL,
    "synophoto_": LeftOut.THUMBNAIL,
    "._": LeftOut.SYSTEM,  # what macOS could not store elsewhere
}
"""Files by how their names begin, in lower case."""

FILE_INITIALS = frozenset(initial for start in FILE_STARTS for initial in (start[0], start[0].upper()))
"""With which characters the names of such files begin."""


def folder_left_out(names: Sequence[str]) -> LeftOut | None:
    """Why this folder is passed over, if it is; `names` are those of its whole path, its own last.

    A folder within one that is passed over is not: whoever is there was sent there.
    """
    own = names[-1].lower()
    if own in FOLDERS:
        return FOLDERS[own]
    for start, why in FOLDER_STARTS.items():
        if own.startswith(start):
            return why
    for end, why in FOLDER_ENDS.items():
        if own.endswith(end):
            return why
    if own == "trash" and [name.lower() for name in names[-3:-1]] == [".local", "share"]:
        return LeftOut.DELETED
    for depth in (1, 2, 3, 4):
        if depth < len(names) and (photos := _photos_of(names[-1 - depth])):
            return _left_out_of_library("/".join(names[-depth:]).lower(), photos)
    return None


def _photos_of(library: str) -> tuple[str, ...]:
    return next((photos for end, photos in LIBRARIES.items() if library.lower().endswith(end)), ())


def _left_out_of_library(inside: str, photos: Sequence[str]) -> LeftOut | None:
    """Only where the path within the library leaves those of photos: its parent leads to one of them."""
    parent = inside.rpartition("/")[0]
    leads_there = any(f"{path}/".startswith(f"{inside}/") for path in photos)
    parent_leads_there = not parent or any(path.startswith(f"{parent}/") for path in photos)
    return LeftOut.THUMBNAIL if parent_leads_there and not leads_there else None


def file_left_out(name: str) -> LeftOut | None:
    """Why a file of this name is passed over, if it is."""
    if name[:1] not in FILE_INITIALS:
        return None
    lower = name.lower()
    return next((why for start, why in FILE_STARTS.items() if lower.startswith(start)), None)


def is_hidden(folder_name: str) -> bool:
    """Whether a folder is hidden and none of the table: no photos are expected there, and none are counted."""
    return folder_name.startswith(".") and folder_left_out((folder_name,)) is None
