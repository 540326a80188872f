"""People as they are being described: headshots, a name, and what files and folders say of both."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from facesorter.domain.formats import is_photo
from facesorter.domain.names import one_spelling
from facesorter.ui.shell import words

if TYPE_CHECKING:
    from facesorter.pipeline.enrol import HeadshotReport
    from facesorter.ui.widgets.pictures import Loaded

CAMERA_NAMES = frozenset({"img", "dsc", "dscf", "dscn", "dcim", "pict", "photo", "image", "picture", "pxl", "headshot"})

MOST_HEADSHOTS = 50
"""Of one person. Whoever has more pictures at hand means the photos to search, and each would be looked at first."""


@dataclass
class Shot:
    """A headshot as far as it is known; `report` and `loaded` come later, from workers."""

    path: str
    face_index: int | None = None
    report: HeadshotReport | None = None
    loaded: Loaded | None = None

    @property
    def usable(self) -> bool:
        return self.report is not None and bool(self.report.faces)

    @property
    def chosen(self) -> int:
        return self.face_index or 0


@dataclass
class Draft:
    """A person being described; `doubtful` when two of the pictures may not show the same person."""

    name: str = ""
    shots: list[Shot] = field(default_factory=list[Shot])
    doubtful: bool = False

    @property
    def usable(self) -> list[Shot]:
        return [shot for shot in self.shots if shot.usable]


def name_from(path: str) -> str:
    """A guess at a person's name from a file's: `anna_2.jpg` gives `Anna`; "" if it looks like a camera's."""
    stem = words.file_name(path).rsplit(".", 1)[0].replace("_", " ").replace("-", " ").rstrip("0123456789 ")
    stem = one_spelling(stem)
    plain = stem.replace(" ", "")
    if not plain.isalpha() or len(plain) > 40 or plain.lower() in CAMERA_NAMES:
        return ""
    return stem if any(letter.isupper() for letter in stem) else stem.title()


def people_in(folder: str) -> dict[str, list[str]]:
    """Headshots by name: of the folder's sub-folders, or of the folder itself if it has pictures."""
    found: dict[str, list[str]] = {}
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        pictures = [entry.path for entry in entries if entry.is_file() and is_photo(entry.name)]
        if pictures:
            return {one_spelling(words.file_name(folder.rstrip("/"))): pictures}
        for entry in entries:
            if entry.is_dir():
                inside = sorted(os.scandir(entry.path), key=lambda one: one.name)
                pictures = [one.path for one in inside if one.is_file() and is_photo(one.name)]
                if pictures:
                    found[one_spelling(words.readable(entry.name))] = pictures
    except OSError:
        return found
    return found
