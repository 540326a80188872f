"""One copy at a time: bytes, times, names, and each way a disk can fail."""

from __future__ import annotations

import ctypes
import errno
import itertools
import logging
import os
import stat
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from mounts import mounted

from facesorter.domain.errors import DiskFull, PhotoError, SourceUnavailable, StorageUnavailable, WrongUse
from facesorter.domain.events import PhotoCopied, RunPaused
from facesorter.domain.models import kept_time
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.places.disk import exclusive_rename, publishing, transfer
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.destination import check_destination
from facesorter.places.disk.dry_copier import DryCopier
from tests.copying import ANNA, CopyDesk, kinds, odd_times, photo_at


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CopyDesk]:
    desk = CopyDesk(tmp_path)
    yield desk
    desk.database.close()


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder anybody may use, and no more rights than anybody for this thread's look at files."""
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("Only root on Linux can look at files as somebody else.")
    libc = ctypes.CDLL(None)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        libc.setfsuid(65534)
        try:
            yield Path(folder)
        finally:
            libc.setfsuid(0)


def placed(copier: FileCopier, order: CopyOrder) -> Placement:
    """Where a copy is to go that is not there yet."""
    place = copier.place(order)
    assert isinstance(place, Placement)
    return place


def publish(copier: FileCopier, order: CopyOrder) -> tuple[Placement, CopyRecord]:
    """The placement, and what the journal would know of the copy."""
    place = placed(copier, order)
    size, modified_ns = copier.publish(order, place)
    record = CopyRecord(1, 1, order.person.id, place.content, order.photo.path, place.target, size, modified_ns)
    return place, record


def fail_with(number: int, calls: Iterable[int] | None = None):
    """An `os` function that fails with this error number, always or at these calls (from 0)."""
    counter = itertools.count()

    def wrap(function):
        def failing(*arguments: object, **named: object) -> object:
            if calls is None or next(counter) in calls:
                raise OSError(number, os.strerror(number))
            return function(*arguments, **named)

        return failing

    return wrap


def only_these(desk: CopyDesk, *names: str) -> None:
    assert set(desk.copies()) == set(names)


