"""Folders on disk, and single files, as a source of photos. Nothing in them is ever written to.

Only regular files are opened: a pipe named `.jpg` would block for ever, and opening a device may do anything. A link
to a photo is a photo like any other. A link to a folder is followed last, and only into a folder that was not listed
by then, so that a photo goes by its real path where it has one and no loop is followed round.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.films import StopCheck
from facesorter.domain.formats import is_photo, is_photo_or_film, may_be_photo
from facesorter.domain.left_out import LeftOut, file_left_out, folder_left_out, is_hidden
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import FolderEntry, KnownFolder, Listing, Metadata, kept_time
from facesorter.places.description import describe
from facesorter.places.disk.film_files import live_films, opened_film
from facesorter.places.disk.long_paths import for_system
from facesorter.places.disk.presence import is_gone, mount_of
from facesorter.places.disk.reading import NOT_A_FILE, open_regular, read_file, reason_of
from facesorter.places.disk.without_suffix import begins_as_picture, pictures_among
from facesorter.places.live_films import without_live_films

if TYPE_CHECKING:
    from facesorter.images.films import FilmFile

_DANGLING_LINK = N_("The link points to a file that is missing.")
_WHAT_TO_DO = N_("Connect the disk it is on, or check your rights.")
_NOT_A_PHOTO = N_("It is not of a kind that FaceSorter can look at.")

_HIDES_BY_ATTRIBUTE = sys.platform in ("win32", "darwin")

_Identity = tuple[int, int | str]  # device and inode, or the real path where a file system has no inodes


class FolderSource:
    """The `PhotoSource` of some folders and single files.

    `skip` are folders that are not entered unless they are given themselves: where copies go. With `all_pictures` those
    that are usually left out (`domain.left_out`) are listed too, and with `films` films, but for those of Live Photos.
    """

    def __init__(
        self,
        paths: Sequence[str],
        recursive: bool = True,
        skip: Collection[str] = (),
        *,
        all_pictures: bool = False,
        films: bool = False,
    ) -> None:
        self._paths = list(dict.fromkeys(os.path.abspath(path) for path in paths))
        self._recursive = recursive
        self._all_pictures = all_pictures
        self._skip = {os.path.abspath(path) for path in skip}
        self._roots: dict[str, int] = {}
        self._films = films
        self._is_wanted = _wanted(films=films)
        self._mounts: dict[int, str] = {}
        self._listed: set[str] = set()

    def listings(self) -> Iterator[Listing]:
        """Every folder once, in a stable order, whether it holds photos or not; single files last.

        Hidden folders and those of `domain.left_out` are left out. A folder that cannot be listed is a problem under
        its own path. Raises `WrongUse` if a path that was given does not exist, `StorageUnavailable` if it cannot be
        reached, at first or later.
        """
        folders = [path for path in self._paths if self._remember(path)]
        skipped: set[str | _Identity] = {*self._skip, *filter(None, map(_identity, self._skip))}
        visited: set[_Identity] = set()
        links: list[str] = []
        for folder in folders:
            yield from self._walk(folder, skipped, visited, links)
        for link in links:  # which may grow meanwhile
            yield from self._walk(link, skipped, visited, links)
        yield from self._single_files(visited)

    def gone(self, folder: KnownFolder, names: Callable[[], Sequence[str]]) -> Sequence[str]:
        """All of a folder that is gone, below one that was given; see `PhotoSource.gone`."""
        is_below = any(folder.path.startswith(os.path.join(root, "")) for root in self._roots)
        return names() if is_below and folder.path not in self._listed and is_gone(folder) else ()

    def read(self, path: str) -> bytes:
        """The whole file. Raises `PhotoError` for this file, `StorageUnavailable` if its folder is out of reach."""
        try:
            return read_file(path)
        except PhotoError:
            self._require_reachable(path)
            raise

    def describe(self, data: bytes) -> Metadata:
        """See `PhotoSource.describe`."""
        return describe(data)

    @contextmanager
    def film(self, path: str, stopped: StopCheck) -> Generator[FilmFile]:
        """The film, opened. Raises as `read`, and `FilmAbandoned`."""
        try:
            with opened_film(path, open_regular, stopped) as film:
                yield film
        except PhotoError:
            self._require_reachable(path)
            raise
        except OSError as error:
            self._require_reachable(path)
            raise PhotoError(reason_of(error)) from error

    def _remember(self, path: str) -> bool:
        """Note on which device a path that was given lies; whether it is a folder."""
        try:
            is_folder = stat.S_ISDIR(os.stat(for_system(path)).st_mode)
            if is_folder:
                os.scandir(for_system(path)).close()
            root = path if is_folder else os.path.dirname(path)
            self._roots[root] = os.stat(for_system(root)).st_dev
        except (FileNotFoundError, NotADirectoryError):
            raise WrongUse(
                _("{path} does not exist.").format(path=path), _("Check the spelling, or connect the disk it is on.")
            ) from None
        except OSError as error:
            raise _unreachable(path, error) from error
        return is_folder

    def _require_reachable(self, path: str) -> None:
        """Raise `StorageUnavailable` if the folder that was given and holds `path` is gone.

        It is gone too when it is on another device now: the empty mount point of a disk that was pulled out.
        """
        for root, device in self._roots.items():
            if path.startswith(os.path.join(root, "")):
                try:
                    is_there = os.stat(for_system(root)).st_dev == device
                except OSError as error:
                    raise _unreachable(root, error) from error
                if not is_there:
                    raise StorageUnavailable(_("{root} cannot be reached.").format(root=root), _(_WHAT_TO_DO))

    def _walk(
        self, top: str, skipped: Collection[str | _Identity], visited: set[_Identity], links: list[str]
    ) -> Iterator[Listing]:
        """The listings of a folder and, if asked for, those below it; links to folders join `links`."""
        pending = [top]
        while pending:
            folder = pending.pop()
            identity = _identity(folder)
            if identity in visited or (folder not in self._roots and (folder in skipped or identity in skipped)):
                continue
            if identity is not None:
                visited.add(identity)
            contents = _Contents(folder, all_pictures=self._all_pictures, films=self._films)
            try:
                contents.list()
            except OSError as error:
                self._require_reachable(os.path.join(folder, ""))
                if folder in self._roots:
                    raise _unreachable(folder, error) from error
                if isinstance(error, FileNotFoundError):
                    continue  # it vanished since the folder above was listed
                contents.problems[folder] = reason_of(error)
                yield contents.listing(whole=False, mount=self._mount(folder, identity))
            else:
                if self._recursive:
                    for passed_over, why in contents.passed_over:
                        contents.left_out[why] += _pictures_below(passed_over, self._roots)
                self._listed.add(folder)
                yield contents.listing(whole=True, mount=self._mount(folder, identity))
            if self._recursive:
                pending.extend(sorted(contents.folders, reverse=True))
                links.extend(sorted(contents.links))

    def _single_files(self, visited: Collection[_Identity]) -> Iterator[Listing]:
        """The files that were given themselves, by folder, without those that a listed folder holds."""
        by_folder: dict[_Identity | None, _Contents] = {}
        for path in self._paths:
            folder, name = os.path.split(path)
            identity = _identity(folder)
            if path in self._roots or (identity in visited and (self._is_wanted(name) or may_be_photo(name))):
                continue
            contents = by_folder.setdefault(identity, _Contents(folder, all_pictures=True, films=self._films))
            contents.add_file(name)
        for identity, contents in by_folder.items():
            yield contents.listing(whole=False, mount=self._mount(contents.folder, identity))

    def _mount(self, folder: str, identity: _Identity | None) -> str | None:
        """Where the file system of a folder is mounted, as far as the folder can be reached."""
        if identity is None:
            return None
        device = identity[0]
        if device not in self._mounts:
            self._mounts[device] = mount_of(folder)
        return self._mounts[device]


def _wanted(*, films: bool) -> Callable[[str], bool]:
    return is_photo_or_film if films else is_photo


class _Contents:
    """What was found in one folder so far."""

    def __init__(self, folder: str, *, all_pictures: bool, films: bool) -> None:
        self._films = films
        self._is_wanted = _wanted(films=films)
        self.folders: list[str] = []
        self.links: list[str] = []
        self.problems: dict[str, str] = {}
        self.passed_over: list[tuple[str, LeftOut]] = []
        self.left_out = Counter[LeftOut]()
        self.no_pictures = 0
        self._all_pictures = all_pictures
        self.folder = folder
        self._entries: list[FolderEntry] = []

    def list(self) -> None:
        """Look at all of the folder. Raises `OSError`."""
        unsure: list[os.DirEntry[str]] = []
        with os.scandir(for_system(self.folder)) as entries:
            for entry in entries:
                try:
                    if self._is_wanted(entry.name) and entry.is_file():
                        self._add_unless_left_out(entry)
                    elif entry.is_dir():
                        self._enter_unless_left_out(entry, os.path.join(self.folder, entry.name))
                    elif may_be_photo(entry.name) and entry.is_file():
                        unsure.append(entry)
                    elif self._is_wanted(entry.name):
                        why = _(_DANGLING_LINK if entry.is_symlink() else NOT_A_FILE)
                        self.problems[os.path.join(self.folder, entry.name)] = why
                except FileNotFoundError:
                    continue  # it vanished since the folder was read
                except OSError as error:
                    if self._is_wanted(entry.name) or error.errno != errno.ELOOP:
                        self.problems[os.path.join(self.folder, entry.name)] = reason_of(error)
        pictures = pictures_among(unsure)
        self.no_pictures = len(unsure) - len(pictures)
        for name, status in pictures:
            self._add(name, status)

    def _add_unless_left_out(self, entry: os.DirEntry[str]) -> None:
        why = None if self._all_pictures else file_left_out(entry.name)
        if why is None:
            self._add(entry.name, entry.stat())
        else:
            self.left_out[why] += 1

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
        self._entries.append(FolderEntry(name, status.st_size, kept_time(status.st_mtime_ns)))

    def listing(self, *, whole: bool, mount: str | None) -> Listing:
        """All of it, sorted by name."""
        entries = without_live_films(self._entries, partial(live_films, self.folder))
        ordered = tuple(sorted(entries, key=itemgetter(0)))
        counted = self.no_pictures, self.left_out
        return Listing(self.folder, ordered, self.problems, whole, *counted, films=self._films, mount=mount)


def _identity(path: str) -> _Identity | None:
    """The same for every path of a folder; None if it cannot be reached."""
    try:
        status = os.stat(for_system(path))
    except OSError:
        return None
    return status.st_dev, status.st_ino or os.path.realpath(path)


def _hidden_by_attribute(status: os.stat_result) -> bool:
    """As Windows and macOS hide `AppData` and `Library`, with the pictures that programs keep for themselves."""
    attributes, flags = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN or flags & stat.UF_HIDDEN)


def _pictures_below(folder: str, looked_through: Collection[str]) -> int:
    """How many files are called like pictures in a folder that is passed over; nothing is opened, no link followed."""
    pictures = 0
    for path, folders, files in os.walk(folder):
        if path in looked_through:
            folders.clear()
        else:
            pictures += sum(map(is_photo, files))
    return pictures


def _unreachable(path: str, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        _("{path} cannot be reached: {reason}.").format(path=path, reason=error.strerror), _(_WHAT_TO_DO)
    )
