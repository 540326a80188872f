"""Names that Picasa and Google Photos keep beside photos, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from facesorter.domain.models import BoundingBox
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.names import one_spelling

PICASA_FILES = (".picasa.ini", "Picasa.ini")
"""What Picasa calls its notes on a folder, in newer versions and older ones."""

_SECTION = re.compile(r"\[(?P<name>.*)\]")
_FACE = re.compile(r"rect64\((?P<box>[0-9a-f]{1,16})\),(?P<person>[0-9a-f]+)", re.IGNORECASE)
_UNKNOWN = "ffffffffffffffff"


def picasa_faces(notes: str) -> Mapping[str, tuple[NamedFace, ...]]:
    """The people in the photos of a folder, by the photo's name in lower case, from the folder's `.picasa.ini`.

    Boxes are four numbers of 16 bits, in the picture as Picasa shows it: upright. What is no such notes holds nobody.
    """
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for line in notes.splitlines():
        heading = _SECTION.fullmatch(line.strip())
        if heading:
            section = sections.setdefault(heading["name"], {})
        else:
            key, _equals, value = line.partition("=")
            section[key.strip()] = value.strip()
    contacts = {
        key.lower(): one_spelling(value.partition(";")[0])
        for name in ("Contacts", "Contacts2")
        for key, value in sections.get(name, {}).items()
    }
    return {
        photo.lower(): tuple(_picasa_faces(facts["faces"], contacts))
        for photo, facts in sections.items()
        if "faces" in facts
    }


def _picasa_faces(faces: str, contacts: Mapping[str, str]) -> Iterator[NamedFace]:
    for face in _FACE.finditer(faces):
        person = face["person"].lower()
        name = contacts.get(person, "")
        if name and person != _UNKNOWN:
            numbers = face["box"].zfill(16)
            left, top, right, bottom = (int(numbers[at : at + 4], 16) / 65536 for at in (0, 4, 8, 12))
            if right > left and bottom > top:
                yield NamedFace(name, BoundingBox(left, top, right - left, bottom - top))


def takeout_names(note: bytes) -> tuple[str, ...]:
    """The `people` of a note of Google Takeout; what is no such note names nobody."""
    try:
        read: Any = json.loads(note)
    except ValueError:
        return ()
    people: Any = cast("dict[str, Any]", read).get("people") if isinstance(read, dict) else None
    if not isinstance(people, list):
        return ()
    named: list[Any] = [
        cast("dict[str, Any]", one).get("name") for one in cast("list[Any]", people) if isinstance(one, dict)
    ]
    return tuple(name for one in named if isinstance(one, str) and (name := one_spelling(one)))