def test_bytes_time_and_attributes_are_kept(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", os.urandom(3_000_000))
    try:
        os.setxattr(photo.path, "user.rating", b"5")
        attributes = True
    except OSError:
        attributes = False
    place, record = publish(desk.copier, desk.order(photo))
    status = os.stat(place.target)
    assert Path(place.target).read_bytes() == Path(photo.path).read_bytes()
    assert status.st_mtime_ns == photo.modified_ns
    assert (record.size, record.modified_ns) == (status.st_size, status.st_mtime_ns)
    assert not attributes or os.getxattr(place.target, "user.rating") == b"5"
    only_these(desk, "1.jpg")


@pytest.mark.parametrize("seconds", [10_000_000_000, -11_644_473_600])
def test_a_photo_with_an_impossible_date_is_copied_found_again_and_taken_back(seconds: int) -> None:
    with odd_times() as folder:
        desk = CopyDesk(folder)
        photo = desk.put("1.jpg", b"one", seconds * 10**9)
        (done,) = desk.copy(replace(photo, modified_ns=kept_time(photo.modified_ns)))
        assert isinstance(done, PhotoCopied)
        assert os.stat(done.target).st_mtime_ns == seconds * 10**9
        assert kinds(desk.copy(photo)) == ["PhotoAlreadyThere"]
        (record,) = desk.journal.copies_of_run(1)
        assert desk.copier.intact(record)
        assert desk.copier.adopt(record, "") == (record.size, record.modified_ns)
        assert desk.copier.take_back(record)
        desk.database.close()


def test_a_copy_that_has_its_name_is_never_given_up(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share may fail at the very moment after: what stands there is in the journal all the same."""
    photo = desk.put("1.jpg", b"one")
    lstat, target = os.lstat, desk.out / "PhotosWithAnna" / "1.jpg"

    def failing(path: str) -> os.stat_result:
        if Path(path) == target and target.exists():
            raise OSError(errno.ESTALE, "Stale file handle")
        return lstat(path)

    unlink = os.unlink

    def held(path: str) -> None:
        if path.endswith(".part"):
            raise OSError(errno.EIO, "Input/output error")
        unlink(path)

    monkeypatch.setattr(os, "lstat", failing)
    monkeypatch.setattr(os, "unlink", held)
    assert kinds(desk.copy(photo)) == ["PhotoCopied"]
    (record,) = desk.journal.copies_of_run(1)
    assert Path(record.target) == target


@pytest.mark.parametrize("call", [0, 1])
def test_a_share_that_fails_while_a_photo_is_looked_at_is_waited_for(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    place = placed(desk.copier, order)
    monkeypatch.setattr(os, "fstat", fail_with(errno.ESTALE, [call])(os.fstat))
    with pytest.raises(SourceUnavailable):
        desk.copier.publish(order, place)
    only_these(desk)


@pytest.mark.parametrize(("source", "target"), [(0o444, 0o644), (0o777, 0o644), (0o600, 0o600), (0o640, 0o640)])
def test_the_owner_can_read_and_write_and_nobody_execute(desk: CopyDesk, source: int, target: int) -> None:
    photo = desk.put("1.jpg", b"one")
    os.chmod(photo.path, source)
    before = os.umask(0o022)
    try:
        place, _ = publish(desk.copier, desk.order(photo))
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(place.target).st_mode) == target


def test_the_source_is_not_touched(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    before = os.stat(photo.path)
    publish(desk.copier, desk.order(photo))
    after = os.stat(photo.path)
    for member in ("st_ino", "st_mode", "st_nlink", "st_size", "st_mtime_ns", "st_ctime_ns"):
        assert getattr(before, member) == getattr(after, member)


def test_a_photo_whose_content_is_not_known_is_copied(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    place, _ = publish(desk.copier, desk.order(replace(photo, content=None)))
    assert place.content == photo.content


def test_an_existing_file_is_never_replaced(desk: CopyDesk) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    place = placed(desk.copier, order)
    os.mkdir(order.folder)
    Path(place.target).write_bytes(b"somebody else's")
    with pytest.raises(FileExistsError):
        desk.copier.publish(order, place)
    assert desk.copies() == {"1.jpg": b"somebody else's"}


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_at_the_last_moment_is_not_replaced(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    place = placed(desk.copier, order)
    fsync = os.fsync

    def appear(descriptor: int) -> None:
        Path(place.target).write_bytes(b"somebody else's")
        fsync(descriptor)

    monkeypatch.setattr(transfer.os, "fsync", appear)
    if not links:
        monkeypatch.setattr(transfer.os, "link", fail_with(errno.EPERM)(os.link))
    with pytest.raises(FileExistsError):
        desk.copier.publish(order, place)
    assert desk.copies() == {"1.jpg": b"somebody else's"}


@pytest.mark.parametrize("has_exclusive_rename", [True, False])
@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK])
def test_a_file_system_without_links(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, number: int, has_exclusive_rename: bool
) -> None:
    monkeypatch.setattr(transfer.os, "link", fail_with(number)(os.link))
    if has_exclusive_rename:
        monkeypatch.setattr(transfer.os, "rename", lambda *_: pytest.fail("It could have replaced a file."))
    else:
        monkeypatch.setattr(exclusive_rename, "_rename", None)
    photos = [desk.put("a/1.jpg", b"one"), desk.put("b/1.jpg", b"two")]
    assert kinds(desk.copy(*photos)) == ["PhotoCopied"] * 2
    assert desk.copies() == {"1.jpg": b"one", "1 (1).jpg": b"two"}


class _SystemOfMacOS:
    """Has the one call that counts, as its manual describes it."""

    def renamex_np(self, path: bytes, target: bytes, flags: int) -> int:
        assert flags == 4
        if os.path.lexists(target):
            ctypes.set_errno(errno.EEXIST)
            return -1
        os.rename(path, target)
        return 0


def test_a_mac_renames_in_one_step_where_there_are_no_links(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer.os, "link", fail_with(errno.ENOTSUP)(os.link))
    monkeypatch.setattr(exclusive_rename, "_rename", exclusive_rename.exclusive_rename("darwin", _SystemOfMacOS()))
    monkeypatch.setattr(publishing, "_rename_to_claimed", lambda *_: pytest.fail("No name need be claimed."))
    assert kinds(desk.copy(desk.put("a/1.jpg", b"one"), desk.put("b/1.jpg", b"two"))) == ["PhotoCopied"] * 2
    place = placed(desk.copier, desk.order(desk.put("c/1.jpg", b"three")))
    Path(place.target).write_bytes(b"somebody else's")
    with pytest.raises(FileExistsError):
        desk.copier.publish(desk.order(desk.put("c/1.jpg", b"three")), place)
    only_these(desk, "1.jpg", "1 (1).jpg", "1 (2).jpg")


def test_a_claimed_name_is_given_up_if_the_rename_fails(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer.os, "link", fail_with(errno.EPERM)(os.link))
    monkeypatch.setattr(transfer.os, "rename", fail_with(errno.EIO)(os.rename))
    monkeypatch.setattr(exclusive_rename, "_rename", None)
    assert kinds(desk.copy(desk.put("1.jpg", b"one"))) == ["CopyFailed"]
    only_these(desk)


def test_a_source_that_changes_once_is_tried_again(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = desk.put("1.jpg", b"one")
    write, calls = os.write, itertools.count()

    def change(descriptor: int, data: bytes) -> int:
        if next(calls) == 0:
            os.utime(photo.path, ns=(0, 0))
        return write(descriptor, data)

    monkeypatch.setattr(transfer.os, "write", change)
    place, record = publish(desk.copier, desk.order(photo))
    assert record.modified_ns == 0
    assert Path(place.target).read_bytes() == b"one"
    only_these(desk, "1.jpg")


def test_a_source_that_keeps_changing_is_a_problem(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = desk.put("1.jpg", b"one")
    write, calls = os.write, itertools.count()

    def change(descriptor: int, data: bytes) -> int:
        os.utime(photo.path, ns=(0, next(calls)))
        return write(descriptor, data)

    monkeypatch.setattr(transfer.os, "write", change)
    with pytest.raises(PhotoError, match="changed"):
        publish(desk.copier, desk.order(photo))
    assert next(calls) == 2
    assert not (desk.out / "PhotosWithAnna").exists()


@pytest.mark.parametrize("method", ["copy", "hard", "reflink"])
def test_a_photo_that_is_not_what_was_looked_at_is_a_problem(desk: CopyDesk, method: str) -> None:
    photo = desk.put("1.jpg", b"one")
    desk.put("1.jpg", b"two")
    with pytest.raises(PhotoError, match="changed"):
        publish(FileCopier(method), desk.order(photo))
    assert not (desk.out / "PhotosWithAnna").exists()


def test_a_flipped_bit_on_the_way_is_found(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = desk.put("1.jpg", b"one")
    monkeypatch.setattr(transfer.os, "read", lambda fd, size, read=os.read: read(fd, size).replace(b"n", b"o"))
    with pytest.raises(PhotoError):
        publish(desk.copier, desk.order(photo))


def test_a_copy_cut_short_by_its_disk_is_found(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = desk.put("1.jpg", b"one")
    fsync = os.fsync

    def lose(descriptor: int) -> None:
        fsync(descriptor)
        os.truncate(descriptor, 1)

    monkeypatch.setattr(transfer.os, "fsync", lose)
    with pytest.raises(PhotoError):
        publish(desk.copier, desk.order(photo))
    assert not (desk.out / "PhotosWithAnna").exists()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_no_right_to_read_is_a_problem(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    monkeypatch.setattr(transfer.os, "stat", fail_with(number)(os.stat))
    with pytest.raises(PhotoError, match="no right to read"):
        publish(desk.copier, order)


def test_photos_and_folders_without_rights() -> None:
    copier = FileCopier("copy")
    with as_nobody() as folder:
        photos = [folder / "closed" / "1.jpg", folder / "2.jpg"]
        photos[0].parent.mkdir()
        for path in photos:
            path.write_bytes(b"one")
        found = [photo_at(path) for path in photos]
        photos[0].parent.chmod(0)
        photos[1].chmod(0)
        for photo in found:
            with pytest.raises(PhotoError, match="no right to read"):
                publish(copier, CopyOrder(photo, ANNA, str(folder / "PhotosWithAnna")))
        photos[0].parent.chmod(0o700)
        assert not (folder / "PhotosWithAnna").exists()


def test_a_destination_without_the_right_to_write_is_refused() -> None:
    with as_nobody() as folder:
        (folder / "out").mkdir(mode=0o555)
        with pytest.raises(StorageUnavailable, match="Permission denied"):
            check_destination(str(folder / "out"))
        with pytest.raises(StorageUnavailable, match="Permission denied"):
            check_destination(str(folder / "out" / "new"))


def test_pipes_devices_and_folders_are_not_opened(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    os.unlink(photo.path)
    os.mkfifo(photo.path)
    for path in (photo.path, "/dev/zero", str(desk.photos)):
        with pytest.raises(PhotoError, match="not a file"):
            publish(desk.copier, desk.order(replace(photo, path=path)))


def test_a_photo_reached_by_a_link_is_copied_as_a_file(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    os.symlink(photo.path, desk.photos / "2.jpg")
    for method in ("copy", "hard"):
        copier = FileCopier(method)
        place, _ = publish(copier, desk.order(photo_at(desk.photos / "2.jpg")))
        assert stat.S_ISREG(os.lstat(place.target).st_mode)
        os.unlink(place.target)


def test_a_read_only_source_works(desk: CopyDesk, tmp_path: Path) -> None:
    source = tmp_path / "card"
    source.mkdir()
    with mounted(source, "size=1m"):
        (source / "1.jpg").write_bytes(b"one")
        subprocess.run(["mount", "-o", "remount,ro", str(source)], check=True)
        assert kinds(desk.copy(photo_at(source / "1.jpg"))) == ["PhotoCopied"]
        assert kinds(desk.copy(photo_at(source / "1.jpg"), copier=FileCopier("hard"))) == ["PhotoAlreadyThere"]


def test_a_hard_link_is_the_same_file_and_taking_it_back_removes_the_name(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    copier = FileCopier("hard")
    place, record = publish(copier, desk.order(photo))
    assert os.path.samefile(place.target, photo.path)
    only_these(desk, "1.jpg")
    assert copier.take_back(record)
    assert Path(photo.path).read_bytes() == b"one"
    assert os.stat(photo.path).st_nlink == 1


def test_a_hard_link_to_another_device_becomes_a_copy(
    desk: CopyDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = tmp_path / "card"
    source.mkdir()
    with mounted(source, "size=1m"), caplog.at_level(logging.WARNING):
        (source / "1.jpg").write_bytes(b"one")
        place, _ = publish(FileCopier("hard"), desk.order(photo_at(source / "1.jpg")))
        assert Path(place.target).read_bytes() == b"one"
        assert os.stat(place.target).st_nlink == 1
    assert "Hard links cannot be made" in caplog.text


def test_a_reflink_is_made_or_becomes_a_copy(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", os.urandom(100_000))
    place, record = publish(FileCopier("reflink"), desk.order(photo))
    assert Path(place.target).read_bytes() == Path(photo.path).read_bytes()
    assert record.modified_ns == photo.modified_ns
    assert not os.path.samefile(place.target, photo.path)
    only_these(desk, "1.jpg")


def test_a_reflink_is_verified_and_keeps_the_time(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def share(writer: int, request: int, reader: int) -> None:
        assert request == 0x40049409
        os.copy_file_range(reader, writer, 1 << 20)

    monkeypatch.setattr(transfer.fcntl, "ioctl", share)
    photo = desk.put("1.jpg", b"one")
    place, record = publish(FileCopier("reflink"), desk.order(photo))
    assert Path(place.target).read_bytes() == b"one"
    assert record.modified_ns == photo.modified_ns


def test_a_full_disk_pauses_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "small"
    out.mkdir()
    with mounted(out, "size=2m"):
        desk = CopyDesk(tmp_path, out)
        photos = [desk.put(f"{number}.jpg", os.urandom(400_000)) for number in range(8)]
        copied, paused = 0, 0
        for event in desk.start(desk.orders(*photos)):
            assert isinstance(event, PhotoCopied | RunPaused)
            if isinstance(event, RunPaused):
                paused += 1
                assert event.reason.startswith("There is no room left")
                assert len(desk.copies()) == copied < len(photos)
                subprocess.run(["mount", "-o", "remount,size=8m", str(out)], check=True)
            copied += isinstance(event, PhotoCopied)
        assert (copied, paused) == (8, 1)
        assert desk.copies() == {os.path.basename(photo.path): Path(photo.path).read_bytes() for photo in photos}
        desk.database.close()


def test_room_is_checked_before_anything_is_written(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = transfer.shutil.disk_usage(desk.out)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: usage._replace(free=2))
    monkeypatch.setattr(transfer.os, "write", lambda *_: pytest.fail("It was written to."))
    with pytest.raises(DiskFull):
        publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fills_up_meanwhile(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    monkeypatch.setattr(transfer.os, call, fail_with(number)(getattr(os, call)))
    with pytest.raises(DiskFull):
        publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    assert not (desk.out / "PhotosWithAnna").exists()


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_an_error_of_the_disk_is_that_photos_problem(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)]
    monkeypatch.setattr(transfer.os, call, fail_with(errno.EIO, {1})(getattr(os, call)))
    assert sorted(kinds(desk.copy(*photos))) == ["CopyFailed", "PhotoCopied", "PhotoCopied"]
    only_these(desk, "0.jpg", "2.jpg")
    assert len(list(desk.journal.copies_of_run(1))) == 2
    assert not desk.journal.unfinished()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_share_without_fsync_is_tolerated_and_logged_once(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    monkeypatch.setattr(transfer.os, "fsync", fail_with(number)(os.fsync))
    with caplog.at_level(logging.WARNING):
        assert kinds(desk.copy(desk.put("1.jpg", b"one"), desk.put("2.jpg", b"two"))) == ["PhotoCopied"] * 2
    assert caplog.text.count("cannot confirm") == 1


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ESTALE, errno.EHOSTDOWN])
def test_a_target_out_of_reach_stops_all(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(transfer.os, "write", fail_with(number)(os.write))
    with pytest.raises(StorageUnavailable):
        publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    assert not (desk.out / "PhotosWithAnna").exists()


def test_a_target_lost_while_it_is_read_is_not_taken_for_a_lost_source(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    publish(desk.copier, order)
    monkeypatch.setattr(transfer.os, "read", fail_with(errno.ESTALE)(os.read))
    with pytest.raises(StorageUnavailable) as lost:
        desk.copier.place(order)
    assert not isinstance(lost.value, SourceUnavailable)


def test_a_folder_that_cannot_be_synced_is_not_synced(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer.os, "fsync", fail_with(errno.EIO)(os.fsync))
    with pytest.raises(StorageUnavailable):
        desk.copier.sync([str(desk.out)])
    with pytest.raises(StorageUnavailable):
        desk.copier.sync([str(desk.out / "gone")])


def test_an_interrupt_leaves_no_temporary_file(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(transfer.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    assert not (desk.out / "PhotosWithAnna").exists()


def test_a_destination_of_a_thousand_missing_folders_is_refused_and_nothing_made(tmp_path: Path) -> None:
    for levels in (17, 1000, 3000):
        with pytest.raises(WrongUse, match=f"{levels} folders do not exist"):
            check_destination(str(tmp_path.joinpath(*"a" * levels)))
    assert not any(tmp_path.iterdir())
    check_destination(str(tmp_path.joinpath(*"a" * 16)))


def test_a_destination_is_made_and_nothing_left_in_it(tmp_path: Path) -> None:
    check_destination(str(tmp_path / "a" / "b"))
    assert list((tmp_path / "a").iterdir()) == [tmp_path / "a" / "b"]
    assert not list((tmp_path / "a" / "b").iterdir())


def test_a_destination_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable):
        check_destination(str(tmp_path / "file"))
    with pytest.raises(StorageUnavailable):
        check_destination(str(tmp_path / "file" / "folder"))


def test_a_read_only_destination_is_refused(tmp_path: Path) -> None:
    with mounted(tmp_path, "size=1m,ro"), pytest.raises(StorageUnavailable, match="Read-only"):
        check_destination(str(tmp_path))


def test_a_planted_link_is_not_written_through(desk: CopyDesk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    order = desk.order(desk.put("1.jpg", b"one"))
    os.symlink(elsewhere, order.folder)
    with pytest.raises(StorageUnavailable, match="link to another place"):
        desk.copier.place(order)
    os.unlink(order.folder)
    os.mkdir(order.folder)
    os.symlink(elsewhere / "victim", os.path.join(order.folder, "1.jpg"))
    place, _ = publish(desk.copier, order)
    assert os.path.basename(place.target) == "1 (1).jpg"
    assert not any(elsewhere.iterdir())


def test_a_file_in_the_place_of_the_folder_stops_all(desk: CopyDesk) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    Path(order.folder).touch()
    with pytest.raises(StorageUnavailable):
        publish(desk.copier, order)


def test_a_dry_copier_needs_no_destination(desk: CopyDesk) -> None:
    order = CopyOrder(desk.put("1.jpg", b"one"), ANNA, str(desk.out / "not" / "there"))
    place = placed(DryCopier(), order)
    assert place.new_folder


def test_long_names_keep_their_ending(desk: CopyDesk) -> None:
    name = "é" * 125 + ".jpg"
    first, second = desk.put(f"a/{name}", b"one"), desk.put(f"b/{name}", b"two")
    assert kinds(desk.copy(first, second)) == ["PhotoCopied"] * 2
    only_these(desk, name, "é" * 123 + " (1).jpg")
    assert kinds(desk.copy(first, second)) == ["PhotoAlreadyThere"] * 2


def test_what_only_looks_like_a_long_ending_is_cut(desk: CopyDesk) -> None:
    name = "a." + "n" * 253
    assert kinds(desk.copy(desk.put(f"a/{name}", b"one"), desk.put(f"b/{name}", b"two"))) == ["PhotoCopied"] * 2
    only_these(desk, name, name[:251] + " (1)")


def test_a_name_of_255_bytes_is_kept(desk: CopyDesk) -> None:
    name = "n" * 251 + ".jpg"
    desk.copy(desk.put(name, b"one"))
    only_these(desk, name)


def test_a_path_that_would_be_too_long_is_shortened(desk: CopyDesk, tmp_path: Path) -> None:
    base = str(tmp_path / "deep")
    while len(base) < 3780:
        base = os.path.join(base, "d" * min(200, 3790 - len(base)))
    folder = os.path.join(base, "p" * 150)
    os.makedirs(base)
    order = replace(desk.order(desk.put("n" * 251 + ".jpg", b"one")), folder=folder)
    place, _ = publish(desk.copier, order)
    assert len(place.target) <= 4095
    assert place.target.endswith("n.jpg")
    with pytest.raises(StorageUnavailable, match="too long"):
        desk.copier.place(replace(order, folder=os.path.join(folder, "p" * 130)))


def test_names_that_are_not_utf8_are_copied_as_they_are(desk: CopyDesk) -> None:
    name = os.fsdecode(b"caf\xe9" + b"\xff" * 200 + b".jpg")
    first, second = desk.put(f"a/{name}", b"one"), desk.put(f"b/{name}", b"two")
    assert kinds(desk.copy(first, second)) == ["PhotoCopied"] * 2
    only_these(desk, name, name.replace(".jpg", " (1).jpg"))
    assert kinds(desk.copy(first, second)) == ["PhotoAlreadyThere"] * 2
    assert kinds(desk.undo(1)) == ["CopyTakenBack"] * 2


class FoldingCopier(FileCopier):
    """A layer over the file system that ignores case and Unicode form, as those of macOS and Windows do."""

    def _status(self, path: str) -> os.stat_result | None:
        folder, name = os.path.split(path)
        there = os.listdir(folder) if os.path.isdir(folder) else []
        return super()._status(os.path.join(folder, next((one for one in there if fold(one) == fold(name)), name)))


def fold(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()


def test_names_that_a_file_system_merges_are_both_kept(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: str, target: str) -> None:
        if fold(os.path.basename(target)) in map(fold, os.listdir(os.path.dirname(target))):
            raise FileExistsError(target)
        os_link(source, target)

    os_link = os.link
    monkeypatch.setattr(transfer.os, "link", link)
    names = ["A.jpg", "a.jpg", "a.JPG", "Zo\u00eb.jpg", "Zoe\u0308.jpg"]
    photos = [desk.put(f"{number}/{name}", b"%d" % number) for number, name in enumerate(names)]
    assert kinds(desk.copy(*photos, copier=FoldingCopier("copy"))) == ["PhotoCopied"] * 5
    assert sorted(desk.copies().values()) == [b"0", b"1", b"2", b"3", b"4"]
    assert kinds(desk.copy(*photos, copier=FoldingCopier("copy"))) == ["PhotoAlreadyThere"] * 5


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EILSEQ])
def test_a_name_that_the_target_refuses_is_made_harmless(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(function):
        def refusing(*arguments: str, **named: int) -> object:
            if any(set("?:\udce9") & set(os.path.basename(path)) for path in arguments if isinstance(path, str)):
                raise OSError(number, os.strerror(number))
            return function(*arguments, **named)

        return refusing

    photos = [desk.put(name, name.encode("utf-8", "replace")) for name in ("what?.jpg", "12:30.jpg", "caf\udce9.jpg")]
    orders = desk.orders(*photos)
    for call in ("link", "lstat"):
        monkeypatch.setattr(transfer.os, call, refuse(getattr(os, call)))
    monkeypatch.setattr(exclusive_rename, "_rename", None)
    opening, target = os.open, str(desk.out)
    monkeypatch.setattr(
        transfer.os,
        "open",
        lambda path, *rest: (refuse(opening) if path.startswith(target) else opening)(path, *rest),
    )
    assert kinds(list(desk.start(orders))) == ["PhotoCopied"] * 3
    assert kinds(list(desk.start(orders))) == ["PhotoAlreadyThere"] * 3
    monkeypatch.undo()
    only_these(desk, "what_.jpg", "12_30.jpg", "caf_.jpg")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.write_bytes(b"ONE!"), "changed"),
        (lambda path: os.utime(path, (0, 0)), "changed"),
        (lambda path: (path.unlink(), os.symlink("/etc/hostname", path)), "changed"),
        (lambda path: (path.unlink(), path.mkdir()), "changed"),
    ],
)
def test_only_an_unchanged_copy_is_taken_back(desk: CopyDesk, change, reason: str) -> None:
    _, record = publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    change(Path(record.target))
    with pytest.raises(PhotoError, match=reason):
        desk.copier.take_back(record)
    assert os.path.lexists(record.target)


@pytest.mark.parametrize("method", ["copy", "hard"])
def test_the_last_copy_of_a_photo_is_not_taken_back(desk: CopyDesk, method: str) -> None:
    photo = desk.put("1.jpg", b"one")
    place, record = publish(FileCopier(method), desk.order(photo))
    os.rename(photo.path, f"{photo.path}.gone")
    for now_there in (None, b"another"):
        if now_there:
            Path(photo.path).write_bytes(now_there)
        with pytest.raises(PhotoError, match="last copy"):
            desk.copier.take_back(record)
    Path(photo.path).write_bytes(b"one")  # as old as any, but the same bytes
    assert desk.copier.take_back(record)
    assert not os.path.exists(place.target)


def test_a_link_that_looks_like_the_copy_is_not_taken_back(desk: CopyDesk) -> None:
    _, record = publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    os.rename(record.target, os.path.join(os.path.dirname(record.target), "one"))
    os.symlink("one", record.target)
    os.utime(record.target, ns=(0, record.modified_ns), follow_symlinks=False)
    assert not desk.copier.intact(record)
    with pytest.raises(PhotoError, match="changed"):
        desk.copier.take_back(record)


def test_a_file_of_another_name_is_never_taken_for_a_temporary_one(desk: CopyDesk) -> None:
    _, record = publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    mine = Path(record.target).with_name("mine.jpg")
    mine.write_bytes(b"mine")
    assert desk.copier.adopt(record, str(mine)) == (record.size, record.modified_ns)
    only_these(desk, "1.jpg", "mine.jpg")


def test_a_copy_changed_under_the_same_size_and_time_is_kept(desk: CopyDesk) -> None:
    _, record = publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    Path(record.target).write_bytes(b"eno")
    os.utime(record.target, ns=(0, record.modified_ns))
    with pytest.raises(PhotoError, match="changed"):
        desk.copier.take_back(record)
    only_these(desk, "1.jpg")


def test_a_destination_out_of_reach_is_not_taken_for_gone_copies(desk: CopyDesk) -> None:
    _, record = publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    os.rename(desk.out, desk.out.with_name("unplugged"))
    with pytest.raises(StorageUnavailable):
        desk.copier.take_back(record)


def test_a_copy_that_cannot_be_removed_stops_all(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, record = publish(desk.copier, desk.order(desk.put("1.jpg", b"one")))
    monkeypatch.setattr(transfer.os, "unlink", fail_with(errno.EROFS)(os.unlink))
    with pytest.raises(StorageUnavailable):
        desk.copier.take_back(record)
