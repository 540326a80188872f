"""Photos with their dates, read many at once, are those that reading one by one finds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from facesorter.domain.groups import DatedPhoto, DatedPhotos
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import NO_TIME, BoundingBox, Metadata
from facesorter.storage import dated
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.dated import TOGETHER, Boxes

FOLDER, BUCKET = os.path.join(os.sep, "photos"), "s3://bucket/photos"
ODD = os.fsdecode(b"caf\xe9.jpg")
MANY = 2 * TOGETHER + 7
BOX = (0.25, 0.25, 0.5, 0.5)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


@pytest.fixture
def catalog() -> Iterator[SqliteCatalog]:
    """Photos in two folders and in S3: with a date and without, twice the same, read and known as an object only."""
    with closing(Database(":memory:")) as database:
        made = SqliteCatalog(database)
        names = [f"{number:04}.jpg" for number in range(MANY)]
        made.select(Listing(FOLDER, tuple(FolderEntry(name, 5, 7) for name in names), {}))
        made.select(Listing(f"{FOLDER}{os.sep}more", (FolderEntry(ODD, 5, NO_TIME),), {}))
        made.select(Listing(BUCKET, tuple(FolderEntry(f"{n}.jpg", 5, 7, digest(f"object {n}")) for n in range(3)), {}))
        for number, photo in enumerate(list(made.unanalyzed(("query",)))):
            taken = None if number % 10 == 0 else datetime(2000, 1, 1) + timedelta(days=number * 37 % 5000)
            content = digest("0003.jpg" if photo.path.endswith("0004.jpg") else os.path.basename(photo.path))
            if photo.object is None or photo.path.endswith("1.jpg"):
                made.record_analyses(photo, content, {"query": b"x"}, Metadata(5, taken))
            else:
                made.record_analyses(photo, photo.object, {"query": b"x"})
        yield made


def one_by_one(catalog: SqliteCatalog, boxes: Boxes) -> list[DatedPhoto]:
    found = {}
    for content, box in boxes.items():
        for photo in catalog.photos_of([content]):
            if photo.identities[0] == content:
                said = catalog.metadata([content]).get(content)
                found[photo.id] = DatedPhoto(photo, None if box is None else BoundingBox(*box), said and said.taken_at)
    by_id = [found[number] for number in sorted(found)]
    return sorted(by_id, key=lambda one: str(one.taken_at or ""), reverse=True)


@pytest.fixture
def boxes(catalog: SqliteCatalog) -> Boxes:
    wanted = {digest(f"{number:04}.jpg"): BOX if number % 2 else None for number in range(MANY)}
    wanted[digest(ODD)] = None
    return wanted | {digest(f"object {number}"): BOX for number in range(3)} | {digest("1.jpg"): None, b"unknown": None}


@pytest.mark.parametrize("most", [0, 2])
def test_they_are_those_that_reading_one_by_one_finds(
    catalog: SqliteCatalog, boxes: Boxes, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Whether each content is looked for, or all photos are gone through."""
    monkeypatch.setattr(dated, "MOST", most)
    found, expected = catalog.dated(boxes), one_by_one(catalog, boxes)
    assert list(found) == expected
    assert found.ids == [one.photo.id for one in expected]
    assert [found.year(place) for place in range(len(found))] == [
        None if one.taken_at is None else one.taken_at.year for one in expected
    ]
    assert 1 < sum(one.photo.content is None for one in found) < 4, "some are known as objects only"
    assert sum(one.taken_at is None for one in found) > 3


def test_a_part_and_two_together_are_in_the_same_order(catalog: SqliteCatalog, boxes: Boxes) -> None:
    every, some = catalog.dated(boxes), catalog.dated(dict(list(boxes.items())[:9]))
    even = {number for number in every.ids if number % 2 == 0}
    assert list(every.only(even)) == [one for one in every if one.photo.id in even]
    assert list(every[5:15]) == list(every)[5:15]
    assert every.only(set(every.ids) - even).and_also(every.only(even)) == every
    assert list(every.only(even).and_also(some)) == [one for one in every if one.photo.id in even | set(some.ids)]
    assert some != every
    assert some != list(some)


def test_a_damaged_time_is_none(catalog: SqliteCatalog, boxes: Boxes) -> None:
    with catalog._database.writing() as connection:
        connection.execute("UPDATE contents SET taken_at = '20\u00e933' WHERE digest = ?", (digest("0001.jpg"),))
    found = catalog.dated(boxes)
    assert list(found) == one_by_one(catalog, boxes)
    assert not next(one for one in found if one.photo.path.endswith("0001.jpg")).taken_at


@pytest.mark.parametrize("known", [("object 1",), ("1.jpg",), ("object 0", "object 1"), ("0001.jpg",), ()])
def test_objects_that_were_read_are_told_with_their_contents(catalog: SqliteCatalog, known: tuple[str, ...]) -> None:
    wanted = [digest(one) for one in known]
    photos = catalog.photos_of(wanted)
    expected = {(one.object, one.content) for one in photos if one.object is not None and one.content is not None}
    assert set(catalog.objects_read(wanted)) == expected
    assert bool(expected) is ("1.jpg" in known or "object 1" in known)


@pytest.mark.parametrize("count", [9, MANY])
def test_all_photos_are_gone_through_for_those_of_most_contents_only(
    catalog: SqliteCatalog, boxes: Boxes, count: int
) -> None:
    statements: list[str] = []
    with catalog._database.reading() as connection:
        connection.set_trace_callback(statements.append)
        found = catalog.dated(dict(list(boxes.items())[:count]))
        connection.set_trace_callback(None)
    assert len(found) > 0
    assert any("WHERE digest IN" in one for one in statements) is (count < MANY)


def test_nobody_is_in_no_photo(catalog: SqliteCatalog) -> None:
    assert len(catalog.dated({})) == 0
    assert isinstance(catalog.dated({b"unknown": None}), DatedPhotos)
