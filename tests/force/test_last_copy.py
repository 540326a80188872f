"""Undo, check and taking back while copy and original are one file by other paths, or the original is not what it was.

Whatever was done to the folders, no photo may be gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from album import facesorter, headshot, run

from facesorter.domain.events import CopyChecked, CopyKept, CopyTakenBack
from facesorter.domain.ports import Copier
from facesorter.paths import AppPaths
from facesorter.pipeline.check import check
from facesorter.pipeline.undo import take_back
from facesorter.places.copiers import AnywhereCopier, FetchingCopier
from facesorter.places.disk import removal
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.source import read_file
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal
from tests.copying import ANNA, CopyDesk

PHOTOS = {f"{number}.jpg": b"photo %d " % number * 1000 for number in range(3)}


class Attacked:
    """Three photos and their copies in a real profile; what is mounted is unmounted before one looks for photos."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        desk = CopyDesk(folder)
        desk.copy(*(desk.put(name, content) for name, content in PHOTOS.items()))
        desk.database.close()
        self.photos, self.out, self.copies = desk.photos, desk.out, desk.out / ANNA.folder_name
        self.profile = AppPaths(folder)
        assert self.standing() == 2 * len(PHOTOS)

    def mount(self, *arguments: object, at: Path) -> None:
        command = ["mount", *map(str, arguments), str(at)]
        if sys.platform != "linux" or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("Only root on Linux can mount folders.")
        self._stack.callback(subprocess.run, ["umount", "-l", str(at)], check=True)

    def standing(self) -> int:
        """How many files (not links) hold a photo, anywhere."""
        self._stack.close()
        files = [path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()]
        contents = [path.read_bytes() for path in files]
        assert set(PHOTOS.values()) <= set(contents), "a photo is lost"
        return sum(content in PHOTOS.values() for content in contents)


