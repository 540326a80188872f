"""Copying as a whole: journal, batches, names, reruns, pauses."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from facesorter.domain.errors import DiskFull, SourceUnavailable, StorageUnavailable
from facesorter.domain.events import CopyFailed, Event, PhotoAlreadyThere, PhotoCopied, RunPaused
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.pipeline import copy as copy_module
from facesorter.pipeline.copy import BATCH, RETRY_DELAYS_S, recover
from facesorter.places.disk.copier import FileCopier
from tests.copying import ANNA, BEN, CopyDesk, kinds, photo_at


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CopyDesk]:
    desk = CopyDesk(tmp_path)
    yield desk
    desk.database.close()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    naps: list[float] = []
    monkeypatch.setattr(copy_module.time, "sleep", naps.append)
    return naps


class FailingCopier(FileCopier):
    """Raises each of the errors in turn (None: publishes), then works."""

    def __init__(self, *errors: Exception | None, on: str = "publish") -> None:
        super().__init__("copy")
        self.errors = list(errors)
        self.on = on

    def _fail(self, method: str) -> None:
        error = self.errors.pop(0) if method == self.on and self.errors else None
        if error:
            raise error

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        self._fail("publish")
        return super().publish(order, placement)

    def sync(self, folders: object) -> None:
        self._fail("sync")
        super().sync(folders)  # type: ignore[arg-type]


def test_copies_with_bytes_and_time_and_tells_once(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}.jpg", b"photo %d" % number) for number in range(BATCH + 3)]
    events = desk.copy(*photos)
    assert kinds(events) == ["PhotoCopied"] * len(photos)
    assert desk.copies() == {f"{number}.jpg": b"photo %d" % number for number in range(BATCH + 3)}
    assert {path.stat().st_mtime_ns for path in (desk.out / "PhotosWithAnna").iterdir()} == {photos[0].modified_ns}


def test_a_slow_destination_tells_after_each_photo(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_module, "BATCH_SECONDS", 0.05)

    class Slow(FileCopier):
        def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
            time.sleep(0.06)
            return super().publish(order, placement)

    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(4)]
    for told, event in enumerate(desk.start(desk.orders(*photos), Slow("copy")), start=1):
        assert isinstance(event, PhotoCopied)
        assert len(desk.copies()) == told
    assert len(desk.copies()) == 4


def test_several_people_share_a_photo(desk: CopyDesk) -> None:
    photo = desk.put("both.jpg", b"Anna and Ben")
    events = list(desk.start([desk.order(photo, ANNA), desk.order(photo, BEN)]))
    assert kinds(events) == ["PhotoCopied"] * 2
    assert desk.copies(ANNA) == desk.copies(BEN) == {"both.jpg": b"Anna and Ben"}


def test_an_event_is_told_when_the_journal_has_it(desk: CopyDesk) -> None:
    for event in desk.start(desk.orders(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(5)))):
        assert isinstance(event, PhotoCopied)
        assert event.target in {record.target for record in desk.journal.copies(ANNA, str(desk.out))}
        assert not desk.journal.unfinished()


def test_a_rerun_reads_nothing_and_copies_nothing(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [desk.put("a/1.jpg", b"one"), desk.put("b/1.jpg", b"two"), desk.put("2.jpg", b"three")]
    desk.copy(*photos)
    for folder in (desk.photos, desk.out):
        for path in folder.rglob("*.jpg"):
            path.chmod(0)
    monkeypatch.setattr("facesorter.places.disk.copier.digest_of", lambda path: pytest.fail(f"{path} was read"))
    assert kinds(desk.copy(*photos)) == ["PhotoAlreadyThere"] * 3


def test_without_the_journal_the_same_content_is_found_again(desk: CopyDesk, tmp_path: Path) -> None:
    photos = [desk.put("a/1.jpg", b"one"), desk.put("b/1.jpg", b"two"), desk.put("c/1.jpg", b"three")]
    desk.copy(*photos)
    other = tmp_path / "other"
    other.mkdir()
    amnesiac = CopyDesk(other, desk.out)
    try:
        assert kinds(amnesiac.copy(*reversed(photos))) == ["PhotoAlreadyThere"] * 3
    finally:
        amnesiac.database.close()
    assert len(desk.copies()) == 3


def test_a_gap_in_the_numbers_makes_no_twin(desk: CopyDesk) -> None:
    folder = desk.out / "PhotosWithAnna"
    folder.mkdir()
    (folder / "1 (1).jpg").write_bytes(b"one")
    (event,) = desk.copy(desk.put("1.jpg", b"one"))
    assert event == PhotoAlreadyThere(photo_at(desk.photos / "1.jpg"), ANNA, str(folder / "1 (1).jpg"))


def test_same_name_other_content_gets_a_number_within_one_batch(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}/photo.jpg", b"content %d" % number) for number in range(9)]
    assert kinds(desk.copy(*photos)) == ["PhotoCopied"] * 9
    names = ["photo.jpg", *(f"photo ({number}).jpg" for number in range(1, 9))]
    assert desk.copies() == {name: b"content %d" % number for number, name in enumerate(names)}


def test_same_name_same_content_is_copied_once(desk: CopyDesk) -> None:
    photos = [desk.put("a/photo.jpg", b"same"), desk.put("b/photo.jpg", b"same")]
    assert kinds(desk.copy(*photos)) == ["PhotoCopied", "PhotoAlreadyThere"]
    assert kinds(desk.copy(*photos)) == ["PhotoAlreadyThere"] * 2
    assert desk.copies() == {"photo.jpg": b"same"}


def test_names_that_differ_in_case_or_unicode_form_are_both_kept(desk: CopyDesk) -> None:
    names = ["A.jpg", "a.jpg", "Zo\u00eb.jpg", "Zoe\u0308.jpg"]
    photos = [desk.put(f"{number}/{name}", name.encode()) for number, name in enumerate(names)]
    assert kinds(desk.copy(*photos)) == ["PhotoCopied"] * 4
    assert sorted(desk.copies().values()) == sorted(name.encode() for name in names)
    assert kinds(desk.copy(*photos)) == ["PhotoAlreadyThere"] * 4


def test_a_copy_removed_by_hand_is_made_again(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    desk.copy(photo)
    (desk.out / "PhotosWithAnna" / "1.jpg").unlink()
    assert kinds(desk.copy(photo)) == ["PhotoCopied"]
    assert desk.copies() == {"1.jpg": b"one"}


def test_a_copy_edited_by_hand_is_left_alone(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    desk.copy(photo)
    (desk.out / "PhotosWithAnna" / "1.jpg").write_bytes(b"ONE")
    desk.copy(photo)
    assert desk.copies() == {"1.jpg": b"ONE", "1 (1).jpg": b"one"}


def test_a_photo_edited_since_the_last_run_is_copied_beside_the_old_one(desk: CopyDesk) -> None:
    desk.copy(desk.put("1.jpg", b"one"))
    assert kinds(desk.copy(desk.put("1.jpg", b"new"))) == ["PhotoCopied"]
    assert desk.copies() == {"1.jpg": b"one", "1 (1).jpg": b"new"}


@pytest.mark.parametrize("grain_ns", [1_000_000_000, 2_000_000_000])
def test_coarse_timestamps_are_recognized(desk: CopyDesk, grain_ns: int) -> None:
    photo = desk.put("1.jpg", b"one", modified_ns=1_600_000_001_999_999_999)
    desk.copy(photo)
    copied = desk.out / "PhotosWithAnna" / "1.jpg"
    coarse = photo.modified_ns // grain_ns * grain_ns
    os.utime(copied, ns=(coarse, coarse))
    (known,) = desk.journal.copies(ANNA, str(desk.out))
    assert desk.copier.intact(known)
    assert kinds(desk.undo(1)) == ["CopyTakenBack"]


def test_a_missing_photo_fails_alone(desk: CopyDesk) -> None:
    missing, there = desk.put("1.jpg", b"one"), desk.put("2.jpg", b"two")
    os.unlink(missing.path)
    events = desk.copy(missing, there)
    assert sorted(kinds(events)) == ["CopyFailed", "PhotoCopied"]
    (failed,) = (event for event in events if isinstance(event, CopyFailed))
    assert "missing" in failed.reason
    assert desk.copies() == {"2.jpg": b"two"}


def test_a_name_taken_meanwhile_is_placed_again(desk: CopyDesk) -> None:
    class Racing(FileCopier):
        def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
            if placement.target.endswith("1.jpg"):
                os.makedirs(order.folder, exist_ok=True)
                Path(placement.target).write_bytes(b"somebody else's")
            return super().publish(order, placement)

    events = desk.copy(desk.put("1.jpg", b"one"), copier=Racing("copy"))
    assert kinds(events) == ["PhotoCopied"]
    assert desk.copies() == {"1.jpg": b"somebody else's", "1 (1).jpg": b"one"}


def test_a_name_that_is_never_free_fails_in_the_end(desk: CopyDesk) -> None:
    copier = FailingCopier(*[FileExistsError("1.jpg")] * 9)
    assert kinds(desk.copy(desk.put("1.jpg", b"one"), copier=copier)) == ["CopyFailed"]
    assert not desk.journal.unfinished()


def test_a_full_disk_pauses_once_and_goes_on(desk: CopyDesk, naps: list[float]) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(4)]
    copier = FailingCopier(None, DiskFull("Full.", "Free some."), DiskFull("Full.", "Free some."))
    events = desk.copy(*photos, copier=copier)
    assert kinds(events) == ["PhotoCopied", "RunPaused", "RunPaused", "PhotoCopied", "PhotoCopied", "PhotoCopied"]
    assert events[1] == RunPaused("Full. Free some.")
    assert len(desk.copies()) == 4
    assert not naps


def test_giving_up_in_a_pause_leaves_nothing_half(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(4)]
    running = desk.start(desk.orders(*photos), FailingCopier(None, DiskFull("Full.")))
    assert isinstance(next(running), PhotoCopied)
    assert isinstance(next(running), RunPaused)
    running.close()  # type: ignore[attr-defined]
    assert desk.copies() == {"0.jpg": b"x0"}
    assert not desk.journal.unfinished()
    assert len(list(desk.journal.copies_of_run(1))) == 1


def test_a_short_drop_of_the_network_is_bridged(desk: CopyDesk, naps: list[float]) -> None:
    copier = FailingCopier(StorageUnavailable("Gone."), StorageUnavailable("Gone."))
    assert kinds(desk.copy(desk.put("1.jpg", b"one"), copier=copier)) == ["PhotoCopied"]
    assert naps == list(RETRY_DELAYS_S[:2])


def test_a_long_drop_of_the_network_pauses_after_bounded_retries(desk: CopyDesk, naps: list[float]) -> None:
    copier = FailingCopier(*[StorageUnavailable("Gone.")] * 5)
    assert kinds(desk.copy(desk.put("1.jpg", b"one"), copier=copier)) == ["RunPaused", "RunPaused", "PhotoCopied"]
    assert naps == list(RETRY_DELAYS_S)
    assert sum(RETRY_DELAYS_S) < 1


def test_a_folder_that_cannot_be_synced_is_synced_later(desk: CopyDesk, naps: list[float]) -> None:
    copier = FailingCopier(*[StorageUnavailable("Gone.")] * 20, on="sync")
    events: list[Event] = []
    for event in desk.start(desk.orders(desk.put("1.jpg", b"one")), copier):
        events.append(event)
        assert bool(list(desk.journal.copies_of_run(1))) == (not isinstance(event, RunPaused))
    assert kinds(events)[-2:] == ["RunPaused", "PhotoCopied"]
    assert naps


def test_giving_up_an_unsynced_copy_leaves_it_to_recovery(desk: CopyDesk, naps: list[float]) -> None:
    running = desk.start(
        desk.orders(desk.put("1.jpg", b"one")), FailingCopier(*[StorageUnavailable("Gone.")] * 20, on="sync")
    )
    assert isinstance(next(running), RunPaused)
    running.close()  # type: ignore[attr-defined]
    recover(desk.journal, desk.copier)
    assert [record.content for record in desk.journal.copies_of_run(1)] == [hashlib.sha256(b"one").digest()]
    assert naps


def test_a_source_that_vanishes_pauses_and_comes_back(desk: CopyDesk, naps: list[float]) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)]
    away = desk.photos.with_name("unplugged")
    os.rename(desk.photos, away)
    events: list[Event] = []
    for event in desk.start(desk.orders(*photos)):
        if isinstance(event, RunPaused):
            os.rename(away, desk.photos)
        events.append(event)
    assert kinds(events) == ["RunPaused", *["PhotoCopied"] * 3]
    assert naps == list(RETRY_DELAYS_S)


def test_a_source_folder_that_is_gone_for_good_pauses_once(desk: CopyDesk, naps: list[float]) -> None:
    photos = [desk.put(f"{number % 2}/{number}.jpg", b"x%d" % number) for number in range(6)]
    there = desk.put("there/1.jpg", b"there")
    os.rename(desk.photos / "0", desk.photos / "2")
    os.rename(desk.photos / "1", desk.photos / "3")
    assert kinds(desk.copy(*photos, there)) == ["RunPaused", *["CopyFailed"] * 6, "PhotoCopied"]
    assert naps


def test_a_source_is_waited_for_whatever_the_run_paused_for_before(desk: CopyDesk, naps: list[float]) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(2)]
    gone = SourceUnavailable("Gone.")
    filled_up = FailingCopier(DiskFull("Full."), gone)
    assert kinds(desk.copy(photos[0], copier=filled_up)) == ["RunPaused", "PhotoCopied"]
    desk.undo(1)
    came_back_and_went = FailingCopier(*[gone] * 4, None, gone)
    assert kinds(desk.copy(*photos, copier=came_back_and_went)) == ["RunPaused", "PhotoCopied", "PhotoCopied"]
    assert naps


def test_a_destination_that_vanishes_is_not_made_anew_elsewhere(desk: CopyDesk, naps: list[float]) -> None:
    first, second = desk.put("1.jpg", b"one"), desk.put("2.jpg", b"two")
    desk.copy(first)
    away = desk.out.with_name("unplugged")
    os.rename(desk.out, away)
    desk.out.mkdir()  # the empty mount point
    events: list[Event] = []
    for event in desk.start(desk.orders(first, second)):
        if isinstance(event, RunPaused):
            assert not any(desk.out.iterdir())
            desk.out.rmdir()
            os.rename(away, desk.out)
        events.append(event)
    assert kinds(events) == ["RunPaused", "PhotoAlreadyThere", "PhotoCopied"]
    assert desk.copies() == {"1.jpg": b"one", "2.jpg": b"two"}
    assert naps


def test_a_dry_run_tells_the_same_and_writes_nothing(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}/photo.jpg", b"content %d" % (number // 2)) for number in range(6)]
    os.rmdir(desk.out)
    told = desk.rehearse(*photos)
    assert not desk.out.exists()
    assert not list(desk.journal.runs())
    desk.out.mkdir()
    done = desk.copy(*photos)
    assert [replace(event, dry_run=False) if isinstance(event, PhotoCopied) else event for event in told] == done
    assert kinds(desk.rehearse(*photos)) == ["PhotoAlreadyThere"] * 6


def test_a_photo_inside_the_persons_folder_is_already_there(desk: CopyDesk) -> None:
    path = desk.out / "PhotosWithAnna" / "1.jpg"
    path.parent.mkdir()
    path.write_bytes(b"one")
    assert kinds(desk.copy(photo_at(path))) == ["PhotoAlreadyThere"]
    assert desk.copies() == {"1.jpg": b"one"}


def test_recovery_adopts_a_copy_that_was_published_but_not_recorded(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    run_id = desk.journal.begin_run([ANNA], str(desk.out))
    place = desk.copier.place(desk.order(photo))
    assert isinstance(place, Placement)
    desk.journal.intend(run_id, [(desk.order(photo), place)])
    desk.copier.publish(desk.order(photo), place)
    Path(place.temporary).write_bytes(b"on")  # as if killed between the link and the unlink
    recover(desk.journal, desk.copier)
    assert not desk.journal.unfinished()
    assert desk.copies() == {"1.jpg": b"one"}
    assert kinds(desk.copy(photo)) == ["PhotoAlreadyThere"]
    assert kinds(desk.undo(run_id)) == ["CopyTakenBack"]


def test_recovery_removes_only_our_temporary_files(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    place = desk.copier.place(desk.order(photo))
    assert isinstance(place, Placement)
    desk.journal.intend(desk.journal.begin_run([ANNA], str(desk.out)), [(desk.order(photo), place)])
    folder = Path(place.target).parent
    folder.mkdir()
    Path(place.temporary).write_bytes(b"on")
    others = [folder / ".facesorter-0123456789abcdef.part", folder / "mine.part", folder / "1.jpg"]
    for other in others:
        other.write_bytes(b"not FaceSorter's")
    recover(desk.journal, desk.copier)
    assert not desk.journal.unfinished()
    assert sorted(folder.iterdir()) == sorted(others)
    assert not list(desk.journal.copies_of_run(1))


def test_recovery_removes_a_name_that_was_only_claimed(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    place = desk.copier.place(desk.order(photo))
    assert isinstance(place, Placement)
    desk.journal.intend(desk.journal.begin_run([ANNA], str(desk.out)), [(desk.order(photo), place)])
    Path(place.target).parent.mkdir()
    Path(place.temporary).write_bytes(b"one")
    Path(place.target).touch()
    recover(desk.journal, desk.copier)
    assert desk.copies() == {}


def test_names_are_durable_before_they_are_recorded(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    for thing, name in ((desk.copier, "sync"), (desk.journal, "published"), (desk.journal, "taken_back")):
        step = getattr(thing, name)
        monkeypatch.setattr(thing, name, lambda data, name=name, step=step: (steps.append(name), step(data)))
    photo = desk.put("1.jpg", b"one")
    desk.copy(photo)
    desk.undo(1)
    assert steps == ["sync", "published", "sync", "taken_back"]
    steps.clear()
    place = desk.copier.place(desk.order(photo))
    assert isinstance(place, Placement)
    desk.journal.intend(1, [(desk.order(photo), place)])
    desk.copier.publish(desk.order(photo), place)
    recover(desk.journal, desk.copier)
    assert steps == ["sync", "published"]


def test_recovery_waits_for_a_destination_out_of_reach(desk: CopyDesk, caplog: pytest.LogCaptureFixture) -> None:
    photo = desk.put("1.jpg", b"one")
    place = desk.copier.place(desk.order(photo))
    assert isinstance(place, Placement)
    desk.journal.intend(desk.journal.begin_run([ANNA], str(desk.out)), [(desk.order(photo), place)])
    desk.copier.publish(desk.order(photo), place)
    os.rename(desk.out, desk.out.with_name("unplugged"))
    with caplog.at_level(logging.WARNING):
        recover(desk.journal, desk.copier)
    assert "cannot be cleared up yet" in caplog.text
    os.rename(desk.out.with_name("unplugged"), desk.out)
    recover(desk.journal, desk.copier)
    assert len(list(desk.journal.copies_of_run(1))) == 1


def test_the_catalog_disk_full_pauses_too(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = desk.put("1.jpg", b"one")
    intend, failures = desk.journal.intend, [DiskFull("The catalog's disk is full.")]

    def failing(run_id: int, copies: list[tuple[CopyOrder, Placement]], *, held: bool = False) -> list[int]:
        if failures:
            raise failures.pop()
        return intend(run_id, copies, held=held)

    monkeypatch.setattr(desk.journal, "intend", failing)
    assert kinds(desk.copy(photo)) == ["RunPaused", "PhotoCopied"]


def test_an_unreachable_source_is_told_apart_from_a_missing_photo(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = desk.put("1.jpg", b"one")

    def stale(path: str) -> os.stat_result:
        raise OSError(errno.ESTALE, "Stale file handle", path)

    place = desk.copier.place(desk.order(photo))
    assert isinstance(place, Placement)
    with monkeypatch.context() as patched:
        patched.setattr("facesorter.places.disk.transfer.os.stat", stale)
        with pytest.raises(SourceUnavailable):
            desk.copier.publish(desk.order(photo), place)


def test_what_another_run_is_just_copying_is_nobodys_leftover(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = desk.put("1.jpg", b"one")
    publish = desk.copier.publish

    def meanwhile(order: CopyOrder, placement: Placement) -> tuple[int, int]:
        recover(desk.journal, FileCopier("copy"))  # as every run begins
        return publish(order, placement)

    monkeypatch.setattr(desk.copier, "publish", meanwhile)
    assert kinds(desk.copy(photo)) == ["PhotoCopied"]
    assert not desk.journal.unfinished()
    assert kinds(desk.undo(1)) == ["CopyTakenBack"]


def test_what_a_run_that_was_given_up_announced_is_left(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(order: CopyOrder, placement: Placement) -> tuple[int, int]:
        raise KeyboardInterrupt

    monkeypatch.setattr(desk.copier, "publish", broken)
    with pytest.raises(KeyboardInterrupt):
        desk.copy(desk.put("1.jpg", b"one"))
    assert len(desk.journal.unfinished()) == 1
    recover(desk.journal, FileCopier("copy"))
    assert not desk.journal.unfinished()
