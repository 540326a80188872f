"""Copies from anywhere to anywhere: folders and places in S3, whichever a photo lies in or goes to."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from facesorter.domain.models import Photo
from facesorter.domain.places import is_in_s3
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.domain.ports import Copier
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.transfer import write_copy

_PREFIX = "facesorter-"


class FetchingCopier(FileCopier):
    """A `FileCopier` whose photos may lie in S3; such a copy has the object's time.

    `read` gives the bytes of an object as it lies there; `read_to_copy` gives them for a copy, if there is another way.
    """

    def __init__(
        self,
        method: str,
        read: Callable[[str], bytes],
        read_to_copy: Callable[[str], bytes] | None = None,
        copies_in: Callable[[str], Iterable[CopyRecord]] = lambda _: (),
    ) -> None:
        super().__init__(method, copies_in)
        self.read = read
        self._read_to_copy = read_to_copy or read
        self._modified_ns = 0

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """See `FileCopier.publish`."""
        self._modified_ns = order.photo.modified_ns
        return super().publish(order, placement)

    def content_of(self, photo: Photo) -> bytes:
        """See `FileCopier.content_of`."""
        if photo.content is None and is_in_s3(photo.path):
            return hashlib.sha256(self._read_to_copy(photo.path)).digest()
        return super().content_of(photo)

    def _write(self, source: str, temporary: str) -> bytes:
        if not is_in_s3(source):
            return super()._write(source, temporary)
        data = self._read_to_copy(source)
        with writing(tempfile.gettempdir()):
            own_folder = tempfile.TemporaryDirectory(prefix=_PREFIX)
        with own_folder as folder:
            fetched = os.path.join(folder, "photo")
            with writing(folder):
                Path(fetched).write_bytes(data)
                os.utime(fetched, ns=(self._modified_ns, self._modified_ns))
            return write_copy(fetched, temporary)


def remove_leftovers() -> None:
    """Delete the photos that copies cut off by a kill have left in the folder for temporary files."""
    for photo in Path(tempfile.gettempdir()).glob(f"{_PREFIX}????????/photo"):
        with suppress(OSError):  # another user's
            photo.unlink()
            photo.parent.rmdir()


class AnywhereCopier:
    """The `Copier` that leaves folders to one copier and places in S3 to another, made when first needed."""

    def __init__(self, files: FileCopier, open_s3: Callable[[], Copier]) -> None:
        self._files = files
        self._open_s3 = open_s3
        self._s3: Copier | None = None

    @property
    def dry_run(self) -> bool:
        """Whether nothing is written."""
        return self._files.dry_run

    def place(self, order: CopyOrder) -> Placement | str:
        """See `Copier.place`."""
        return self._for(order.folder).place(order)

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """See `Copier.publish`."""
        return self._for(order.folder).publish(order, placement)

    def sync(self, folders: Iterable[str]) -> None:
        """See `Copier.sync`."""
        self._files.sync(folder for folder in folders if not is_in_s3(folder))

    def intact(self, record: CopyRecord) -> bool:
        """See `Copier.intact`."""
        return self._for(record.target).intact(record)

    def content(self, path: str) -> bytes | None:
        """See `Copier.content`."""
        return self._for(path).content(path)

    def require_photo(self, record: CopyRecord) -> None:
        """See `Copier.require_photo`."""
        self._for(record.target).require_photo(record)

    def adopt(self, record: CopyRecord, temporary: str) -> tuple[int, int] | None:
        """See `Copier.adopt`."""
        return self._for(record.target).adopt(record, temporary)

    def take_back(self, record: CopyRecord) -> bool:
        """See `Copier.take_back`."""
        return self._for(record.target).take_back(record)

    def remove_folder(self, folder: str) -> None:
        """See `Copier.remove_folder`."""
        self._for(folder).remove_folder(folder)

    def _for(self, path: str) -> Copier:
        if not is_in_s3(path):
            return self._files
        self._s3 = self._s3 or self._open_s3()
        return self._s3
