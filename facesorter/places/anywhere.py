"""Folders and places in S3 alike: what reads, lists and copies there is chosen here, by the kind of each place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from facesorter.domain.errors import UserError
from facesorter.domain.listing import KnownFolder
from facesorter.domain.places import is_in_s3
from facesorter.domain.planning import CopyRecord
from facesorter.domain.ports import Copier, PhotoSource
from facesorter.places.copiers import AnywhereCopier, FetchingCopier
from facesorter.places.disk.destination import changed_at, check_destination
from facesorter.places.disk.dry_copier import DryCopier
from facesorter.places.disk.presence import missing_in
from facesorter.places.disk.source import FolderSource, read_file
from facesorter.places.sources import AnywhereSource

if TYPE_CHECKING:
    from facesorter.places.s3.copier import S3Copier


class ObjectStore(Protocol):
    """What is done in S3, for one account. Its methods raise `UserError` if it is out of reach."""

    def read(self, path: str) -> bytes:
        """An object's bytes. Raises `PhotoError`, too."""
        ...

    def read_again(self, path: str) -> bytes:
        """The same; an object that is kept is not downloaded again, unless it was changed."""
        ...

    def keeping(self) -> AbstractContextManager[None]:
        """Keep meanwhile what a source or `read_again` reads."""
        ...

    def files(self, place: str) -> Mapping[str, tuple[int, int]]:
        """The objects right below a place, with size and time (ns)."""
        ...

    def source(
        self,
        places: Sequence[str],
        recursive: bool,
        skip: Collection[str],
        *,
        all_pictures: bool = False,
        films: bool = False,
    ) -> PhotoSource:
        """The photos at these places."""
        ...

    def copier(self, read: Callable[[str], bytes], read_to_copy: Callable[[str], bytes], *, dry_run: bool) -> S3Copier:
        """A copier into S3; both functions give a photo's bytes, wherever it lies, the second one for its copy."""
        ...


class Places:
    """Where photos lie and copies go. `store` gives the store of the account, and is called only for places in S3.

    `copies_in` gives the copies that were made in a folder.
    """

    def __init__(self, store: Callable[[], ObjectStore], copies_in: Callable[[str], Iterable[CopyRecord]]) -> None:
        self._store = store
        self._copies_in = copies_in

    def read(self, path: str) -> bytes:
        """A photo's bytes. Raises `PhotoError`."""
        return self._store().read(path) if is_in_s3(path) else read_file(path)

    def read_again(self, path: str) -> bytes:
        """The same, for what may have been read a moment ago; it is as it lies there now. Raises `PhotoError`."""
        return self._store().read_again(path) if is_in_s3(path) else read_file(path)

    def keeping(self, places: Iterable[str]) -> AbstractContextManager[None]:
        """While this lasts, photos that are read are kept for their copies, if reading them again would cost much."""
        return self._store().keeping() if any(map(is_in_s3, places)) else nullcontext()

    def source_of(
        self,
        places: Sequence[str],
        *,
        recursive: bool = True,
        skip: Collection[str] = (),
        all_pictures: bool = False,
        films: bool = False,
    ) -> PhotoSource:
        """The photos in these folders, buckets and files, but for the folders to `skip`.

        With `all_pictures` also those that `domain.left_out` names, with `films` also films.
        """
        kinds = {"all_pictures": all_pictures, "films": films}
        on_disk, in_s3 = _by_kind(places)
        skipped_on_disk, skipped_in_s3 = _by_kind(skip)
        files = FolderSource(on_disk, recursive, skipped_on_disk, **kinds)
        if not in_s3:
            return files
        return AnywhereSource(files, self._store().source(in_s3, recursive, skipped_in_s3, **kinds))

    def missing_in(self, folder: KnownFolder, names: Sequence[str]) -> Sequence[str] | None:
        """Which of these photos are not in the folder any more; None if that cannot be told."""
        if not is_in_s3(folder.path):
            return missing_in(folder, names)
        try:
            there = self._store().files(folder.path)
        except UserError:
            return None
        return [name for name in names if name not in there]

    def copier(self, method: str, *, dry_run: bool = False) -> Copier:
        """Copies from anywhere to anywhere; `method` is `copy`, `hard` (hard link) or `reflink`."""
        read, copies_in = (self.read, self.read_again), self._copies_in
        files = DryCopier(copies_in) if dry_run else FetchingCopier(method, *read, copies_in)
        return AnywhereCopier(files, lambda: self._store().copier(*read, dry_run=dry_run))

    def changed_at(self, folder: str) -> int | None:
        """When a file was last added to a folder or taken out (ns); None if that cannot be told, as in S3."""
        return None if is_in_s3(folder) else changed_at(folder)

    def check_destination(self, folder: str) -> None:
        """Raises `UserError` if copies cannot go there."""
        if is_in_s3(folder):
            self._store().copier(self.read, self.read_again, dry_run=False).check_destination(folder)
        else:
            check_destination(folder)


def _by_kind(places: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those on disks, and those in S3."""
    on_disk: list[str] = []
    in_s3: list[str] = []
    for place in places:
        (in_s3 if is_in_s3(place) else on_disk).append(place)
    return on_disk, in_s3
