"""What belongs to a photo goes with it: under the same name and number, in every run, and back again with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from facesorter.domain.events import (
    CompanionCopied,
    CompanionFailed,
    CompanionsLeft,
    CopyChecked,
    CopyTakenBack,
    Event,
    RunFinished,
)
from facesorter.domain.planning import CopyOrder, CopyState, plan_copies
from facesorter.pipeline.check import check
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.undo import take_back, undo_run
from facesorter.places.companions import CompanionFinder
from facesorter.places.disk.copier import FileCopier
from tests.live_photos import film
from tests.pipeline.test_sort import Desk, balance

SURE = "Anna 97.{:02}"


class CompanionDesk(Desk):
    """A desk whose runs know what lies beside photos."""

    def prepare(self, *names: str, **changes: object) -> Sort:
        sort = super().prepare(*names, **{"with_companions": True} | changes)
        finder = CompanionFinder(lambda _: {}, lambda _: b"")
        tools = replace(sort._tools, companions=finder, copier=self.copier(sort))
        return Sort(sort.person_queries, sort.request, tools)

    def copier(self, sort: Sort) -> FileCopier:
        return sort._tools.copier if sort.request.dry_run else FileCopier("copy", self.journal.copies_in)  # type: ignore[return-value]

    def put_bytes(self, name: str, content: bytes) -> Path:
        path = self.put(name, "")
        path.write_bytes(content)
        return path

    def names(self) -> list[str]:
        return sorted(path.name for path in (self.destination / "PhotosWithAnna").glob("*"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CompanionDesk]:
    desk = CompanionDesk(tmp_path)
    yield desk
    desk.executor.close()
    desk.database.close()


def put_album(desk: CompanionDesk) -> None:
    """Two folders with equal names, each photo with a film and a note; one photo is somebody else's."""
    for number, folder in enumerate(("a", "b")):
        desk.put(f"{folder}/IMG_1.jpg", SURE.format(number))
        desk.put_bytes(f"{folder}/IMG_1.MOV", film(seconds=2 + number))
        desk.put(f"{folder}/IMG_1.jpg.xmp", f"note {number}")
    desk.put("a/IMG_2.jpg", "Ben 97")
    desk.put("a/IMG_2.xmp", "Ben's note")


ALBUM = ["IMG_1 (1).MOV", "IMG_1 (1).jpg", "IMG_1 (1).jpg.xmp", "IMG_1.MOV", "IMG_1.jpg", "IMG_1.jpg.xmp"]


T = TypeVar("T")


