"""One photo into one new file: written under a temporary name, made durable, published without replacing anything.

Each error of the operating system is put in its place here: the photo's, the source folder's, the destination's.
"""

from __future__ import annotations

import errno
import functools
import hashlib
import logging
import os
import shutil
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress

from facesorter.domain.messages import gettext as _

if sys.platform == "linux":
    import fcntl

from facesorter.domain.errors import DiskFull, PhotoError, SourceUnavailable, StorageUnavailable
from facesorter.places.disk.exclusive_rename import renamed_to_new
from facesorter.places.disk.long_paths import for_system

_CHUNK = 1 << 20
_FICLONE = 0x40049409
"""`ioctl` request of Linux (uapi/linux/fs.h): let this file share the other's blocks until one of them changes."""


def _numbers(*names: str) -> frozenset[int]:
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_FULL = _numbers("ENOSPC", "EDQUOT")
_NO_RIGHT = _numbers("EACCES", "EPERM")
_NO_FSYNC = _numbers("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")
_NAME_REFUSED = _numbers("EINVAL", "EILSEQ")
_OUT_OF_REACH = _numbers(
    *("ESTALE", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET", "ECONNABORTED"),
    *("ENOTCONN", "ESHUTDOWN", "EREMOTEIO", "ENODEV", "ENXIO", "ENOMEDIUM"),
)

_log = logging.getLogger(__name__)


class SourceChanged(Exception):
    """The photo is not, or no longer, what it was when it was looked at; nothing of it was kept."""


class NameRefused(Exception):
    """The file system takes no file of this name."""

    @staticmethod
    def means(error: OSError) -> bool:
        """Whether that is what the system said of a path."""
        return error.errno in _NAME_REFUSED


@contextmanager
def reading(path: str) -> Generator[None]:
    """Errors of a source, in words: `PhotoError`, or `SourceUnavailable` if its whole folder is out of reach."""
    try:
        yield
    except OSError as error:
        folder = os.path.dirname(path)
        if error.errno in _OUT_OF_REACH or (error.errno == errno.ENOENT and not os.path.isdir(folder)):
            raise SourceUnavailable(
                _("The folder {folder} cannot be reached.").format(folder=folder),
                _("Connect its drive or share again, then go on."),
            ) from error
        if error.errno == errno.ENOENT:
            raise PhotoError(_("It is missing: it was moved or deleted.")) from error
        if error.errno in _NO_RIGHT:
            raise PhotoError(_("There is no right to read it.")) from error
        raise PhotoError(_("It could not be read ({reason}).").format(reason=error.strerror)) from error


@contextmanager
def writing(folder: str) -> Generator[None]:
    """Errors of a target folder, in words: `DiskFull`, `PhotoError` for one file, else `StorageUnavailable`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        if error.errno in (errno.EIO, errno.EFBIG):
            raise PhotoError(
                _("Its copy could not be written safely ({reason}).").format(reason=error.strerror)
            ) from error
        raise StorageUnavailable(
            _("The folder {folder} cannot be used ({reason}).").format(folder=folder, reason=error.strerror),
            _("Check its drive and its rights, then go on."),
        ) from error


def disk_full(folder: str) -> DiskFull:
    """The one sentence for a full disk."""
    return DiskFull(
        _("There is no room left for {folder}.").format(folder=folder), _("Free some space there, then go on.")
    )


def write_copy(source: str, temporary: str) -> bytes:
    """Copy the bytes, the times, the attributes the target can hold, and the rights cut to plain reading and writing.

    The SHA-256 of what was written. The copy is on the disk when this returns, in full length. It is not read again:
    the system would answer from its memory, not from the disk. Raises `SourceChanged`, and as `reading`, `writing`.
    """
    folder = os.path.dirname(temporary)
    digest = hashlib.sha256()
    with _open_source(source) as reader:
        before = _status(reader, source)
        with writing(folder):
            if _free_bytes(folder) < before.st_size:
                raise disk_full(folder)
            writer = _create(temporary, stat.S_IMODE(before.st_mode) & 0o666 | 0o600)
        try:
            while chunk := _read(reader, source):
                digest.update(chunk)
                with writing(folder):
                    _write(writer, chunk)
            if _changed(before, _status(reader, source)):
                raise SourceChanged
            _copy_attributes(reader, writer)
            with writing(folder):
                _keep_times(temporary, before)
                sync(writer, folder)
                if os.fstat(writer).st_size != before.st_size:
                    raise OSError(errno.EIO, "the copy is shorter than the photo")
        finally:
            with writing(folder):
                os.close(writer)
    if os.name == "nt":  # closing a written file may set its time anew there
        _keep_times(temporary, before)
    return digest.digest()


def write_new(data: bytes, temporary: str) -> bytes:
    """Write what is made and not copied; its SHA-256. It is on the disk when this returns. Raises as `writing`."""
    folder = os.path.dirname(temporary)
    with writing(folder):
        writer = _create(temporary, 0o644)
        try:
            _write(writer, data)
            sync(writer, folder)
        finally:
            os.close(writer)
    return hashlib.sha256(data).digest()


def hard_link(source: str, temporary: str) -> bytes | None:
    """Another name for the same file; its SHA-256, or None where that cannot be (other device, no such links)."""
    try:
        source = for_system(source)
        if not stat.S_ISREG(os.lstat(source).st_mode):
            return None
        os.link(source, temporary)
    except OSError:
        return None
    return digest_of(temporary)


def clone(source: str, temporary: str) -> bytes | None:
    """A copy that shares the photo's blocks; its SHA-256, or None where the file system cannot do that."""
    if sys.platform != "linux":
        return None
    folder = os.path.dirname(temporary)
    with _open_source(source) as reader:
        before = _status(reader, source)
        with writing(folder):
            writer = _create(temporary, stat.S_IMODE(before.st_mode) & 0o666 | 0o600)
        try:
            fcntl.ioctl(writer, _FICLONE, reader)
            _copy_attributes(reader, writer)
            with writing(folder):
                _keep_times(temporary, before)
                sync(writer, folder)
        except OSError:
            os.unlink(temporary)
            return None
        finally:
            os.close(writer)
    return digest_of(temporary)


def publish_new(temporary: str, target: str) -> None:
    """Give the finished file its name. Raises `FileExistsError` if there is such a file, `NameRefused`.

    A link and an unlink where links exist; else a rename that refuses an existing name (FAT, most shares). Where the
    system has none for this file system, the name is claimed with an empty file, which the rename then replaces; one
    that a kill left is cleared away by `FileCopier.adopt` when the program is next started.
    """
    if os.name == "nt":
        with _allowed_name():
            os.rename(temporary, target)
        return
    try:
        os.link(temporary, target)
    except OSError:
        if not renamed_to_new(temporary, target):
            _rename_to_claimed(temporary, target)
    else:
        with suppress(OSError):  # the copy stands; a second name of it does no harm
            os.unlink(temporary)


def _rename_to_claimed(temporary: str, target: str) -> None:
    with _allowed_name():
        os.close(_create(target, 0o600))
    try:
        os.rename(temporary, target)
    except BaseException:
        os.unlink(target)
        raise


def sync(descriptor: int, folder: str) -> None:
    """Flush a file or folder to its disk; where the file system has no such thing, that is logged once a folder."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
        _warn_unsynced(folder)


def sync_folder(folder: str) -> None:
    """Make the names in a folder durable. Windows has no call for that: its names are journaled by the system."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        sync(descriptor, folder)
    finally:
        os.close(descriptor)


def digest_of(path: str) -> bytes:
    """The SHA-256 of a regular file. Raises as `reading` does."""
    digest = hashlib.sha256()
    with _open_source(path) as reader:
        while chunk := _read(reader, path):
            digest.update(chunk)
    return digest.digest()


def _free_bytes(folder: str) -> float:
    usage = shutil.disk_usage(folder)
    return usage.free if usage.total else float("inf")  # some network drives say 0 of 0


@contextmanager
def _open_source(path: str) -> Generator[int]:
    path = for_system(path)
    with reading(path):
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise PhotoError(_("It is not a file."))
        # Should a pipe have taken its place by now, opening does not wait for a writer.
        flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _create(path: str, mode: int) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, mode)


def _read(descriptor: int, path: str) -> bytes:
    with reading(path):
        return os.read(descriptor, _CHUNK)


def _status(descriptor: int, path: str) -> os.stat_result:
    with reading(path):
        return os.fstat(descriptor)


def _write(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _copy_attributes(reader: int, writer: int) -> None:
    """Extended attributes the user set (ratings, tags); what the target cannot hold is left out."""
    if sys.platform != "linux":
        return
    try:
        for name in os.listxattr(reader):
            if name.startswith("user."):
                os.setxattr(writer, name, os.getxattr(reader, name))
    except OSError as error:
        _log.debug("Extended attributes were not copied: %s", error.strerror)


def _keep_times(path: str, status: os.stat_result) -> None:
    try:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    except (OSError, OverflowError) as error:
        _log.debug("The time of a photo was not kept: %s", error)


@contextmanager
def _allowed_name() -> Generator[None]:
    try:
        yield
    except OSError as error:
        if NameRefused.means(error):
            raise NameRefused from error
        raise


@functools.lru_cache(maxsize=64)
def _warn_unsynced(folder: str) -> None:
    _log.warning("The file system of %s cannot confirm that copies are on the disk.", folder)
