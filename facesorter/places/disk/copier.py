"""Puts copies of photos into people's folders, and takes them back.

What FaceSorter may remove is decided here alone, and narrowly: its own temporary files, by the names in its journal,
and copies that it made and that are unchanged to the last byte.
"""

from __future__ import annotations

import errno
import functools
import logging
import os
import re
import secrets
import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress

from facesorter.domain.companions import NOTE_SUFFIXES
from facesorter.domain.errors import PhotoChanged, PhotoError, SourceUnavailable, StorageUnavailable
from facesorter.domain.formats import suffix_of
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo, kept_time
from facesorter.domain.names import harmless
from facesorter.domain.places import is_in_s3, name_of
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.places.disk import removal
from facesorter.places.disk.destination import is_link, require_real
from facesorter.places.disk.file_names import numbered
from facesorter.places.disk.reading import reason_of
from facesorter.places.disk.transfer import (
    NameRefused,
    SourceChanged,
    clone,
    digest_of,
    hard_link,
    publish_new,
    sync_folder,
    write_copy,
    write_new,
    writing,
)
from facesorter.places.taken_names import Found, TakenNames

SAME_TIME_NS = 2_000_000_000
"""Two modification times this close (ns) are the same: FAT keeps even seconds only, some shares whole ones."""

_TEMPORARY_NAME = re.compile(r"\.facesorter-[0-9a-f]{16}\.part")

_log = logging.getLogger(__name__)


