"""How copies of others are looked for: each folder as rarely as can be, S3 only where a run has looked before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

from facesorter.app.other_copies import OtherCopies
from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.models import Person, Photo
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.domain.ports import Copier
from facesorter.places.anywhere import Places

FOLDER = "/to/PhotosWithAnna"
IN_S3 = "s3://bucket/PhotosWithAnna"


@dataclass
class Looking:
    """Stands in for the places and for their copier; `there` are contents that lie in every folder."""

    there: set[bytes] = field(default_factory=set)
    changed: int | None = 1
    error: Exception | None = None
    dry_run: bool = False
    asked: list[str] = field(default_factory=list)

    def copier(self, _method: str) -> Looking:
        return self

    def changed_at(self, folder: str) -> int | None:
        return None if folder.startswith("s3:") else self.changed

    def place(self, order: CopyOrder) -> Placement | str:
        self.asked.append(order.photo.path)
        if self.error:
            raise self.error
        target = f"{order.folder}{order.photo.path}"
        return target if order.photo.content in self.there else Placement(target, target, b"", new_folder=False)

    def looked(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


def others(looking: Looking) -> OtherCopies:
    return OtherCopies(cast("Places", looking))


def find(others: OtherCopies, folder: str, *contents: bytes | None) -> list[str | None]:
    find = others.within(folder)
    photos = [Photo(1, f"/{content and content.decode()}.jpg", 1, 1, content) for content in contents]
    return [find(CopyOrder(photo, Person(1, "Anna", "PhotosWithAnna"), folder)) for photo in photos]


def test_what_is_missing_is_looked_for_again_only_once_the_folder_changed() -> None:
    looking = Looking({b"1"})
    found = others(looking)
    assert find(found, FOLDER, b"1", b"2", None) == [f"{FOLDER}/1.jpg", None, None]
    assert looking.looked() == ["/1.jpg", "/2.jpg"]
    assert find(found, FOLDER, b"1", b"2") == [f"{FOLDER}/1.jpg", None]
    assert looking.looked() == ["/1.jpg"]
    looking.changed, looking.there = 2, {b"2"}
    assert find(found, FOLDER, b"1", b"2") == [None, f"{FOLDER}/2.jpg"]
    looking.changed = None
    looking.looked()
    assert find(found, FOLDER, b"2") == [None], "there is no such folder"
    assert not looking.looked()


def test_s3_is_asked_only_where_a_run_has_copied_into_it() -> None:
    looking = Looking({b"1"})
    found = others(looking)
    assert find(found, IN_S3, b"1") == [None]
    found.after(cast("Copier", Looking({b"1"}, dry_run=True)))
    assert find(found, IN_S3, b"1") == [None]
    assert not looking.looked()
    found.after(cast("Copier", looking))
    assert find(found, IN_S3, b"1", b"2") == [f"{IN_S3}/1.jpg", None]


@pytest.mark.parametrize(
    ("error", "looked"),
    [(PhotoError("It has no name."), ["/1.jpg", "/2.jpg"]), (StorageUnavailable("Gone.", "Wait."), ["/1.jpg"])],
)
def test_what_cannot_be_looked_at_is_looked_for_again_and_a_drive_that_is_gone_is_not_waited_for_twice(
    error: Exception, looked: list[str]
) -> None:
    looking = Looking({b"1", b"2"}, error=error)
    found = others(looking)
    assert find(found, FOLDER, b"1", b"2") == [None, None]
    assert looking.looked() == looked
    looking.error = None
    assert find(found, FOLDER, b"1", b"2") == [f"{FOLDER}/1.jpg", f"{FOLDER}/2.jpg"]