def of_kind(events: Iterable[Event], kind: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def test_three_runs_bring_the_same_under_the_same_names_and_count_it(desk: CompanionDesk) -> None:
    put_album(desk)
    for copied, there in ((2, 0), (0, 2), (0, 2)):
        events = desk.sort("Anna")
        told = balance(events)
        assert (told.found, told.copied, told.already_there, told.not_them) == (3, copied, there, 1)
        assert told.companions == 4
        assert desk.names() == ALBUM
    folder = desk.destination / "PhotosWithAnna"
    assert (folder / "IMG_1 (1).jpg.xmp").read_text() == "note 1"
    assert (folder / "IMG_1 (1).jpg").read_text() == SURE.format(1)
    assert (folder / "IMG_1 (1).MOV").stat().st_mtime_ns == (desk.photos / "b/IMG_1.MOV").stat().st_mtime_ns


def test_a_rerun_reads_no_companion(desk: CompanionDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    put_album(desk)
    desk.sort("Anna")
    monkeypatch.setattr("facesorter.places.disk.copier.digest_of", lambda path: pytest.fail(f"{path} was read"))
    assert balance(desk.sort("Anna")).companions == 4


def test_without_the_journal_the_same_names_are_found_again(desk: CompanionDesk, tmp_path: Path) -> None:
    put_album(desk)
    desk.sort("Anna")
    (tmp_path / "other").mkdir()
    other = CompanionDesk(tmp_path / "other")
    other.photos, other.destination = desk.photos, desk.destination
    events = other.sort("Anna")
    assert (balance(events).already_there, balance(events).companions) == (2, 4)
    assert desk.names() == ALBUM
    other.executor.close()
    other.database.close()


def test_a_dry_run_tells_the_same_and_writes_nothing(desk: CompanionDesk) -> None:
    put_album(desk)
    told = balance(desk.sort("Anna", dry_run=True))
    assert desk.names() == []
    assert told == balance(desk.sort("Anna"))


def test_without_the_option_it_is_said_how_many_have_something_beside_them(desk: CompanionDesk) -> None:
    put_album(desk)
    events = desk.sort("Anna", with_companions=False)
    assert of_kind(events, CompanionsLeft) == [CompanionsLeft(2)]
    assert desk.names() == ["IMG_1 (1).jpg", "IMG_1.jpg"]
    assert not of_kind(desk.sort("Anna"), CompanionsLeft)
    assert desk.names() == ALBUM


def test_a_name_is_free_only_if_those_of_the_companions_are(desk: CompanionDesk) -> None:
    folder = desk.destination / "PhotosWithAnna"
    folder.mkdir()
    (folder / "IMG_1.MOV").write_bytes(b"somebody's own film")
    put_album(desk)
    desk.sort("Anna")
    assert (folder / "IMG_1.MOV").read_bytes() == b"somebody's own film"
    assert [name for name in desk.names() if name.endswith(".jpg")] == ["IMG_1 (1).jpg", "IMG_1 (2).jpg"]
    assert (folder / "IMG_1 (1).MOV").read_bytes() == film(seconds=2)


def test_a_film_of_its_own_stays(desk: CompanionDesk) -> None:
    desk.put("IMG_1.jpg", SURE.format(1))
    desk.put_bytes("IMG_1.MOV", film(seconds=90))
    assert balance(desk.sort("Anna")).companions == 0
    assert desk.names() == ["IMG_1.jpg"]


def test_a_companion_that_cannot_be_copied_is_told_of_and_holds_nothing_back(
    desk: CompanionDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_album(desk)
    desk.photos.joinpath("a/IMG_1.jpg.xmp").unlink()
    desk.photos.joinpath("a/IMG_1.jpg.xmp").write_text("gone soon")
    look = CompanionFinder.of

    def then_it_vanishes(finder: CompanionFinder, photo: object) -> object:
        found = look(finder, photo)  # type: ignore[arg-type]
        desk.photos.joinpath("a/IMG_1.jpg.xmp").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(CompanionFinder, "of", then_it_vanishes)
    events = desk.sort("Anna")
    (failed,) = of_kind(events, CompanionFailed)
    assert isinstance(failed, CompanionFailed)
    assert "missing" in failed.reason
    assert (balance(events).copied, balance(events).problems, balance(events).companions) == (2, 0, 3)


def test_a_companion_that_changed_since_is_told_of_and_not_overwritten(desk: CompanionDesk) -> None:
    put_album(desk)
    desk.sort("Anna")
    desk.put("a/IMG_1.jpg.xmp", "a longer note")
    (failed,) = of_kind(desk.sort("Anna"), CompanionFailed)
    assert isinstance(failed, CompanionFailed)
    assert "changed" in failed.reason
    assert (desk.destination / "PhotosWithAnna/IMG_1.jpg.xmp").read_text() == "note 0"


def test_a_raw_file_comes_with_its_jpeg_and_is_counted_as_the_photo_it_is(desk: CompanionDesk) -> None:
    for folder in ("a", "b"):
        desk.put(f"{folder}/IMG_1.CR2", f"Anna 98.{ord(folder)}")
        desk.put(f"{folder}/IMG_1.JPG", f"Anna 99.{ord(folder)}")
    for copied, there in ((4, 0), (0, 4), (0, 4)):
        told = balance(desk.sort("Anna"))
        assert (told.found, told.copied, told.already_there, told.companions) == (4, copied, there, 0)
        assert desk.names() == ["IMG_1 (1).CR2", "IMG_1 (1).JPG", "IMG_1.CR2", "IMG_1.JPG"]
    copies = desk.copies("Anna")
    assert copies["IMG_1 (1).CR2"][5:] == f"98.{ord('b')}"
    assert copies["IMG_1 (1).JPG"][5:] == f"99.{ord('b')}"


def test_a_raw_file_whose_jpeg_is_not_sure_comes_alone(desk: CompanionDesk) -> None:
    desk.put("IMG_1.CR2", "Anna 98")
    desk.put("IMG_1.JPG", "Anna 60")
    told = balance(desk.sort("Anna"))
    assert (told.copied, told.check, told.companions) == (1, 1, 0)
    assert desk.names() == ["IMG_1.CR2"]


def test_an_edit_that_shows_nobody_comes_as_a_companion(desk: CompanionDesk) -> None:
    desk.put("IMG_1234.HEIC", "Anna 98")
    desk.put("IMG_E1234.JPG", "empty")
    told = balance(desk.sort("Anna"))
    assert (told.found, told.copied, told.no_face, told.companions) == (2, 1, 1, 1)
    assert desk.names() == ["IMG_1234.HEIC", "IMG_E1234.JPG"]


def test_undo_takes_everything_back(desk: CompanionDesk) -> None:
    put_album(desk)
    sort = desk.prepare("Anna")
    list(sort.run())
    assert desk.journal.runs()[0].copies == 6
    taken_back = of_kind(undo_run(sort.run_id, FileCopier("copy"), desk.journal), CopyTakenBack)
    assert len(taken_back) == 6
    assert sum(not one.belongs_to for one in taken_back) == 2
    assert not (desk.destination / "PhotosWithAnna").exists()


def test_check_finds_a_missing_companion_and_makes_it_again(desk: CompanionDesk) -> None:
    put_album(desk)
    desk.sort("Anna")
    (desk.destination / "PhotosWithAnna/IMG_1 (1).MOV").unlink()
    events = list(check(FileCopier("copy"), desk.journal, repair=True))
    missing = [event for event in events if isinstance(event, CopyChecked) and event.state is CopyState.MISSING]
    assert [os.path.basename(event.target) for event in missing] == ["IMG_1 (1).MOV"]
    assert len(of_kind(events, CompanionCopied)) == 1
    assert desk.names() == ALBUM
    assert {event.state for event in check(FileCopier("copy"), desk.journal) if isinstance(event, CopyChecked)} == {
        CopyState.FINE
    }


def test_a_change_of_mind_takes_companions_back_with_their_photo(desk: CompanionDesk) -> None:
    put_album(desk)
    desk.sort("Anna")
    person = desk.catalog.person("Anna")
    photos = {photo.path: photo for chunk in desk.catalog.analyzed(()) for photo, _, _ in chunk}
    kept, unwanted = photos[str(desk.photos / "a/IMG_1.jpg")], photos[str(desk.photos / "b/IMG_1.jpg")]
    folder = str(desk.destination / "PhotosWithAnna")
    present = list(desk.journal.copies(person, str(desk.destination)))
    plan = plan_copies([CopyOrder(kept, person, folder)], [unwanted], present)
    list(take_back(plan.to_take_back, FileCopier("copy"), desk.journal))
    assert desk.names() == ["IMG_1.MOV", "IMG_1.jpg", "IMG_1.jpg.xmp"]


def test_notes_are_never_hard_links(desk: CompanionDesk) -> None:
    put_album(desk)
    sort = desk.prepare("Anna")
    linking = replace(sort._tools, copier=FileCopier("hard", desk.journal.copies_in))
    list(Sort(sort.person_queries, sort.request, linking).run())
    folder = desk.destination / "PhotosWithAnna"
    links = {name: (folder / name).stat().st_nlink for name in desk.names()}
    assert {name for name, count in links.items() if count == 2} == set(ALBUM) - {
        "IMG_1.jpg.xmp",
        "IMG_1 (1).jpg.xmp",
    }


def test_a_dry_run_knows_what_it_promised_before(desk: CompanionDesk) -> None:
    """The same photo and the same note once more, but wanted as a copy of its own: both are there already."""
    for folder in ("a", "b"):
        desk.put(f"{folder}/IMG_1.jpg", SURE.format(1))
        desk.put(f"{folder}/IMG_1.xmp", "the same note")
    told = balance(desk.sort("Anna", dry_run=True, keep_duplicates=True))
    assert told == balance(desk.sort("Anna", keep_duplicates=True))
    assert (told.copied, told.already_there) == (1, 1)


def test_a_photo_does_not_take_the_name_of_an_earlier_ones_companion_because_it_is_known_first(
    desk: CompanionDesk,
) -> None:
    desk.put("b/IMG_E1.JPG", "Anna 98.25")
    desk.sort("Anna", dry_run=True)  # what this one shows is known from now on
    desk.put("b/IMG_E1.AAE", "the second edit")
    desk.put("a/IMG_1.HEIC", "Anna 97")
    desk.put("a/IMG_E1.AAE", "the first edit")
    desk.sort("Anna")
    assert desk.names() == ["IMG_1.HEIC", "IMG_E1 (1).AAE", "IMG_E1 (1).JPG", "IMG_E1.AAE"]
    assert desk.copies("Anna")["IMG_E1.AAE"] == "the first edit"


def test_companions_on_a_drive_that_ignores_case(desk: CompanionDesk) -> None:
    class Folding(FileCopier):
        """Takes names that differ in case alone for one, as drives of Windows and macOS do."""

        def _status(self, path: str) -> os.stat_result | None:
            folder, name = os.path.split(path)
            there = os.listdir(folder) if os.path.isdir(folder) else []
            return super()._status(
                os.path.join(folder, next((one for one in there if one.lower() == name.lower()), name))
            )

    for number, (folder, photo, note) in enumerate((("a", "IMG_1.jpg", "IMG_1.xmp"), ("b", "img_1.JPG", "Img_1.XMP"))):
        desk.put(f"{folder}/{photo}", SURE.format(number))
        desk.put(f"{folder}/{note}", f"note {number}")
    for _ in range(3):
        sort = desk.prepare("Anna")
        tools = replace(sort._tools, copier=Folding("copy", desk.journal.copies_in))
        events = list(Sort(sort.person_queries, sort.request, tools).run())
        assert balance(events).companions == 2
        assert desk.names() == ["IMG_1.jpg", "IMG_1.xmp", "img_1 (1).JPG", "img_1 (1).XMP"]


def test_a_companion_whose_name_no_drive_takes_is_told_of_and_holds_nothing_back(desk: CompanionDesk) -> None:
    long = "l" * 247
    for number, folder in enumerate(("a", "b")):
        desk.put(f"{folder}/{long}.jpg", SURE.format(number))
        desk.put(f"{folder}/{long}.jpg.xmp", f"note {number}")
    desk.put("c/z.jpg", SURE.format(2))
    events = desk.sort("Anna")
    assert isinstance(events[-1], RunFinished)
    told = balance(events)
    assert (told.copied, told.problems) == (3, 0)
    (failed,) = of_kind(events, CompanionFailed)
    assert isinstance(failed, CompanionFailed)
    assert "too long" in failed.reason
