"""What was dropped: pictures, folders, and what cannot be used. The disk is asked by a worker, never by the window."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from facesorter.domain.formats import is_photo, suffix_of
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.places import is_elsewhere, kind_of, name_of
from facesorter.ui.shell import words

NAMED = 3
"""Of many files that cannot be used, so many are named and the others counted."""


@dataclass
class Refused:
    """What cannot be used, by the reason: addresses of other computers, paths that are not there, and so on."""

    remote: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])
    no_pictures: list[str] = field(default_factory=list[str])
    empty: list[str] = field(default_factory=list[str])

    def sentences(self) -> tuple[str, str]:
        """What happened and what to do, both "" if nothing was refused."""
        remote, missing, other, empty = (
            len(paths) for paths in (self.remote, self.missing, self.no_pictures, self.empty)
        )
        told = (
            (
                self.remote,
                ngettext(
                    "{} cannot be opened: it is not on this computer.",
                    "{} cannot be opened: they are not on this computer.",
                    remote,
                ),
                _("Open the share in your file manager first, then drop a folder from there."),
            ),
            (
                self.missing,
                ngettext("{} cannot be found.", "{} cannot be found.", missing),
                _("Check that the drive is connected, then try again."),
            ),
            (
                self.no_pictures,
                ngettext(
                    "{} is not a picture that FaceSorter can read.",
                    "{} are not pictures that FaceSorter can read.",
                    other,
                ),
                _("Choose pictures such as JPEG, PNG or HEIC."),
            ),
            (
                self.empty,
                ngettext("There are no pictures in {}.", "There are no pictures in {}.", empty),
                _("Drop a folder with pictures of one person, or with a subfolder for each person."),
            ),
        )
        happened = [sentence.format(named(paths)) for paths, sentence, _advice in told if paths]
        advice = [advice for paths, _sentence, advice in told if paths]
        return " ".join(happened), advice[0] if len(advice) == 1 else ""


@dataclass
class Dropped:
    """Pictures, folders, and what is neither."""

    pictures: list[str] = field(default_factory=list[str])
    folders: list[str] = field(default_factory=list[str])
    refused: Refused = field(default_factory=Refused)


def named(paths: list[str]) -> str:
    """As `a.docx, b.docx, c.docx and 4 more`."""
    shown = ", ".join(_name(path) for path in paths[:NAMED])
    more = len(paths) - NAMED
    return ngettext("{} and {} more", "{} and {} more", more).format(shown, words.number(more)) if more > 0 else shown


def _name(path: str) -> str:
    name = "" if "://" in path else words.file_name(path.rstrip("/" + os.sep))
    return words.in_a_sentence(name or words.readable(path))


def sort_out(paths: list[str]) -> Dropped:
    """Which of these are pictures and which are folders of photos. To be called on a worker."""
    found = Dropped()
    for path in paths:
        if is_elsewhere(path):
            found.refused.remote.append(path)
        elif not kind_of(path).has_folders:
            (found.pictures if is_photo(name_of(path)) else found.folders).append(path)
        elif os.path.isdir(path):
            found.folders.append(path)
        elif not os.path.isfile(path):
            found.refused.missing.append(path)
        elif is_photo(os.path.basename(path)) or not suffix_of(os.path.basename(path)):
            found.pictures.append(path)
        else:
            found.refused.no_pictures.append(path)
    return found
