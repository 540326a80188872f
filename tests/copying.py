"""A desk for tests of copying: photos, a destination, a profile, and orders between them."""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from facesorter.domain.events import Event
from facesorter.domain.models import Person, Photo
from facesorter.domain.planning import CopyOrder
from facesorter.pipeline.copy import copy
from facesorter.pipeline.undo import undo_run
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.dry_copier import DryCopier
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

ANNA = Person(1, "Anna", "PhotosWithAnna")
BEN = Person(2, "Ben", "PhotosWithBen")


class CopyDesk:
    """Everything lies in one folder; `out` may be elsewhere. Used by tests and by the programs that tests kill."""

    def __init__(self, folder: Path, out: Path | None = None) -> None:
        self.photos = folder / "photos"
        self.out = out or folder / "out"
        self.photos.mkdir(exist_ok=True)
        self.out.mkdir(exist_ok=True)
        self.database = Database(str(folder / "catalog.db"))
        for known in (ANNA, BEN):
            assert SqliteCatalog(self.database).person(known.name) == known
        self.journal = SqliteJournal(self.database)
        self.copier = FileCopier("copy")

    def put(self, name: str, content: bytes, modified_ns: int = 1_600_000_000_123_456_789) -> Photo:
        path = self.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(modified_ns, modified_ns))
        return photo_at(path)

    def order(self, photo: Photo, person: Person = ANNA) -> CopyOrder:
        return CopyOrder(photo, person, str(self.out / person.folder_name))

    def orders(self, *photos: Photo) -> list[CopyOrder]:
        return [self.order(photo) for photo in photos]

    def start(self, orders: list[CopyOrder], copier: FileCopier | None = None) -> Iterator[Event]:
        run_id = self.journal.begin_run([ANNA], str(self.out))
        return copy(orders, run_id, copier or self.copier, self.journal)

    def copy(self, *photos: Photo, copier: FileCopier | None = None) -> list[Event]:
        return list(itertools.islice(self.start(self.orders(*photos), copier), 1000))  # pauses never end by themselves

    def rehearse(self, *photos: Photo) -> list[Event]:
        return self.copy(*photos, copier=DryCopier())

    def undo(self, run_id: int) -> list[Event]:
        return list(undo_run(run_id, self.copier, self.journal))

    def copies(self, person: Person = ANNA) -> dict[str, bytes]:
        folder = self.out / person.folder_name
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def photo_at(path: Path) -> Photo:
    status = path.stat()
    return Photo(0, str(path), status.st_size, status.st_mtime_ns, hashlib.sha256(path.read_bytes()).digest())


@contextmanager
def odd_times() -> Iterator[Path]:
    """A folder on a file system that holds times from 1601, where Windows begins to count, to far beyond 2262."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        pytest.skip("Such times are tried out in memory, as Linux has it at /dev/shm.")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]
