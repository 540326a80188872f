"""A photo is gone only where its folder, or what is left above it, still lies on the disk that it was on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from mounts import mounted

from facesorter.domain.listing import KnownFolder
from facesorter.places.disk import presence
from facesorter.places.disk.presence import is_gone, missing_in, mount_of
from facesorter.places.disk.source import FolderSource

NAMES = ("1.jpg", "2.jpg")


def fill(folder: Path) -> KnownFolder:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).write_bytes(b"a photo")
    return known(folder)


def known(folder: Path) -> KnownFolder:
    return KnownFolder(str(folder), mount_of(str(folder)))


def gone_after_listing(folder: KnownFolder, *roots: Path, recursive: bool = True) -> Sequence[str]:
    source = FolderSource([str(root) for root in roots], recursive)
    list(source.listings())
    return source.gone(folder, lambda: NAMES)


def test_a_folder_that_was_deleted_is_gone_with_all_below_it(tmp_path: Path) -> None:
    trip, day = fill(tmp_path / "photos" / "trip"), fill(tmp_path / "photos" / "trip" / "day")
    assert not is_gone(trip)
    shutil.rmtree(trip.path)
    assert [is_gone(folder) for folder in (trip, day)] == [True, True]
    assert [gone_after_listing(folder, tmp_path / "photos") for folder in (trip, day)] == [NAMES, NAMES]
    assert gone_after_listing(trip, tmp_path / "photos", recursive=False) == NAMES


def test_what_lies_beside_the_folders_that_are_listed_is_not_judged(tmp_path: Path) -> None:
    trip = fill(tmp_path / "photos" / "trip")
    (tmp_path / "photos-2").mkdir()
    shutil.rmtree(trip.path)
    assert gone_after_listing(trip, tmp_path / "photos-2") == ()


def test_a_folder_that_is_there_but_was_not_listed_is_not_gone(tmp_path: Path) -> None:
    hidden = fill(tmp_path / "photos" / ".hidden")
    assert gone_after_listing(hidden, tmp_path / "photos") == ()


@pytest.mark.parametrize("where", ["", "photos", "photos/trip"])
def test_photos_on_a_disk_that_is_not_connected_are_not_gone(tmp_path: Path, where: str) -> None:
    """Neither those right on it nor those in its folders, whether the place where it was mounted is left or not."""
    disk = tmp_path / "media" / "disk"
    disk.parent.mkdir()
    with mounted(disk):
        folder = fill(disk / where)
        assert folder.mount == str(disk)
        assert not is_gone(folder)
    assert missing_in(folder, NAMES) is None
    assert gone_after_listing(folder, tmp_path / "media") == ()
    disk.rmdir()
    (tmp_path / "media" / "another").mkdir()
    assert missing_in(folder, NAMES) is None
    assert gone_after_listing(folder, tmp_path / "media") == ()
    with mounted(disk):
        fill(disk / where)
        assert missing_in(folder, NAMES) == []
        if where:
            shutil.rmtree(folder.path)
            assert missing_in(folder, NAMES) == NAMES
            assert gone_after_listing(folder, tmp_path / "media") == NAMES


def test_a_disk_that_is_reached_by_a_link_is_not_gone_when_it_is_not_connected(tmp_path: Path) -> None:
    disk, link = tmp_path / "disk", tmp_path / "photos" / "link"
    with mounted(disk):
        fill(disk / "trip")
        link.parent.mkdir()
        link.symlink_to(disk)
        folder = known(link / "trip")
        assert folder.mount == str(disk)
    assert missing_in(folder, NAMES) is None
    assert gone_after_listing(folder, link.parent) == ()
    disk.rmdir()
    assert missing_in(folder, NAMES) is None


def test_listings_say_where_their_disk_is_mounted(tmp_path: Path) -> None:
    disk = tmp_path / "photos" / "disk"
    disk.parent.mkdir()
    with mounted(disk):
        fill(disk / "trip")
        listings = FolderSource([str(tmp_path / "photos")]).listings()
        mounts = {os.path.relpath(listing.folder, tmp_path): listing.mount for listing in listings}
        (single,) = FolderSource([str(disk / "trip" / "1.jpg")]).listings()
    assert mounts == {"photos": mount_of(str(tmp_path)), "photos/disk": str(disk), "photos/disk/trip": str(disk)}
    assert single.mount == str(disk)


def test_without_knowing_its_disk_nothing_can_be_told_of_a_folder(tmp_path: Path) -> None:
    folder = KnownFolder(str(tmp_path / "trip"), None)
    assert not is_gone(folder)
    assert missing_in(folder, NAMES) is None
    (tmp_path / "trip").mkdir()
    assert missing_in(folder, NAMES) is None
    (tmp_path / "trip" / "2.jpg").touch()
    assert missing_in(folder, NAMES) == ["1.jpg"]


def test_what_cannot_be_looked_at_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No right to enter the folder above, a share that does not answer."""
    folder = fill(tmp_path / "locked" / "trip")

    def refuse(_path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(presence.os, "lstat", refuse)
    assert not is_gone(folder)


def test_missing_photos_of_a_folder_are_told_by_looking_into_it(tmp_path: Path) -> None:
    folder = fill(tmp_path / "trip")
    (tmp_path / "trip" / "1.jpg").unlink()
    assert missing_in(folder, NAMES) == ["1.jpg"]
    (tmp_path / "trip" / "2.jpg").unlink()
    assert missing_in(folder, NAMES) == list(NAMES)
