"""Where the copies of photos lie in people's folders: names that are free, and copies that are there already."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator

from facesorter.domain.errors import PhotoError, SourceUnavailable, StorageUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo, kept_time
from facesorter.domain.names import harmless
from facesorter.domain.places import name_of
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.places.disk.destination import is_link, require_real
from facesorter.places.disk.file_names import numbered
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.publishing import NameRefused
from facesorter.places.disk.reading import reason_of
from facesorter.places.disk.transfer import digest_of
from facesorter.places.taken_names import Found, TakenNames

SAME_TIME_NS = 2_000_000_000
"""Two modification times this close (ns) are the same: FAT keeps even seconds only, some shares whole ones."""


class CopyNames:
    """The part of a `Copier` for folders that only looks."""

    def __init__(self, copies_in: Callable[[str], Iterable[CopyRecord]] = lambda _: ()) -> None:
        """`copies_in` tells what the journal knows of a folder, so that what lies there need not be read."""
        self.copies_in = copies_in
        self._names = TakenNames(self.look, self._digest, beyond=1)
        self._made: dict[str, dict[str, CopyRecord]] = {}
        self._plain_folders: set[str] = set()
        """Folders whose file system refused a name."""

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

    def intact(self, record: CopyRecord) -> bool:
        """Whether a file of the recorded size and time (within 2 s) lies there, in a folder that is no link."""
        if is_link(os.path.dirname(record.target)):
            return False
        try:
            status = os.lstat(record.target)
        except OSError:
            return False
        return unchanged(status, record)

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
        size = status.st_size if stat.S_ISREG(status.st_mode) else -1
        return Found(size, modified_ns=status.st_mtime_ns)

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


def _placement(path: str, content: bytes, *, new_folder: bool) -> Placement:
    temporary = os.path.join(os.path.dirname(path), f".facesorter-{secrets.token_hex(8)}.part")
    return Placement(path, temporary, content, new_folder)


def unchanged(status: os.stat_result, record: CopyRecord) -> bool:
    """Whether a file looks as the recorded copy was made: its size, and its time within `SAME_TIME_NS`."""
    same_time = abs(kept_time(status.st_mtime_ns) - record.modified_ns) <= SAME_TIME_NS
    return stat.S_ISREG(status.st_mode) and status.st_size == record.size and same_time
