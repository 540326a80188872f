"""Byte-equal photos are one picture: one copy, whatever was read first, and the same in every run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from facesorter.domain.errors import PhotoError
from facesorter.domain.events import Event, PhotoCompared, SamePicture
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.pipeline.undo import undo_run
from facesorter.places.disk.copier import FileCopier
from tests.pipeline.test_sort import Desk, balance


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.executor.close()
    desk.database.close()


def same(events: list[Event]) -> dict[str, str]:
    return {
        os.path.basename(event.photo.path): os.path.basename(event.twin)
        for event in events
        if isinstance(event, SamePicture)
    }


def put_twins(desk: Desk) -> None:
    for name in ("a/1.jpg", "b/2.jpg", "c/1.jpg"):
        desk.put(name, "Anna 97")
    desk.put("b/other.jpg", "Anna 98")


def test_three_runs_copy_once_name_the_others_and_add_up(desk: Desk) -> None:
    put_twins(desk)
    for copied, already_there in ((2, 0), (0, 2), (0, 2)):
        events = desk.sort("Anna")
        told = balance(events)
        assert (told.found, told.copied, told.already_there, told.same_picture) == (4, copied, already_there, 2)
        assert [event.twin for event in events if isinstance(event, SamePicture)] == [str(desk.photos / "a/1.jpg")] * 2
        assert desk.copies("Anna") == {"1.jpg": "Anna 97", "other.jpg": "Anna 98"}


def test_a_dry_run_tells_the_same(desk: Desk) -> None:
    put_twins(desk)
    rehearsed = balance(desk.sort("Anna", dry_run=True))
    assert (rehearsed.copied, rehearsed.same_picture) == (2, 2)
    assert rehearsed == balance(desk.sort("Anna"))


def test_the_first_in_order_is_copied_whatever_is_known_first(desk: Desk) -> None:
    desk.put("b.jpg", "Anna 97")
    desk.put("z.jpg", "Ben 97")
    desk.sort("Ben")  # what b.jpg shows is known from now on, and what a.jpg shows is not
    desk.put("a.jpg", "Anna 97")
    events = desk.sort("Anna")
    assert same(events) == {"b.jpg": "a.jpg"}
    assert desk.copies("Anna") == {"a.jpg": "Anna 97"}


def test_photos_of_one_size_do_not_wait_once_the_earlier_ones_are_known(desk: Desk) -> None:
    for number in range(40):
        desk.put(f"{number:02}.jpg", f"Anna {90 + number % 9}.{number:02}")
    copied_by_then = 0
    for event in desk.prepare("Anna").run():
        if isinstance(event, PhotoCompared) and event.final:
            break
        copied_by_then = len(desk.copies("Anna"))
    assert copied_by_then == 40


def test_if_the_first_cannot_be_copied_the_next_one_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put_twins(desk)
    publish = FileCopier.publish

    def refuse_the_first(copier: FileCopier, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        if order.photo.path.endswith(os.path.join("a", "1.jpg")):
            raise PhotoError("There is no right to read it.")
        return publish(copier, order, placement)

    monkeypatch.setattr(FileCopier, "publish", refuse_the_first)
    events = desk.sort("Anna")
    told = balance(events)
    assert (told.found, told.problems, told.copied, told.same_picture) == (4, 1, 2, 1)
    assert same(events) == {"1.jpg": "2.jpg"}
    assert desk.copies("Anna") == {"2.jpg": "Anna 97", "other.jpg": "Anna 98"}


def test_a_twin_that_comes_later_is_already_there(desk: Desk) -> None:
    desk.put("x/1.jpg", "Anna 97")
    desk.sort("Anna")
    later = desk.photos.parent / "later"
    later.mkdir()
    (later / "renamed.jpg").write_text("Anna 97")
    told = balance(desk.sort("Anna", folders=(str(later),)))
    assert (told.copied, told.already_there, told.same_picture) == (0, 1, 0)
    assert desk.copies("Anna") == {"1.jpg": "Anna 97"}


def test_those_who_want_each_get_each(desk: Desk) -> None:
    put_twins(desk)
    for copied, already_there in ((3, 1), (0, 4), (0, 4)):
        told = balance(desk.sort("Anna", keep_duplicates=True))
        assert (told.copied, told.already_there, told.same_picture) == (copied, already_there, 0)
    assert sorted(desk.copies("Anna")) == ["1.jpg", "2.jpg", "other.jpg"]
    told = balance(desk.sort("Anna"))
    assert (told.copied, told.already_there, told.same_picture) == (0, 2, 2)
    assert sorted(desk.copies("Anna")) == ["1.jpg", "2.jpg", "other.jpg"]


def test_undo_takes_the_one_copy_back(desk: Desk) -> None:
    put_twins(desk)
    sort = desk.prepare("Anna")
    list(sort.run())
    list(undo_run(sort.run_id, FileCopier("copy"), desk.journal))
    assert desk.copies("Anna") == {}
    assert list(desk.journal.copies_of_run(sort.run_id)) == []
