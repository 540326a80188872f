"""Undo: only what FaceSorter made and nobody changed; finished when asked again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.events import CopyKept, CopyTakenBack, Event
from facesorter.domain.planning import CopyRecord, Placement, plan_copies
from facesorter.pipeline.undo import take_back, undo_run
from facesorter.places.disk.copier import FileCopier
from tests.copying import ANNA, BEN, CopyDesk, kinds


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CopyDesk]:
    desk = CopyDesk(tmp_path)
    yield desk
    desk.database.close()


def test_a_run_is_undone_and_the_sources_stay(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(70)]
    desk.copy(*photos)
    assert kinds(desk.undo(1)) == ["CopyTakenBack"] * 70
    assert not any(desk.out.iterdir())
    assert all(Path(photo.path).exists() for photo in photos)
    assert desk.undo(1) == []


def test_what_others_made_or_changed_stays_and_is_told(desk: CopyDesk) -> None:
    folder = desk.out / "PhotosWithAnna"
    folder.mkdir()
    (folder / "0.jpg").write_bytes(b"x0")
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(4)))
    (folder / "1.jpg").write_bytes(b"mine now")
    (folder / "2.jpg").unlink()
    assert desk.undo(1) == [
        CopyKept(str(folder / "1.jpg"), "It was changed since it was copied."),
        CopyKept(str(folder / "2.jpg"), "It is no longer there."),
        CopyTakenBack(str(folder / "3.jpg")),
    ]
    assert desk.copies() == {"0.jpg": b"x0", "1.jpg": b"mine now"}
    assert kinds(desk.undo(1)) == ["CopyKept"]


def test_an_empty_folder_that_was_there_before_stays(desk: CopyDesk) -> None:
    (desk.out / "PhotosWithAnna").mkdir()
    desk.copy(desk.put("1.jpg", b"one"))
    desk.undo(1)
    assert (desk.out / "PhotosWithAnna").is_dir()


def test_each_run_is_undone_by_itself(desk: CopyDesk) -> None:
    first, second = desk.put("1.jpg", b"one"), desk.put("2.jpg", b"two")
    desk.copy(first)
    desk.copy(first, second)
    assert kinds(desk.undo(1)) == ["CopyTakenBack"]
    assert desk.copies() == {"2.jpg": b"two"}
    assert kinds(desk.undo(2)) == ["CopyTakenBack"]
    assert not any(desk.out.iterdir())


def test_several_people_are_undone_together(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    list(desk.start([desk.order(photo, ANNA), desk.order(photo, BEN)]))
    assert kinds(desk.undo(1)) == ["CopyTakenBack"] * 2
    assert not any(desk.out.iterdir())


def test_a_plan_is_carried_out(desk: CopyDesk) -> None:
    photos = [desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)]
    desk.copy(*photos[:2])
    plan = plan_copies(desk.orders(*photos[1:]), photos[:1], desk.journal.copies(ANNA, str(desk.out)))
    list(desk.start(list(plan.to_copy)))
    assert kinds(list(take_back(plan.to_take_back, desk.copier, desk.journal))) == ["CopyTakenBack"]
    assert set(desk.copies()) == {"1.jpg", "2.jpg"}
    assert kinds(desk.copy(photos[0])) == ["PhotoCopied"]


def test_a_hard_linked_copy_loses_its_name_only(desk: CopyDesk) -> None:
    photo = desk.put("1.jpg", b"one")
    desk.copy(photo, copier=FileCopier("hard"))
    assert os.stat(photo.path).st_nlink == 2
    assert kinds(desk.undo(1)) == ["CopyTakenBack"]
    assert Path(photo.path).read_bytes() == b"one"


class StoppingCopier(FileCopier):
    """Raises the error at the third copy to take back."""

    def __init__(self, error: BaseException) -> None:
        super().__init__("copy")
        self.error = error
        self.count = 0

    def take_back(self, record: CopyRecord) -> bool:
        self.count += 1
        if self.count == 3:
            raise self.error
        return super().take_back(record)


@pytest.mark.parametrize("error", [StorageUnavailable("Gone."), KeyboardInterrupt()])
def test_stopped_in_the_middle_it_is_finished_by_asking_again(desk: CopyDesk, error: BaseException) -> None:
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(5)))
    with pytest.raises(type(error)):
        list(undo_run(1, StoppingCopier(error), desk.journal))
    assert len(desk.copies()) == 3
    desk.undo(1)
    assert not any(desk.out.iterdir())
    assert not list(desk.journal.copies_of_run(1))


def test_a_folder_left_empty_by_a_kill_goes_with_the_next_undo(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.copy(desk.put("1.jpg", b"one"))
    with monkeypatch.context() as killed:
        killed.setattr(desk.copier, "remove_folder", lambda _: None)
        desk.undo(1)
    assert (desk.out / "PhotosWithAnna").is_dir()
    assert desk.undo(1) == []
    assert not any(desk.out.iterdir())


def test_a_copy_that_a_kill_left_unrecorded_is_undone_too(desk: CopyDesk) -> None:
    order = desk.order(desk.put("1.jpg", b"one"))
    place = desk.copier.place(order)
    assert isinstance(place, Placement)
    run_id = desk.journal.begin_run([ANNA], str(desk.out))
    desk.journal.intend(run_id, [(order, place)])
    desk.copier.publish(order, place)
    assert kinds(desk.undo(run_id)) == ["CopyTakenBack"]
    assert not any(desk.out.iterdir())


def test_what_was_taken_back_before_the_trouble_is_told(desk: CopyDesk) -> None:
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(5)))
    told: list[Event] = []
    with pytest.raises(StorageUnavailable):
        told.extend(undo_run(1, StoppingCopier(StorageUnavailable("Gone.")), desk.journal))
    assert kinds(told) == ["CopyTakenBack"] * 2
    assert len(list(desk.journal.copies_of_run(1))) == 3


def test_an_unplugged_drive_loses_no_record(desk: CopyDesk) -> None:
    desk.copy(desk.put("1.jpg", b"one"))
    away = desk.out.with_name("unplugged")
    os.rename(desk.out, away)
    with pytest.raises(StorageUnavailable):
        desk.undo(1)
    desk.out.mkdir()  # the empty mount point
    assert kinds(desk.undo(1)) == ["CopyKept"]
    desk.out.rmdir()
    os.rename(away, desk.out)
    assert kinds(desk.undo(1)) == ["CopyTakenBack"]


def test_a_deleted_folder_is_told(desk: CopyDesk) -> None:
    desk.copy(desk.put("1.jpg", b"one"))
    shutil.rmtree(desk.out / "PhotosWithAnna")
    assert desk.undo(1) == [CopyKept(str(desk.out / "PhotosWithAnna" / "1.jpg"), "Its folder is gone.")]
