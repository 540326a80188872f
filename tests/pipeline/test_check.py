"""Checking: each copy is reported as it is, and only what is missing is made again."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from facesorter.domain.events import CopyChecked, CopyFailed, Event
from facesorter.domain.planning import CopyState
from facesorter.pipeline.check import check
from facesorter.places.disk.copier import FileCopier
from facesorter.storage.journal import SqliteJournal
from tests.copying import BEN, CopyDesk, kinds


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CopyDesk]:
    desk = CopyDesk(tmp_path)
    yield desk
    desk.database.close()


def states(events: list[Event]) -> dict[str, str]:
    return {os.path.basename(event.target): event.state.value for event in events if isinstance(event, CopyChecked)}


def checked(desk: CopyDesk, *, repair: bool = False) -> list[Event]:
    # Pauses never end by themselves.
    return list(itertools.islice(check(FileCopier("copy"), desk.journal, repair=repair), 1000))


def test_each_copy_is_told_of(desk: CopyDesk) -> None:
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(4)))
    folder = desk.out / "PhotosWithAnna"
    (folder / "1.jpg").unlink()
    status = (folder / "2.jpg").stat()
    (folder / "2.jpg").write_bytes(b"y2")  # as long as before, and as old
    os.utime(folder / "2.jpg", ns=(status.st_atime_ns, status.st_mtime_ns))
    (folder / "3.jpg").unlink()
    (folder / "3.jpg").mkdir()
    events = checked(desk)
    assert states(events) == {"0.jpg": "fine", "1.jpg": "missing", "2.jpg": "altered", "3.jpg": "unknown"}
    assert all(event.has_original for event in events if isinstance(event, CopyChecked))
    assert kinds(events) == ["CopyChecked"] * 4


def test_what_is_missing_is_copied_again_and_the_rest_left_alone(desk: CopyDesk) -> None:
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)))
    folder = desk.out / "PhotosWithAnna"
    (folder / "1.jpg").unlink()
    (folder / "2.jpg").write_bytes(b"mine now")
    assert "PhotoCopied" in kinds(checked(desk, repair=True))
    assert desk.copies() == {"0.jpg": b"x0", "1.jpg": b"x1", "2.jpg": b"mine now"}
    assert states(checked(desk)) == {"0.jpg": "fine", "1.jpg": "fine", "2.jpg": "altered"}
    assert kinds(desk.undo(1)).count("CopyTakenBack") == 2


def test_a_whole_folder_is_made_again(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(70)]
    desk.copy(*photos)
    list(desk.start([desk.order(photos[0], BEN)]))
    shutil.rmtree(desk.out / "PhotosWithAnna")
    assert kinds(checked(desk, repair=True)).count("PhotoCopied") == 70
    assert set(states(checked(desk)).values()) == {"fine"}
    assert len(desk.copies()) == 70


def test_a_photo_that_changed_is_not_copied_for_another(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"before")
    desk.copy(photo)
    (desk.out / "PhotosWithAnna" / "1.jpg").unlink()
    desk.put("1.jpg", b"after!")
    events = checked(desk, repair=True)
    seen, failed = events
    assert isinstance(seen, CopyChecked)
    assert not seen.has_original
    assert isinstance(failed, CopyFailed)
    assert failed.person.name == "Anna"
    assert desk.copies() == {}
    assert states(checked(desk)) == {"1.jpg": "missing"}


def test_a_name_that_is_taken_by_now_is_left_alone(desk: CopyDesk) -> None:
    desk.copy(desk.put("1.jpg", b"one"), desk.put("2.jpg", b"two"))
    folder = desk.out / "PhotosWithAnna"
    (folder / "1.jpg").rename(folder / "renamed.jpg")
    shutil.rmtree(desk.photos)
    (folder / "2.jpg").unlink()
    (folder / "2.jpg").write_bytes(b"another")
    events = checked(desk, repair=True)
    assert states(events) == {"1.jpg": "missing", "2.jpg": "altered"}
    assert desk.copies() == {"renamed.jpg": b"one", "2.jpg": b"another"}


def test_a_folder_out_of_reach_is_not_a_missing_one(desk: CopyDesk) -> None:
    desk.copy(desk.put("1.jpg", b"one"))
    away = desk.out.with_name("away")
    desk.out.rename(away)
    (event,) = checked(desk, repair=True)
    assert isinstance(event, CopyChecked)
    assert event.state is CopyState.UNKNOWN
    assert "cannot be reached" in event.reason
    away.rename(desk.out)
    assert states(checked(desk)) == {"1.jpg": "fine"}


def test_a_copy_made_twice_under_one_name_counts_once(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    desk.copy(photo)
    (desk.out / "PhotosWithAnna" / "1.jpg").unlink()
    desk.copy(photo)
    assert kinds(checked(desk)) == ["CopyChecked"]


def test_what_a_kill_left_is_made_good_first(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    order = desk.order(photo)
    placement = desk.copier.place(order)
    assert not isinstance(placement, str)
    desk.journal.intend(desk.journal.begin_run([], str(desk.out)), [(order, placement)])
    desk.copier.publish(order, placement)
    assert states(checked(desk)) == {"1.jpg": "fine"}


class _CutOff(SqliteJournal):
    """Ends where a repaired copy is recorded and the missing one is still to be crossed out."""

    def taken_back(self, record_ids: Sequence[int]) -> None:
        raise KeyboardInterrupt


def test_a_repair_that_was_cut_off_leaves_one_copy_to_undo(desk: CopyDesk) -> None:
    desk.copy(desk.put("1.jpg", b"one"))
    (desk.out / "PhotosWithAnna" / "1.jpg").unlink()
    with pytest.raises(KeyboardInterrupt):
        list(check(desk.copier, _CutOff(desk.database), repair=True))
    assert states(checked(desk, repair=True)) == {"1.jpg": "fine"}
    assert [run.copies for run in desk.journal.runs()] == [1]
    assert kinds(desk.undo(1)) == ["CopyTakenBack"]


def test_a_copy_that_was_made_again_is_not_the_earlier_runs(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    desk.copy(photo)
    (desk.out / "PhotosWithAnna" / "1.jpg").unlink()
    desk.copy(photo)
    assert [run.copies for run in desk.journal.runs()] == [1, 0]
    assert desk.undo(1) == []
    assert desk.copies() == {"1.jpg": b"one"}
