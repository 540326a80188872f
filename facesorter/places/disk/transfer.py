"""One photo into one new file: its bytes, times and attributes under a temporary name, and made durable."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager

if sys.platform == "linux":
    import fcntl

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import gettext as _
from facesorter.places.disk.long_paths import for_system
from facesorter.places.disk.os_errors import disk_full, reading, writing
from facesorter.places.disk.publishing import create_new
from facesorter.places.disk.syncing import sync

_CHUNK = 1 << 20
_FICLONE = 0x40049409
"""`ioctl` request of Linux (uapi/linux/fs.h): let this file share the other's blocks until one of them changes."""

_log = logging.getLogger(__name__)


class SourceChanged(Exception):
    """The photo is not, or no longer, what it was when it was looked at; nothing of it was kept."""


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
            writer = create_new(temporary, stat.S_IMODE(before.st_mode) & 0o666 | 0o600)
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
        writer = create_new(temporary, 0o644)
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
            writer = create_new(temporary, stat.S_IMODE(before.st_mode) & 0o666 | 0o600)
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
