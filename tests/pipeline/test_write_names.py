"""Names for other programs: a sidecar beside each copy, made anew when there is more to tell, undone with the copy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from facesorter.domain.errors import PhotoError
from facesorter.domain.events import CompanionFailed, Event, NamesWritten
from facesorter.domain.models import Decision, Photo
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.planning import CopyOrder, plan_copies
from facesorter.pipeline.check import check
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.undo import take_back, undo_run
from facesorter.places.disk.copier import FileCopier
from tests.pipeline.test_companions import CompanionDesk
from tests.pipeline.test_sort import balance


class PlainSidecars:
    """Sidecars of plain text: what stands beside the photo, and the names."""

    def sidecar(self, photo: Photo, faces: Sequence[NamedFace]) -> bytes:
        beside = Path(photo.path + ".xmp")
        before = beside.read_text() if beside.exists() else ""
        if "damaged" in before:
            raise PhotoError("What stands beside it is damaged.")
        return f"{before}{os.path.basename(photo.path)}: {' '.join(face.name for face in faces)}".encode()


class NamingDesk(CompanionDesk):
    def prepare(self, *names: str, **changes: object) -> Sort:
        sort = super().prepare(*names, **{"write_names": True, "with_companions": False} | changes)
        return Sort(sort.person_queries, sort.request, replace(sort._tools, sidecars=PlainSidecars()))

    def sidecars(self, person: str = "Anna") -> dict[str, str]:
        folder = self.destination / f"PhotosWith{person}"
        return {path.name: path.read_text() for path in folder.glob("*.xmp")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[NamingDesk]:
    desk = NamingDesk(tmp_path)
    yield desk
    desk.executor.close()
    desk.database.close()


def put_photos(desk: NamingDesk) -> None:
    desk.put("a/1.jpg", "Anna 97")
    desk.put("b/1.jpg", "Anna 98\nBen 97")
    desk.put("b/2.jpg", "Anna 60")


def written(events: list[Event]) -> list[bool]:
    return [event.already_there for event in events if isinstance(event, NamesWritten)]


BOTH = {"1.jpg.xmp": "1.jpg: Anna", "1 (1).jpg.xmp": "1.jpg: Anna Ben"}


def test_everybody_who_is_sure_is_named_beside_each_copy_and_once(desk: NamingDesk) -> None:
    put_photos(desk)
    for already_there in (False, True, True):
        events = desk.sort("Anna", "Ben")
        assert written(events) == [already_there] * 3
        assert desk.sidecars() == BOTH
        assert desk.sidecars("Ben") == {"1.jpg.xmp": "1.jpg: Anna Ben"}


def test_without_the_option_and_in_a_dry_run_nothing_is_written(desk: NamingDesk) -> None:
    put_photos(desk)
    assert written(desk.sort("Anna", dry_run=True)) == []
    assert written(desk.sort("Anna", write_names=False)) == []
    assert desk.sidecars() == {}


def test_a_later_run_that_knows_more_writes_it_anew(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.sort("Anna")
    assert desk.sidecars()["1 (1).jpg.xmp"] == "1.jpg: Anna"
    assert sorted(written(desk.sort("Anna", "Ben"))) == [False, False, True]
    assert desk.sidecars() == BOTH
    standing = [os.path.basename(record.target) for record in desk.journal.standing()]
    assert sorted(standing) == ["1 (1).jpg", "1 (1).jpg.xmp", "1.jpg", "1.jpg", "1.jpg.xmp", "1.jpg.xmp"]


def test_what_somebody_else_put_there_stays(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.sort("Anna")
    sidecar = desk.destination / "PhotosWithAnna/1 (1).jpg.xmp"
    sidecar.write_text("changed by another program")
    events = desk.sort("Anna", "Ben")
    (failed,) = [event for event in events if isinstance(event, CompanionFailed)]
    assert "name" in failed.reason or "changed" in failed.reason
    assert sidecar.read_text() == "changed by another program"


def test_a_sidecar_that_cannot_be_merged_is_told_of_by_its_name(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.put("a/1.jpg.xmp", "damaged")
    events = desk.sort("Anna")
    (failed,) = [event for event in events if isinstance(event, CompanionFailed)]
    assert failed.source == str(desk.photos / "a/1.jpg.xmp")
    assert balance(events).copied == 2


def test_a_sidecar_of_the_photo_is_merged_and_not_copied_beside_it(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.put("a/1.jpg.xmp", "a rating; ")
    for _ in range(3):
        told = balance(desk.sort("Anna", with_companions=True))
        assert (told.copied + told.already_there, told.companions) == (2, 0)
        assert desk.sidecars()["1.jpg.xmp"] == "a rating; 1.jpg: Anna"


def test_a_sidecar_that_was_copied_before_gives_way_to_the_merged_one(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.put("a/1.jpg.xmp", "a rating; ")
    desk.sort("Anna", with_companions=True, write_names=False)
    assert desk.sidecars() == {"1.jpg.xmp": "a rating; "}
    desk.sort("Anna", with_companions=True)
    assert desk.sidecars()["1.jpg.xmp"] == "a rating; 1.jpg: Anna"


def test_undo_and_a_change_of_mind_take_it_back_with_the_copy(desk: NamingDesk) -> None:
    put_photos(desk)
    sort = desk.prepare("Anna")
    list(sort.run())
    person = desk.catalog.person("Anna")
    photos = {photo.path: photo for chunk in desk.catalog.analyzed(()) for photo, _, _ in chunk}
    kept, unwanted = photos[str(desk.photos / "a/1.jpg")], photos[str(desk.photos / "b/1.jpg")]
    present = list(desk.journal.copies(person, str(desk.destination)))
    order = CopyOrder(kept, person, str(desk.destination / "PhotosWithAnna"))
    list(take_back(plan_copies([order], [unwanted], present).to_take_back, FileCopier("copy"), desk.journal))
    assert desk.names() == ["1.jpg", "1.jpg.xmp"]
    list(undo_run(sort.run_id, FileCopier("copy"), desk.journal))
    assert not (desk.destination / "PhotosWithAnna").exists()


def test_check_knows_that_it_was_made_and_leaves_it_to_the_next_run(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.sort("Anna")
    (desk.destination / "PhotosWithAnna/1.jpg.xmp").unlink()
    told = list(check(FileCopier("copy"), desk.journal, repair=True))
    assert len(told) == 4
    assert not [event for event in told if isinstance(event, CompanionFailed)]
    assert sorted(written(desk.sort("Anna"))) == [False, True]
    assert len(desk.sidecars()) == 2


def test_who_the_user_said_yes_to_is_named_and_who_they_said_no_to_is_not(desk: NamingDesk) -> None:
    put_photos(desk)
    desk.sort("Anna", "Ben", dry_run=True)
    photos = {photo.path: photo for chunk in desk.catalog.analyzed(()) for photo, _, _ in chunk}
    said_no = photos[str(desk.photos / "b/1.jpg")].content
    said_yes = photos[str(desk.photos / "b/2.jpg")].content
    assert said_no
    assert said_yes
    desk.catalog.decide(desk.catalog.person("Ben"), {said_no: Decision.NO})
    desk.catalog.decide(desk.catalog.person("Anna"), {said_yes: Decision.YES})
    desk.sort("Anna", "Ben")
    assert desk.sidecars() == {
        "1.jpg.xmp": "1.jpg: Anna",
        "1 (1).jpg.xmp": "1.jpg: Anna",
        "2.jpg.xmp": "2.jpg: Anna",
    }


@pytest.mark.parametrize("look_first", [False, True])
def test_what_the_user_asks_for_after_the_run_is_named_too(desk: NamingDesk, look_first: bool) -> None:
    put_photos(desk)
    sort = desk.prepare("Anna", "Ben", dry_run=look_first)
    list(sort.run())
    photos = {photo.path: photo for chunk in desk.catalog.analyzed(()) for photo, _, _ in chunk}
    folder = str(desk.destination / "PhotosWithAnna")
    order = CopyOrder(photos[str(desk.photos / "b/2.jpg")], desk.catalog.person("Anna"), folder)
    assert written(list(sort.copy([order], FileCopier("copy", desk.journal.copies_in)))) == [False]
    assert desk.sidecars() == ({} if look_first else BOTH) | {"2.jpg.xmp": "2.jpg: Anna"}
