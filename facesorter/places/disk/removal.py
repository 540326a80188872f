"""Removes a copy, and only while another file holds the same bytes.

Paths do not tell files apart: links, bind mounts and shares that are mounted twice give one file several. Device and
inode tell most of them, but not on every file system. So a copy is first set aside under a name of its own, and its
photo is looked at again before the copy goes: whatever was only another path of the copy has vanished by then.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from facesorter.domain.errors import PhotoError, SourceUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import is_in_s3
from facesorter.domain.planning import CopyRecord
from facesorter.places.disk.exclusive_rename import renamed_to_new
from facesorter.places.disk.file_names import numbered
from facesorter.places.disk.long_paths import for_system
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.publishing import publish_new
from facesorter.places.disk.transfer import digest_of

_log = logging.getLogger(__name__)


class Place(NamedTuple):
    """Which file a path leads to. Folder and file are identified by device and inode."""

    path: str
    folder: tuple[int, int]
    file: tuple[int, int]
    links: int
    size: int
    modified_ns: int


def place_of(path: str) -> Place:
    """Where the regular file of this path really lies. Raises `OSError`; `PhotoError` if it is no file."""
    real = os.path.realpath(for_system(path))
    status, folder = os.lstat(real), os.stat(os.path.dirname(real))
    if not stat.S_ISREG(status.st_mode):
        raise PhotoError(_("It is not a file."))
    return Place(
        real,
        (folder.st_dev, folder.st_ino),
        (status.st_dev, status.st_ino),
        status.st_nlink,
        status.st_size,
        status.st_mtime_ns,
    )


def require_photo(record: CopyRecord, read: Callable[[str], bytes] | None) -> Place | None:
    """Where the photo of a copy lies, if it is another file and holds the same bytes now; None if in S3, or nowhere.

    Raises `PhotoError` if not, or if that cannot be told. `read` gets the bytes of an object of S3, and raises
    `StorageUnavailable` if it is out of reach.
    """
    if not record.source:
        return None  # it was made, and copied from nowhere
    if is_in_s3(record.source):
        _require_object(record, read)
        return None
    try:
        photo = place_of(record.source)
        content = digest_of(photo.path)
        unchanged = place_of(record.source) == photo
    except (OSError, PhotoError, SourceUnavailable) as error:
        raise PhotoError(_("Its photo is no longer there: this may be the last copy of it.")) from error
    if not unchanged or content != record.content:
        raise PhotoError(_("Its photo was changed: this may be the last copy of it as it was."))
    return photo


def _require_object(record: CopyRecord, read: Callable[[str], bytes] | None) -> None:
    if read is None:
        raise PhotoError(_("Its photo lies in S3 and cannot be asked for: this may be the last copy of it."))
    try:
        content = hashlib.sha256(read(record.source)).digest()
    except PhotoError as error:
        raise PhotoError(_("Its photo is no longer there: this may be the last copy of it.")) from error
    if content != record.content:
        raise PhotoError(_("Its photo was changed: this may be the last copy of it as it was."))


def require_other(photo: Place | None, copy: Place) -> None:
    """Raises `PhotoError` if the two may be one file.

    Of two hard links in two folders either may go. Where the file system counts one link only, a server has followed a
    link by itself.
    """
    if photo and photo.file == copy.file and (photo.folder == copy.folder or photo.links < 2):
        raise PhotoError(_("It is the very file that it was copied from: only links make it look like a copy."))


def remove(record: CopyRecord, copy: Place, photo: Place | None, read: Callable[[str], bytes] | None) -> None:
    """Remove a copy whose bytes were compared, once it is set aside and its photo is still there.

    `photo` is None if it lies in S3, or if there is none. Raises `PhotoError`, `StorageUnavailable`; the copy is where
    it was then.
    """
    with _set_aside(record, copy) as aside:
        if photo is None:
            require_photo(record, read)
        elif not _still_there(photo, copy, aside):
            raise PhotoError(_("It is the very file that it was copied from, by another path."))
        with writing(os.path.dirname(record.target)):
            os.unlink(aside)


def _still_there(photo: Place, copy: Place, aside: str) -> bool:
    """Whether the photo did not move with the copy, and its folder is not the copy's by another path."""
    try:
        with open(photo.path, "rb") as file:  # what is opened is not answered from the memory of a network drive
            status = os.fstat(file.fileno())
    except OSError:
        return False
    same = (status.st_dev, status.st_ino), status.st_size, status.st_mtime_ns
    if same != (photo.file, photo.size, photo.modified_ns):
        return False
    seen_there = os.path.lexists(os.path.join(os.path.dirname(photo.path), os.path.basename(aside)))
    return photo.folder == copy.folder or not seen_there


@contextmanager
def _set_aside(record: CopyRecord, copy: Place) -> Generator[str]:
    """The copy under another name, which it loses again if the block fails."""
    aside = _aside(record.target)
    try:
        if not renamed_to_new(record.target, aside):
            _rename(record.target, aside)
    except FileExistsError:
        raise PhotoError(_("What an earlier attempt to remove it left behind is in the way.")) from None
    try:
        if not _is(aside, copy) and digest_of(aside) != record.content:
            raise PhotoError(_("It was changed while it was to be removed."))
        yield aside
    except BaseException:
        _put_back(aside, record.target)
        raise


def _is(path: str, place: Place) -> bool:
    """Whether the file lies there now, as it was."""
    found = place_of(path)
    return found._replace(path=place.path, links=place.links) == place


def _rename(target: str, aside: str) -> None:
    if os.path.lexists(aside):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), aside)
    with writing(os.path.dirname(target)):
        try:
            os.rename(target, aside)
        except OSError as error:
            if error.errno == errno.EBUSY:
                raise PhotoError(_("Another drive or file is mounted in its place.")) from error
            raise


def put_back_what_was_set_aside(target: str) -> None:
    """Give a copy its name again, if the program was killed while it was about to remove it."""
    aside = _aside(target)
    if not os.path.lexists(aside):
        return
    with suppress(OSError, PhotoError, SourceUnavailable):
        if os.path.lexists(target) and digest_of(target) == digest_of(aside):
            require_other(place_of(target), place_of(aside))
            os.unlink(aside)  # it was copied again since; this one is ours, and has a twin
            return
    _put_back(aside, target)


def _put_back(aside: str, target: str) -> None:
    folder, name = os.path.split(target)
    for candidate in numbered(name, folder):
        path = os.path.join(folder, candidate)
        try:
            if not renamed_to_new(aside, path):
                publish_new(aside, path)
        except FileExistsError:
            continue
        except OSError as error:
            if os.path.lexists(aside):
                _log.warning("A copy could not be given its name %s again (%s): it lies at %s", path, error, aside)
        return


def _aside(target: str) -> str:
    """The name is the same after a kill, so that it is found again."""
    folder, name = os.path.split(target)
    return os.path.join(folder, f".facesorter-{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}.aside")
