"""What lies in one folder of a disk, each entry looked at once: photos, folders, links, and what cannot be used."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial

from facesorter.domain.companions import may_have_companions
from facesorter.domain.file_columns import FileColumns
from facesorter.domain.formats import AS_SPELLED, is_photo, is_photo_or_film, may_be_photo
from facesorter.domain.left_out import FILE_INITIALS, LeftOut, file_left_out, folder_left_out, is_hidden
from facesorter.domain.listing import Listing
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.places.disk.film_files import live_films
from facesorter.places.disk.long_paths import for_system
from facesorter.places.disk.open_folder import open_folder
from facesorter.places.disk.reading import NOT_A_FILE, reason_of
from facesorter.places.disk.without_suffix import begins_as_picture, pictures_among
from facesorter.places.live_films import may_hold_live_films, without_live_films

_DANGLING_LINK = N_("The link points to a file that is missing.")
_NOT_A_PHOTO = N_("It is not of a kind that FaceSorter can look at.")

_INITIALS = FILE_INITIALS | {"."}
"""With which characters the names of photos begin that may be left out or are hidden."""

_HIDES_BY_ATTRIBUTE = sys.platform in ("win32", "darwin")


def wanted(*, films: bool) -> Callable[[str], bool]:
    """What says of a name whether it is a photo's or, if these are wanted, a film's."""
    return is_photo_or_film if films else is_photo


class FolderContents:
    """What was found in one folder so far."""

    def __init__(self, folder: str, *, all_pictures: bool, films: bool) -> None:
        self._films = films
        self._is_wanted = wanted(films=films)
        self.folders: list[str] = []
        self.links: list[str] = []
        self.problems: dict[str, str] = {}
        self.passed_over: list[tuple[str, LeftOut]] = []
        self.left_out = Counter[LeftOut]()
        self.no_pictures = 0
        self._all_pictures = all_pictures
        self.folder = folder
        self._files: list[tuple[str, int, int]] = []
        """Name, size and time (ns) of each that is a photo or a film."""
        self._others: list[str] = []
        """The names of all other files that may belong to one of these."""
        self._changed_ns: int | None = None
        """When the folder itself was last changed, known once it is listed."""

    def list(self) -> None:
        """Look at all of the folder. Raises `OSError`."""
        unsure: list[os.DirEntry[str]] = []
        changed_ns = os.stat(for_system(self.folder)).st_mtime_ns  # before it is listed: what is added then changes it
        with open_folder(self.folder) as entries:
            files = self._files
            for entry in entries:
                try:
                    name = entry.name
                    if name[name.rfind(".") :] in AS_SPELLED and name[0] not in _INITIALS and entry.is_file():
                        status = entry.stat()
                        files.append((name, status.st_size, status.st_mtime_ns))
                    elif not self._take_in(entry):
                        unsure.append(entry)
                except FileNotFoundError:
                    continue  # it vanished since the folder was read
                except OSError as error:
                    self._others.append(entry.name)
                    if self._is_wanted(entry.name) or error.errno != errno.ELOOP:
                        self.problems[os.path.join(self.folder, entry.name)] = reason_of(error)
            pictures = pictures_among(self.folder, unsure)
        self.no_pictures = len(unsure) - len(pictures)
        for name, status in pictures:
            self._add(name, status)
        self._changed_ns = changed_ns

    def _take_in(self, entry: os.DirEntry[str]) -> bool:
        """Look at what may be anything; False for a file that only its content can tell to be a picture."""
        if self._is_wanted(entry.name) and entry.is_file():
            why = None if self._all_pictures else file_left_out(entry.name)
            if why is None:
                self._add(entry.name, entry.stat())
            else:
                self.left_out[why] += 1
                self._others.append(entry.name)
        elif entry.is_dir():
            self._enter_unless_left_out(entry, os.path.join(self.folder, entry.name))
        elif may_be_photo(entry.name) and entry.is_file():
            return False
        else:
            self._others.append(entry.name)
            if self._is_wanted(entry.name):
                why = _(_DANGLING_LINK if entry.is_symlink() else NOT_A_FILE)
                self.problems[os.path.join(self.folder, entry.name)] = why
        return True

    def _enter_unless_left_out(self, entry: os.DirEntry[str], path: str) -> None:
        if is_hidden(entry.name) or (_HIDES_BY_ATTRIBUTE and _hidden_by_attribute(entry.stat(follow_symlinks=False))):
            return
        why = folder_left_out(path.split(os.sep))
        if why is None or (self._all_pictures and why is not LeftOut.SYSTEM):
            (self.links if entry.is_symlink() else self.folders).append(path)
        elif why is not LeftOut.SYSTEM and not entry.is_symlink():
            self.passed_over.append((path, why))

    def add_file(self, name: str) -> None:
        """Look at a single file of the folder."""
        path = os.path.join(self.folder, name)
        if not (self._is_wanted(name) or may_be_photo(name)):
            self.problems[path] = _(_NOT_A_PHOTO)
            return
        try:
            status = os.stat(for_system(path))
        except OSError as error:
            self.problems[path] = reason_of(error)
            return
        if not stat.S_ISREG(status.st_mode):
            self.problems[path] = _(NOT_A_FILE)
        elif self._is_wanted(name) or begins_as_picture(path, status.st_size):
            self._add(name, status)
        else:
            self.problems[path] = _(_NOT_A_PHOTO)

    def _add(self, name: str, status: os.stat_result) -> None:
        self._files.append((name, status.st_size, status.st_mtime_ns))

    def listing(self, *, whole: bool, mount: str | None) -> Listing:
        """All of it, sorted by name."""
        entries = FileColumns.by_name(self._files)
        alone = self._changed_ns is not None and not may_have_companions([*entries.names, *self._others])
        if self._films and not alone and may_hold_live_films(entries.names):
            entries = without_live_films(entries, partial(live_films, self.folder))
        counted = self.no_pictures, self.left_out
        alone_at = self._changed_ns if alone else None
        return Listing(self.folder, entries, self.problems, whole, *counted, self._films, mount, alone_at)


def _hidden_by_attribute(status: os.stat_result) -> bool:
    """As Windows and macOS hide `AppData` and `Library`, with the pictures that programs keep for themselves."""
    attributes, flags = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN or flags & stat.UF_HIDDEN)
