"""Puts copies of photos into people's folders, and takes them back.

What FaceSorter may remove is decided here alone, and narrowly: its own temporary files, by the names in its journal,
and copies that it made and that are unchanged to the last byte.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import stat
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress

from facesorter.domain.companions import NOTE_SUFFIXES
from facesorter.domain.errors import PhotoChanged, PhotoError, StorageUnavailable
from facesorter.domain.formats import suffix_of
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import kept_time
from facesorter.domain.names import harmless
from facesorter.domain.places import is_in_s3
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.places.disk import removal
from facesorter.places.disk.copy_names import CopyNames, unchanged
from facesorter.places.disk.destination import is_link, require_real
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.publishing import NameRefused, publish_new
from facesorter.places.disk.syncing import sync_folder
from facesorter.places.disk.transfer import SourceChanged, clone, digest_of, hard_link, write_copy, write_new

_TEMPORARY_NAME = re.compile(r"\.facesorter-[0-9a-f]{16}\.part")

_log = logging.getLogger(__name__)


class FileCopier(CopyNames):
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
        super().__init__(copies_in)
        self._method = method
        self._known_folders: set[str] = set()

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
            if not unchanged(status, record) or digest_of(target) != record.content:
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


@contextmanager
def _as_problem() -> Generator[None]:
    """What goes wrong with one file, as `PhotoError`."""
    try:
        yield
    except OSError as error:
        raise PhotoError(_("It could not be read ({reason}).").format(reason=error.strerror)) from error


@functools.lru_cache(maxsize=64)
def _say_copied_instead(method: str, folder: str) -> None:
    if method == "hard":
        _log.warning(_("Hard links cannot be made in %s: the photos are copied."), folder)
    else:
        _log.warning(_("Copies that share their blocks cannot be made in %s: the photos are copied."), folder)
