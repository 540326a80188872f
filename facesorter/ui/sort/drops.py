"""People by their headshots, in folders that were dropped on *Who?*."""

from __future__ import annotations

import os

from facesorter.domain.formats import is_photo
from facesorter.domain.names import one_spelling
from facesorter.domain.places import kind_of
from facesorter.ui.shell import words
from facesorter.ui.widgets.drops import Dropped, sort_out

People = dict[str, list[str]]
"""Headshots by name."""


def sort_out_people(paths: list[str]) -> tuple[People, Dropped]:
    """The people whose folders these are, and what else was dropped. To be called on a worker."""
    people: People = {}
    found = sort_out(paths)
    folders, found.folders = found.folders, []
    for folder in folders:
        inside = people_in(folder) if kind_of(folder).has_files else {}
        if not inside:
            found.refused.empty.append(folder)
        for name, pictures in inside.items():
            people.setdefault(name, []).extend(pictures)
    return people, found


def people_in(folder: str) -> People:
    """Headshots by name: of the folder's subfolders, or of the folder itself if it has pictures."""
    found: People = {}
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