class FileCopier:
    """The `Copier` for folders. `method` is `copy`, `hard` (hard link) or `reflink` (blocks shared until changed).

    A copy is verified: the SHA-256 of its bytes, taken on their way into the file (of a link or reflink: taken from
    the finished file), is that of the photo that was looked at, and the length is right after the fsync. Where links
    or reflinks cannot be made, photos are copied, and that is logged.
    """

    dry_run = False
    read: Callable[[str], bytes] | None = None
    """Reads an object of S3, where there is an account that may."""

    def __init__(self, method: str, copies_in: Callable[[str], Iterable[CopyRecord]] = lambda _: ()) -> None:
        """`copies_in` tells what the journal knows of a folder, so that what lies there need not be read."""
        self.copies_in = copies_in
        self._method = method
        self._names = TakenNames(self.look, self._digest, beyond=1)
        self._made: dict[str, dict[str, CopyRecord]] = {}
        self._known_folders: set[str] = set()
        self._plain_folders: set[str] = set()

    def place(self, order: CopyOrder) -> Placement | str:
        """The first free of `a.jpg`, `a (1).jpg`, ..., or the path where the same photo lies under such a name.

        One name beyond the first free one is looked at too, since a copy before it may have been taken back. A name is
        free if those that its companions would have are, too.
        """
        folder, photo = order.folder, order.photo
        if order.name:
            return self._place_companion(order)
        content = self.content_of(photo)
        status = self._status(folder)
        require_real(folder)
        name = name_of(photo.path)
        if folder in self._plain_folders:
            name = harmless(name) or "photo"

        def paths() -> Iterator[str]:
            return (os.path.join(folder, candidate) for candidate in numbered(name, folder))

        def accepts(path: str) -> bool:
            return all(self._fits(one) for one in order.for_companions(path))

        free, is_there = self._names.find((folder, name), paths, content, photo.size, accepts)
        return free if is_there else _placement(free, content, new_folder=status is None)

    def _fits(self, order: CopyOrder) -> bool:
        """Whether a companion's name is free, or taken by the same content."""
        path = self._companion_path(order)
        try:
            found = self.look(path)
        except PhotoError:  # no name will do for it: that is told when it is copied, and does not hold the photo back
            return True
        if found is None:
            return True
        if found.size != order.photo.size:
            return False
        try:
            return (found.content or self._digest(path)) == self.content_of(order.photo)
        except PhotoError:
            return False

    def _companion_path(self, order: CopyOrder) -> str:
        plain = order.folder in self._plain_folders
        return os.path.join(order.folder, harmless(order.name) if plain else order.name)

    def _place_companion(self, order: CopyOrder) -> Placement | str:
        """Beside the photo's copy; one of which size and time are those of its copy is not read."""
        path, file = self._companion_path(order), order.photo
        status = self._status(order.folder)
        require_real(order.folder)
        record = self._made_in(order.folder).get(path)
        is_ours = record is not None and record.source == file.path
        if record and is_ours and self.intact(record):
            same_time = abs(record.modified_ns - file.modified_ns) <= SAME_TIME_NS
            if record.content == file.content or (not file.content and same_time and record.size == file.size):
                return path
        if self.look(path) is None:
            return _placement(path, self.content_of(file), new_folder=status is None)
        if self._fits(order):
            return path
        if is_ours:
            raise PhotoError(_("It changed since it was copied; its copy is kept as it is."))
        raise PhotoError(_("Another file has the name that it would have beside the copy."))

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """See `Copier.publish`. A photo that changes meanwhile is tried twice."""
        folder = os.path.dirname(placement.target)
        require_real(folder)
        made = self._make_folder(folder)
        try:
            try:
                return self._transfer(order, placement)
            except SourceChanged:
                self._discard(placement.temporary)
                return self._transfer(order, placement)
        except BaseException as error:
            self._discard(placement.temporary)
            if made:
                with suppress(OSError):
                    os.rmdir(folder)
                    self._known_folders.discard(folder)
            if isinstance(error, SourceChanged):
                raise PhotoChanged from None
            raise

    def sync(self, folders: Iterable[str]) -> None:
        """One fsync a folder."""
        for folder in folders:
            try:
                sync_folder(folder)
            except OSError as error:
                raise StorageUnavailable(
                    _("The folder {folder} reports an error ({reason}).").format(folder=folder, reason=error.strerror),
                    _("Check its drive, then go on."),
                ) from error

    def intact(self, record: CopyRecord) -> bool:
        """Whether a file of the recorded size and time (within 2 s) lies there, in a folder that is no link."""
        if is_link(os.path.dirname(record.target)):
            return False
        try:
            status = os.lstat(record.target)
        except OSError:
            return False
        return _unchanged(status, record)

    def content(self, path: str) -> bytes | None:
        """See `Copier.content`."""
        self._require_destination(path)
        return digest_of(path) if self._status(path) else None

    def require_photo(self, record: CopyRecord) -> None:
        """See `Copier.require_photo`."""
        photo = removal.require_photo(record, self.read)
        status = self._status(record.target)
        if status and stat.S_ISREG(status.st_mode):
            with _as_problem():
                removal.require_other(photo, removal.place_of(record.target))

    def adopt(self, record: CopyRecord, temporary: str) -> tuple[int, int] | None:
        """See `Copier.adopt`. An empty file beside our temporary one is the name that `publish_new` claimed."""
        self._require_destination(record.target)
        status = self._status(record.target)
        if status and stat.S_ISREG(status.st_mode) and status.st_size == 0 and self._status(temporary):
            with writing(os.path.dirname(temporary)):
                os.unlink(record.target)
            _log.warning("A copy had been cut off before it was more than a name, which was removed: %s", record.target)
            status = None
        self._discard(temporary)
        if status and stat.S_ISREG(status.st_mode) and digest_of(record.target) == record.content:
            return status.st_size, kept_time(status.st_mtime_ns)
        return None

    def take_back(self, record: CopyRecord) -> bool:
        """Remove the copy if its size, time and content are as they were made; never a link or anything else.

        It stays unless another file holds the same bytes at that moment.
        """
        target = record.target
        self._require_destination(target)
        removal.put_back_what_was_set_aside(target)
        status = self._status(target)
        if status is None:
            if not os.path.isdir(os.path.dirname(target)):
                raise PhotoError(_("Its folder is gone."))
            return False
        with _as_problem():
            if not _unchanged(status, record) or digest_of(target) != record.content:
                raise PhotoError(_("It was changed since it was copied."))
            copy = removal.place_of(target)
            is_file = record.source and not is_in_s3(record.source)
            photo = removal.require_photo(record, self.read) if is_file else None
            removal.require_other(photo, copy)
            removal.remove(record, copy, photo, self.read)
        return True

    def remove_folder(self, folder: str) -> None:
        """Remove the folder if it is empty; a folder that is not, or that is gone, is left as it is."""
        with suppress(OSError):
            os.rmdir(folder)
            self._known_folders.discard(folder)

    def content_of(self, photo: Photo) -> bytes:
        """By what the photo's bytes are known."""
        return photo.content or digest_of(photo.path)

    def _status(self, path: str) -> os.stat_result | None:
        """What lies there, by that name or by one the file system takes for it; None if nothing does."""
        try:
            return os.lstat(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            if NameRefused.means(error):
                return None
            if error.errno == errno.ENAMETOOLONG:  # a companion's name is never cut, as a photo's is
                raise PhotoError(reason_of(error)) from error
            with writing(os.path.dirname(path)):
                raise

    def look(self, path: str) -> Found | None:
        """What lies in the destination under this path."""
        status = self._status(path)
        if status is None:
            return None
        return Found(status.st_size if stat.S_ISREG(status.st_mode) else -1)

    def _digest(self, path: str) -> bytes | None:
        """Of what lies in the destination: by the journal where it is a copy that looks as it was made."""
        record = self._made_in(os.path.dirname(path)).get(path)
        if record and self.intact(record):
            return record.content
        try:
            return digest_of(path)
        except PhotoError:
            return None  # what cannot be read keeps its name
        except SourceUnavailable as error:  # of the destination, this time
            raise StorageUnavailable(error.what_happened, error.what_to_do) from error

    def _made_in(self, folder: str) -> dict[str, CopyRecord]:
        if folder not in self._made:
            self._made[folder] = {record.target: record for record in self.copies_in(folder)}
        return self._made[folder]

    def _transfer(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """The copy's size and time, read before it has its name: from then on nothing may fail."""
        target, temporary = placement.target, placement.temporary
        folder = os.path.dirname(target)
        made = order.made
        content = self._write(order.photo.path, temporary) if made is None else write_new(made, temporary)
        if content != placement.content:
            raise SourceChanged
        with writing(folder):
            status = os.lstat(temporary)
        try:
            publish_new(temporary, target)
        except FileExistsError:
            raise
        except NameRefused:
            if os.path.basename(target) == harmless(os.path.basename(target)):
                raise PhotoError(_("Its name is not possible in the destination.")) from None
            self._plain_folders.add(folder)
            raise FileExistsError(target) from None
        except OSError:
            with writing(folder):
                raise
        return status.st_size, kept_time(status.st_mtime_ns)

    def _write(self, source: str, temporary: str) -> bytes:
        if self._method != "copy" and suffix_of(source) not in NOTE_SUFFIXES:  # other programs write into notes
            digest = (hard_link if self._method == "hard" else clone)(source, temporary)
            if digest is not None:
                return digest
            _say_copied_instead(self._method, os.path.dirname(temporary))
        return write_copy(source, temporary)

    def _make_folder(self, folder: str) -> bool:
        """Make a person's folder; not its parent, which would hide that a drive has gone. Whether it was made now."""
        if os.path.isdir(folder):
            self._known_folders.add(folder)
            return False
        if folder in self._known_folders:
            raise StorageUnavailable(
                _("The folder {folder} has gone.").format(folder=folder), _("Connect its drive again, then go on.")
            )
        with writing(folder):
            os.mkdir(folder)
        self._known_folders.add(folder)
        return True

    def _require_destination(self, target: str) -> None:
        folder = os.path.dirname(target)
        destination = os.path.dirname(folder)
        if not os.path.isdir(destination):
            raise StorageUnavailable(
                _("The folder {destination} cannot be reached.").format(destination=destination),
                _("Connect its drive, then go on."),
            )
        if is_link(folder):
            raise PhotoError(_("The folder {folder} is a link to another place.").format(folder=folder))

    def _discard(self, temporary: str) -> None:
        if _TEMPORARY_NAME.fullmatch(os.path.basename(temporary)):
            try:
                os.unlink(temporary)
            except FileNotFoundError:
                pass
            except OSError as error:
                _log.warning("A temporary file could not be removed (%s): %s", error.strerror, temporary)


def _placement(path: str, content: bytes, *, new_folder: bool) -> Placement:
    temporary = os.path.join(os.path.dirname(path), f".facesorter-{secrets.token_hex(8)}.part")
    return Placement(path, temporary, content, new_folder)


@contextmanager
def _as_problem() -> Generator[None]:
    """What goes wrong with one file, as `PhotoError`."""
    try:
        yield
    except OSError as error:
        raise PhotoError(_("It could not be read ({reason}).").format(reason=error.strerror)) from error


def _unchanged(status: os.stat_result, record: CopyRecord) -> bool:
    same_time = abs(kept_time(status.st_mtime_ns) - record.modified_ns) <= SAME_TIME_NS
    return stat.S_ISREG(status.st_mode) and status.st_size == record.size and same_time


@functools.lru_cache(maxsize=64)
def _say_copied_instead(method: str, folder: str) -> None:
    if method == "hard":
        _log.warning(_("Hard links cannot be made in %s: the photos are copied."), folder)
    else:
        _log.warning(_("Copies that share their blocks cannot be made in %s: the photos are copied."), folder)
