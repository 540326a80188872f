"""Scanning selects every photo once and says what it found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.films import Film, StopCheck
from facesorter.domain.listing import FolderEntry, KnownFolder, Listing
from facesorter.domain.models import Metadata
from facesorter.domain.ports import Catalog
from facesorter.pipeline.scan import COMMIT_EVERY, scan
from facesorter.places.disk.source import FolderSource
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

QUESTIONS = ("faces",)


class ListedSource:
    """A source of given listings."""

    def __init__(self, *listings: Listing) -> None:
        self._listings = listings

    def listings(self) -> Iterator[Listing]:
        return iter(self._listings)

    def gone(self, folder: KnownFolder, names: Callable[[], Sequence[str]]) -> Sequence[str]:
        return ()

    def read(self, path: str) -> bytes:
        raise AssertionError(f"{path} was read while scanning")

    def describe(self, data: bytes) -> Metadata:
        raise AssertionError("Something was read while scanning")

    def film(self, path: str, stopped: StopCheck) -> AbstractContextManager[Film]:
        raise AssertionError(f"{path} was opened while scanning")


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with closing(Database(":memory:")) as database:
        yield SqliteCatalog(database)


def folder(path: str, *names: str, problems: Mapping[str, str] | None = None, whole: bool = True) -> Listing:
    return Listing(path, tuple(FolderEntry(name, 1, 1) for name in names), problems or {}, whole)


def test_each_folder_tells_the_totals_so_far(catalog: Catalog) -> None:
    source = ListedSource(folder("/a", "1.jpg", "2.JPG", "3.png"), folder("/b"), folder("/c", "4.heic"))
    assert list(scan(source, catalog)) == [
        PhotosFound(3, {".jpg": 2, ".png": 1}),
        PhotosFound(3, {".jpg": 2, ".png": 1}),
        PhotosFound(4, {".jpg": 2, ".png": 1, ".heic": 1}),
    ]
    assert catalog.selected() == 4


def test_what_cannot_be_listed_is_found_and_fails_once(catalog: Catalog) -> None:
    source = ListedSource(
        folder("/a", "1.jpg", problems={"/a/2.jpg": "No right."}),
        folder("/a/locked", problems={"/a/locked": "No right either."}, whole=False),
    )
    for _ in range(2):
        events = list(scan(source, catalog))
        totals = [event.total for event in events if isinstance(event, PhotosFound)]
        failed = [(event.photo.path, event.reason) for event in events if isinstance(event, PhotoFailed)]
        assert totals == [2, 3]
        assert failed == [("/a/2.jpg", "No right."), ("/a/locked", "No right either.")]
        assert catalog.selected() == 3
        stored = [(one.photo.path, one.problem) for page in catalog.analyzed(QUESTIONS) for one in page]
        assert sorted(stored) == [("/a/1.jpg", None), *failed]


def test_scanning_begins_anew(catalog: Catalog) -> None:
    for source in (ListedSource(folder("/a", "1.jpg", "2.jpg")), ListedSource(folder("/b", "3.jpg"))):
        list(scan(source, catalog))
    assert [photo.path for photo in catalog.unanalyzed(QUESTIONS)] == ["/b/3.jpg"]


def test_what_was_found_is_committed_now_and_then_and_at_the_end(tmp_path: Path) -> None:
    names = [f"{number:05}.jpg" for number in range(COMMIT_EVERY)]
    with closing(Database(tmp_path / "catalog.db")) as database:
        events = scan(ListedSource(folder("/a", *names), folder("/b", "1.jpg")), SqliteCatalog(database))
        open_transactions: list[bool] = []
        for _ in events:
            with database.reading() as connection:
                open_transactions.append(connection.in_transaction)
        with database.reading() as connection:
            open_transactions.append(connection.in_transaction)
    assert open_transactions == [True, True, False]
    assert (tmp_path / "catalog.db").stat().st_size > 40 * COMMIT_EVERY


def test_a_scan_that_is_closed_midway_leaves_the_catalog_usable(catalog: Catalog) -> None:
    source = ListedSource(folder("/a", "1.jpg"), folder("/b", "2.jpg"))
    events = scan(source, catalog)
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert list(scan(source, catalog))[-1] == PhotosFound(2, {".jpg": 2})


def test_a_second_scan_of_real_folders_finds_what_changed(tmp_path: Path, catalog: Catalog) -> None:
    for path in ("a/1.jpg", "a/2.jpg", "b/3.jpg"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(b"one")
    source = FolderSource([str(tmp_path)])
    list(scan(source, catalog))
    for photo in list(catalog.unanalyzed(QUESTIONS)):
        catalog.record_analyses(photo, photo.path.encode(), {"faces": b""})
    list(scan(source, catalog))
    assert list(catalog.unanalyzed(QUESTIONS)) == []
    (tmp_path / "a/1.jpg").unlink()
    (tmp_path / "a/2.jpg").write_bytes(b"another")
    os.utime(tmp_path / "b/3.jpg", ns=(1, 1))
    (tmp_path / "b/4.jpg").write_bytes(b"new")
    assert list(scan(source, catalog))[-1] == PhotosFound(3, {".jpg": 3})
    changed = [os.path.relpath(photo.path, tmp_path) for photo in catalog.unanalyzed(QUESTIONS)]
    assert changed == [os.path.join(*path) for path in (("a", "2.jpg"), ("b", "3.jpg"), ("b", "4.jpg"))]
