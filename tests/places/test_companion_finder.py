"""A folder in which photos lie alone is not listed again to find what belongs to them, unless something was added."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from facesorter.domain.listing import Listing
from facesorter.domain.models import Photo
from facesorter.pipeline.scan import scan
from facesorter.places import companions
from facesorter.places.companions import CompanionFinder
from facesorter.places.disk import folder_contents
from facesorter.places.disk.open_folder import open_folder
from facesorter.places.disk.source import FolderSource
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

BELONGING = (
    *("IMG_1.xmp", "IMG_1.jpg.xmp", "IMG_1.AAE", "IMG_1.jpg.json", "IMG_1.jpg.supplemental-metadata.json"),
    *("IMG_1.nef", "IMG_E1.jpg", "IMG_1-edited.jpg"),
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "sub").mkdir()
    for name in ("IMG_1.jpg", "Snow.JPG", "10042", "notes.txt", "._IMG_1.jpg", "SYNOPHOTO_THUMB_M.jpg"):
        (photos / name).write_bytes(bytes(100))
    return photos


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are listed to find companions."""
    found: list[str] = []
    names = companions._names

    def noting(folder: str) -> list[str]:
        found.append(folder)
        return names(folder)

    monkeypatch.setattr(companions, "_names", noting)
    return found


def listed(*paths: Path, films: bool = False) -> list[Listing]:
    return list(FolderSource([str(path) for path in paths], recursive=False, films=films).listings())


def finder(*listings: Listing) -> CompanionFinder:
    finder = CompanionFinder(lambda _: {}, lambda _: b"")
    for listing in listings:
        finder.listed(listing)
    return finder


def found_by(finder: CompanionFinder, photos: Path) -> list[str]:
    return [one.companion.name for one in finder.of(Photo(1, str(photos / "IMG_1.jpg"), 100, 0))]


@pytest.mark.parametrize("films", [False, True])
def test_photos_that_lie_alone_need_no_second_listing(photos: Path, looked_into: list[str], films: bool) -> None:
    assert found_by(finder(*listed(photos, films=films)), photos) == []
    assert looked_into == []
    assert found_by(finder(), photos) == []
    assert looked_into == [str(photos)]


@pytest.mark.parametrize("name", BELONGING)
@pytest.mark.parametrize("films", [False, True])
def test_what_lies_beside_a_photo_when_it_is_listed_is_found(photos: Path, name: str, films: bool) -> None:
    (photos / name).write_bytes(b"note")
    assert found_by(finder(*listed(photos, films=films)), photos) == [name]


@pytest.mark.parametrize("films", [False, True])
def test_a_film_beside_a_photo_is_looked_at(photos: Path, looked_into: list[str], films: bool) -> None:
    (photos / "IMG_1.mov").write_bytes(b"film")
    found_by(finder(*listed(photos, films=films)), photos)
    assert looked_into == [str(photos)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_note_that_a_link_leads_to_is_found(photos: Path, tmp_path: Path) -> None:
    (photos / "IMG_1.xmp").symlink_to(tmp_path / "note")
    listings = listed(photos)
    (tmp_path / "note").write_bytes(b"note")
    assert found_by(finder(*listings), photos) == ["IMG_1.xmp"]


def test_what_is_added_after_the_listing_is_found(photos: Path) -> None:
    os.utime(photos, ns=(1, 1))
    listings = listed(photos)
    (photos / "IMG_1.xmp").write_bytes(b"note")
    assert found_by(finder(*listings), photos) == ["IMG_1.xmp"]


def test_what_is_added_while_the_folder_is_listed_is_found(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(photos, ns=(1, 1))

    @contextmanager
    def then_a_note_is_added(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
        with open_folder(folder) as entries:
            found = list(entries)
            (photos / "IMG_1.xmp").write_bytes(b"note")
            yield iter(found)

    monkeypatch.setattr(folder_contents, "open_folder", then_a_note_is_added)
    assert found_by(finder(*listed(photos)), photos) == ["IMG_1.xmp"]


def test_a_single_photo_says_nothing_of_its_folder(photos: Path, looked_into: list[str]) -> None:
    (photos / "IMG_1.xmp").write_bytes(b"note")
    assert found_by(finder(*listed(photos / "IMG_1.jpg")), photos) == ["IMG_1.xmp"]
    assert looked_into == [str(photos)]


def test_a_folder_that_vanished_has_nothing(photos: Path) -> None:
    listings = listed(photos)
    photos.rename(photos.with_name("elsewhere"))
    assert found_by(finder(*listings), photos) == []


def test_only_so_many_folders_are_remembered(
    photos: Path, looked_into: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companions, "_ALONE", 1)
    found_by(finder(*listed(photos / "sub", photos)), photos)
    assert looked_into == [str(photos)]


def test_a_scan_tells_what_it_has_listed(photos: Path, looked_into: list[str]) -> None:
    asked = finder()
    with closing(Database(":memory:")) as database:
        assert list(scan(FolderSource([str(photos)]), SqliteCatalog(database), asked))
    assert found_by(asked, photos) == []
    assert looked_into == []