def links_to_copies(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        photo.unlink()
        photo.symlink_to(attacked.copies / photo.name)


def source_is_a_link(attacked: Attacked) -> None:
    shutil.rmtree(attacked.photos)
    attacked.photos.symlink_to(attacked.copies)


def copies_are_a_link(attacked: Attacked) -> None:
    shutil.rmtree(attacked.copies)
    attacked.copies.symlink_to(attacked.photos)


def copies_are_a_link_to_others(attacked: Attacked) -> None:
    elsewhere = attacked.folder / "elsewhere"
    attacked.copies.rename(elsewhere)
    attacked.copies.symlink_to(elsewhere)


def the_folder_above_is_a_link(attacked: Attacked) -> None:
    shutil.rmtree(attacked.out)
    elsewhere = attacked.folder / "elsewhere"
    elsewhere.mkdir()
    attacked.photos.rename(elsewhere / ANNA.folder_name)
    attacked.photos.symlink_to(elsewhere / ANNA.folder_name)
    attacked.out.symlink_to(elsewhere)


def source_mounted_over_copies(attacked: Attacked) -> None:
    attacked.mount("--bind", attacked.photos, at=attacked.copies)


def copies_mounted_over_source(attacked: Attacked) -> None:
    shutil.rmtree(attacked.photos)
    attacked.photos.mkdir()
    attacked.mount("--bind", attacked.copies, at=attacked.photos)


def copy_mounted_over_photo(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        photo.write_bytes(b"")
        attacked.mount("--bind", attacked.copies / photo.name, at=photo)


def photo_mounted_over_copy(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        copy = attacked.copies / photo.name
        copy.write_bytes(b"")
        attacked.mount("--bind", photo, at=copy)


def copies_seen_through_another_file_system(attacked: Attacked) -> None:
    """As a share that is mounted twice: neither device nor inode tell."""
    shutil.rmtree(attacked.photos)
    attacked.photos.mkdir()
    empty = attacked.folder / "empty"
    empty.mkdir()
    attacked.mount("-t", "overlay", "overlay", "-o", f"lowerdir={attacked.copies}:{empty}", at=attacked.photos)


def hard_links_beside_copies(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        beside = attacked.copies / f"of {photo.name}"
        os.link(attacked.copies / photo.name, beside)
        photo.unlink()
        photo.symlink_to(beside)


def originals_are_zeros(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        status = photo.stat()
        photo.write_bytes(bytes(status.st_size))
        os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))


def originals_are_gone(attacked: Attacked) -> None:
    shutil.rmtree(attacked.photos)


def originals_are_pipes(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        photo.unlink()
        os.mkfifo(photo)


def originals_are_devices(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        photo.unlink()
        photo.symlink_to("/dev/zero")


def originals_lead_in_a_circle(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        photo.unlink()
        photo.symlink_to(photo)


ATTACKS = [
    links_to_copies,
    source_is_a_link,
    copies_are_a_link,
    copies_are_a_link_to_others,
    the_folder_above_is_a_link,
    source_mounted_over_copies,
    copies_mounted_over_source,
    copy_mounted_over_photo,
    photo_mounted_over_copy,
    copies_seen_through_another_file_system,
    hard_links_beside_copies,
    originals_are_zeros,
    originals_are_gone,
    originals_are_pipes,
    originals_are_devices,
    originals_lead_in_a_circle,
]


@pytest.fixture
def attacked(tmp_path: Path) -> Iterator[Attacked]:
    with ExitStack() as stack:
        yield Attacked(tmp_path, stack)


@pytest.mark.parametrize("attack", ATTACKS)
def test_undo_removes_no_photo(attacked: Attacked, attack: Callable[[Attacked], None]) -> None:
    attack(attacked)
    result = run(facesorter("undo", 1, profile=attacked.folder))
    assert result.returncode == 1, result
    assert f"Removed 0 copies. {len(PHOTOS)} were left alone" in result.stdout
    assert len(result.stdout.splitlines()) == len(PHOTOS) + 1  # each with a reason
    assert attacked.standing() >= len(PHOTOS)


def no_s3() -> Copier:
    raise NotImplementedError


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_change_of_mind_removes_no_photo_and_checking_tells(
    attacked: Attacked, attack: Callable[[Attacked], None]
) -> None:
    attack(attacked)
    database = Database(attacked.profile.catalog)
    journal = SqliteJournal(database)
    copier = AnywhereCopier(FetchingCopier("copy", read_file), no_s3)
    checked = [event for event in check(copier, journal, repair=True) if isinstance(event, CopyChecked)]
    if attack is not copies_seen_through_another_file_system:  # which only shows once a copy is set aside
        assert not any(event.has_original and event.state == "fine" for event in checked)
    kept = list(take_back(list(journal.standing()), copier, journal))
    database.close()
    assert [type(event) for event in kept] == [CopyKept] * len(PHOTOS)
    assert attacked.standing() >= len(PHOTOS)


def test_either_of_two_hard_links_in_two_folders_may_go(attacked: Attacked) -> None:
    for photo in attacked.photos.iterdir():
        photo.unlink()
        os.link(attacked.copies / photo.name, photo)
    assert run(facesorter("undo", 1, profile=attacked.folder)).returncode == 0
    assert attacked.standing() == len(PHOTOS)


def test_a_kill_while_a_copy_is_set_aside_loses_nothing(attacked: Attacked) -> None:
    program = (
        "import os, signal; from facesorter.places.disk import removal;"
        " removal._still_there = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        " from facesorter.__main__ import main; main()"
    )
    arguments = ["undo", "1", "--profile-dir", str(attacked.folder)]
    assert run([sys.executable, "-c", program, *arguments]).returncode < 0
    assert attacked.standing() == 2 * len(PHOTOS)
    assert len(list(attacked.copies.glob(".facesorter-*.aside"))) == 1
    assert run(facesorter("undo", 1, profile=attacked.folder)).returncode == 0
    assert attacked.standing() == len(PHOTOS)
    assert not attacked.copies.exists()


def test_what_was_set_aside_goes_though_it_was_copied_again(attacked: Attacked) -> None:
    copy = attacked.copies / "0.jpg"
    copy.rename(removal._aside(str(copy)))
    shutil.copy2(attacked.photos / "0.jpg", copy)
    assert run(facesorter("undo", 1, profile=attacked.folder)).returncode == 0
    assert not attacked.copies.exists()


def test_a_photo_that_vanishes_while_its_copy_is_removed_keeps_it(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(attacked.profile.catalog)
    journal = SqliteJournal(database)
    require_other = removal.require_other

    def vanish(photo: removal.Place | None, copy: removal.Place) -> None:
        require_other(photo, copy)
        assert photo
        os.unlink(photo.path)

    monkeypatch.setattr(removal, "require_other", vanish)
    events = list(take_back(list(journal.standing()), FileCopier("copy"), journal))
    database.close()
    assert not any(isinstance(event, CopyTakenBack) for event in events)
    assert attacked.standing() == len(PHOTOS)
    assert {path.name for path in attacked.copies.iterdir()} == set(PHOTOS)


@pytest.mark.parametrize("attack", [copies_are_a_link, copies_are_a_link_to_others, source_mounted_over_copies])
def test_sorting_into_such_a_folder_is_refused(attacked: Attacked, attack: Callable[[Attacked], None]) -> None:
    head = attacked.folder / "head.jpg"
    head.write_bytes(headshot())
    shutil.copy(head, attacked.photos)
    attack(attacked)
    before = sorted(attacked.folder.rglob("*.jpg"))
    result = run(
        facesorter(
            "sort", "--name", "Anna", "--headshot", head, "--to", attacked.out, attacked.photos, profile=attacked.folder
        )
    )
    assert result.returncode in (2, 3), result
    assert "that same folder" in result.stderr or "is a link" in result.stderr
    assert sorted(attacked.folder.rglob("*.jpg")) == before


@pytest.mark.parametrize("levels", [17, 1000])
def test_a_profile_of_a_thousand_missing_folders_is_refused_and_nothing_made(tmp_path: Path, levels: int) -> None:
    result = run(facesorter("undo", profile=tmp_path.joinpath(*"a" * levels)))
    assert result.returncode == 3
    assert f"{levels} folders do not exist" in result.stderr
    assert not any(tmp_path.iterdir())
