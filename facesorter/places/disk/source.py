"""Folders on disk, and single files, as a source of photos. Nothing in them is ever written to.

Only regular files are opened: a pipe named `.jpg` would block for ever, and opening a device may do anything. A link
to a photo is a photo like any other. A link to a folder is followed last, and only into a folder that was not listed
by then, so that a photo goes by its real path where it has one and no loop is followed round.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.films import StopCheck
from facesorter.domain.formats import is_photo, may_be_photo
from facesorter.domain.listing import KnownFolder, Listing
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Metadata
from facesorter.places.description import describe
from facesorter.places.disk.film_files import opened_film
from facesorter.places.disk.folder_contents import FolderContents, wanted
from facesorter.places.disk.long_paths import for_system
from facesorter.places.disk.presence import is_gone, mount_of
from facesorter.places.disk.reading import open_regular, read_file, reason_of

if TYPE_CHECKING:
    from facesorter.images.films import FilmFile

_WHAT_TO_DO = N_("Connect the disk it is on, or check your rights.")
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
        self._is_wanted = wanted(films=films)
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
            contents = FolderContents(folder, all_pictures=self._all_pictures, films=self._films)
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
        by_folder: dict[_Identity | None, FolderContents] = {}
        for path in self._paths:
            folder, name = os.path.split(path)
            identity = _identity(folder)
            if path in self._roots or (identity in visited and (self._is_wanted(name) or may_be_photo(name))):
                continue
            contents = by_folder.setdefault(identity, FolderContents(folder, all_pictures=True, films=self._films))
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


def _identity(path: str) -> _Identity | None:
    """The same for every path of a folder; None if it cannot be reached."""
    try:
        status = os.stat(for_system(path))
    except OSError:
        return None
    return status.st_dev, status.st_ino or os.path.realpath(path)


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
