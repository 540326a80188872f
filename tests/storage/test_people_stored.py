"""People, the faces they are known by, and what the user said of faces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from fakes import a_face

from facesorter.app.prepare import query_of
from facesorter.domain.errors import WrongUse
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import BoundingBox, Decision, FaceKey, Metadata, PersonDetails, Reference
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

LEFT, RIGHT = BoundingBox(0.1, 0.2, 0.2, 0.3), BoundingBox(0.6, 0.2, 0.2, 0.3)
LEFT_AS_ANOTHER_ENGINE_SEES_IT = BoundingBox(0.11, 0.19, 0.21, 0.28)
PICTURE = b"P" * 32


@pytest.fixture
def catalog() -> Iterator[SqliteCatalog]:
    with closing(Database(":memory:")) as database:
        yield SqliteCatalog(database)


def test_what_is_known_of_a_person_is_kept(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        anna, ben = catalog.person("Anna"), catalog.person("Ben")
        cover = catalog.add_portrait(anna, FaceKey(PICTURE, LEFT), b"a crop")
        catalog.keep(PersonDetails(anna, cover, date(1950, 2, 3), hidden=True))
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        assert catalog.people() == [
            PersonDetails(anna, cover, date(1950, 2, 3), hidden=True),
            PersonDetails(ben),
        ]
        (portrait,) = catalog.portraits(anna)
        assert (portrait.id, portrait.content, portrait.box, portrait.crop) == (cover, PICTURE, LEFT, b"a crop")


def test_who_loses_a_portrait_loses_the_cover_that_it_was(catalog: SqliteCatalog) -> None:
    anna = catalog.person("Anna")
    first, second = (catalog.add_portrait(anna, FaceKey(PICTURE, box), b"crop") for box in (LEFT, RIGHT))
    catalog.keep(PersonDetails(anna, first))
    catalog.remove_portrait(first)
    assert [portrait.id for portrait in catalog.portraits(anna)] == [second]
    assert catalog.people() == [PersonDetails(anna)]


def test_a_picture_as_a_whole_is_no_portrait(catalog: SqliteCatalog) -> None:
    with pytest.raises(ValueError, match="a face"):
        catalog.add_portrait(catalog.person("Anna"), FaceKey(PICTURE), b"crop")


def test_a_renamed_person_is_the_same_and_the_old_name_is_free(catalog: SqliteCatalog) -> None:
    anna, ben = catalog.person("Anna"), catalog.person("Ben")
    catalog.decide(anna, {PICTURE: Decision.YES})
    renamed = catalog.rename(anna, "Zoe\u0308 ")
    assert (renamed.id, renamed.name, renamed.folder_name) == (anna.id, "Zo\u00eb", "PhotosWithAnna")
    assert catalog.person("Zo\u00eb") == renamed
    assert catalog.decisions(renamed) == {PICTURE: Decision.YES}
    other = catalog.person("Anna")
    assert other.id not in {anna.id, ben.id}
    assert other.folder_name == "PhotosWithAnna (2)"
    for taken in ("Ben", "Zo\u00eb"):
        with pytest.raises(WrongUse, match="already somebody named"):
            catalog.rename(other, taken)
    with pytest.raises(WrongUse):
        catalog.rename(other, "//")
    assert catalog.rename(other, "Anna") == other


def test_a_face_is_the_same_for_another_engine(catalog: SqliteCatalog) -> None:
    anna = catalog.person("Anna")
    catalog.decide_faces(anna, {FaceKey(PICTURE, LEFT): Decision.NO, FaceKey(PICTURE, RIGHT): Decision.YES})
    catalog.decide_faces(anna, {FaceKey(PICTURE, LEFT_AS_ANOTHER_ENGINE_SEES_IT): Decision.UNSURE})
    assert catalog.face_decisions(anna) == {
        FaceKey(PICTURE, RIGHT): Decision.YES,
        FaceKey(PICTURE, LEFT_AS_ANOTHER_ENGINE_SEES_IT): Decision.UNSURE,
    }
    catalog.decide_faces(anna, {FaceKey(PICTURE, LEFT): None})
    assert catalog.face_decisions(anna) == {FaceKey(PICTURE, RIGHT): Decision.YES}


def test_somebody_may_be_in_a_picture_twice_if_the_user_says_so(catalog: SqliteCatalog) -> None:
    anna = catalog.person("Anna")
    for box in (LEFT, RIGHT):
        catalog.decide_faces(anna, {FaceKey(PICTURE, box): Decision.YES})
    query = query_of(catalog, anna, Reference("Anna", a_face(), {}))
    assert sorted(query.said_faces([PICTURE])) == [LEFT, RIGHT]
    assert query.decided([PICTURE]) is Decision.YES


def test_who_is_a_face_is_in_the_picture_and_whose_face_one_is_not_may_be(catalog: SqliteCatalog) -> None:
    anna = catalog.person("Anna")
    catalog.decide_faces(anna, {FaceKey(b"1", LEFT): Decision.YES, FaceKey(b"1", RIGHT): Decision.NO})
    catalog.decide_faces(anna, {FaceKey(b"2", LEFT): Decision.NO})
    catalog.decide_faces(anna, {FaceKey(b"3"): Decision.NO, FaceKey(b"4"): Decision.UNSURE})
    assert catalog.decisions(anna) == {b"1": Decision.YES, b"3": Decision.NO, b"4": Decision.UNSURE}


def test_what_is_said_of_a_picture_and_of_a_face_of_it_takes_each_others_place(catalog: SqliteCatalog) -> None:
    anna = catalog.person("Anna")
    catalog.decide(anna, {PICTURE: Decision.NO})
    catalog.decide_faces(anna, {FaceKey(PICTURE, LEFT): Decision.YES})
    assert catalog.face_decisions(anna) == {FaceKey(PICTURE, LEFT): Decision.YES}
    catalog.decide(anna, {PICTURE: Decision.UNSURE})
    assert catalog.face_decisions(anna) == {FaceKey(PICTURE): Decision.UNSURE}
    catalog.decide(anna, {PICTURE: None})
    assert not catalog.face_decisions(anna)


def test_what_was_said_of_some_pictures_is_asked_by_itself(catalog: SqliteCatalog) -> None:
    anna, ben = catalog.person("Anna"), catalog.person("Ben")
    catalog.decide_faces(anna, {FaceKey(b"2", LEFT): Decision.YES, FaceKey(b"2", RIGHT): Decision.NO})
    catalog.decide(anna, {b"1": Decision.UNSURE, b"3": Decision.NO})
    catalog.decide(ben, {b"1": Decision.YES})
    asked = catalog.face_decisions(anna, [b"1", b"4", b"2", b"1"])
    assert list(asked.items()) == [
        (FaceKey(b"2", LEFT), Decision.YES),
        (FaceKey(b"2", RIGHT), Decision.NO),
        (FaceKey(b"1"), Decision.UNSURE),
    ]
    assert not catalog.face_decisions(anna, [])
    catalog.merge(anna, ben)
    assert catalog.face_decisions(anna, [b"1"]) == catalog.face_decisions(anna, [b"1", b"4"])


def test_nobody_is_merged_into_whoever_they_are_already(catalog: SqliteCatalog) -> None:
    anna, ben, carl = (catalog.person(name) for name in ("Anna", "Ben", "Carl"))
    catalog.merge(ben, carl)
    catalog.merge(anna, ben)
    for kept, merged in ((anna, anna), (ben, anna), (carl, anna), (anna, carl)):
        with pytest.raises(WrongUse, match="one person already"):
            catalog.merge(kept, merged)
    assert [one.person for one in catalog.people()] == [anna]
    assert catalog.person("Carl") == anna


def test_whoever_was_merged_keeps_what_is_corrected_meanwhile(catalog: SqliteCatalog) -> None:
    anna, ben = catalog.person("Anna"), catalog.person("Ben")
    catalog.decide_faces(anna, {FaceKey(b"1", LEFT): Decision.YES, FaceKey(b"2", LEFT): Decision.NO})
    catalog.decide_faces(ben, {FaceKey(b"2", LEFT): Decision.YES, FaceKey(b"3", LEFT): Decision.YES})
    catalog.decide(ben, {b"4": Decision.YES, b"5": Decision.YES})
    catalog.merge(anna, ben)
    again = LEFT_AS_ANOTHER_ENGINE_SEES_IT
    catalog.decide_faces(anna, {FaceKey(content, again): Decision.YES for content in (b"1", b"2", b"6")})
    catalog.decide_faces(anna, {FaceKey(b"3", again): Decision.NO})
    catalog.decide(anna, {b"4": Decision.YES, b"5": None})
    assert catalog.decisions(anna) == dict.fromkeys((b"1", b"2", b"4", b"6"), Decision.YES)
    catalog.unmerge(ben.id)
    assert catalog.face_decisions(anna) == {FaceKey(content, again): Decision.YES for content in (b"1", b"6")}
    assert catalog.face_decisions(ben) == {
        FaceKey(b"2", again): Decision.YES,
        FaceKey(b"3", again): Decision.NO,
        FaceKey(b"4"): Decision.YES,
    }


def test_nothing_is_left_of_a_forgotten_person(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        anna = catalog.person("Anna")
        catalog.add_portrait(anna, FaceKey(PICTURE, LEFT), b"a crop of a face")
        catalog.decide_faces(anna, {FaceKey(PICTURE, LEFT): Decision.YES})
        assert catalog.forget("Anna")
        assert catalog.people() == []
        assert catalog.portraits(anna) == []
        assert not any(b"a crop of a face" in path.read_bytes() for path in tmp_path.iterdir())


def test_every_yes_and_no_of_anybody_comes_in_columns_in_the_order_it_was_said(catalog: SqliteCatalog) -> None:
    assert [*map(list, catalog.decided_faces())] == [[]] * 4
    anna, ben, carl = (catalog.person(name) for name in ("Anna", "Ben", "Carl"))
    other = b"O" * 32
    catalog.decide_faces(ben, {FaceKey(PICTURE, RIGHT): Decision.YES, FaceKey(other, LEFT): Decision.UNSURE})
    catalog.decide(carl, {other: Decision.NO})
    catalog.decide_faces(anna, {FaceKey(PICTURE, LEFT): Decision.NO})
    catalog.merge(ben, carl)
    catalog.merge(anna, ben)
    found = catalog.decided_faces()
    assert list(found.people) == [anna.id] * 3
    assert list(found.contents) == [PICTURE, other, PICTURE]
    assert [*map(bool, found.are_theirs)] == [True, False, False]
    assert list(found.boxes) == [RIGHT, (None,) * 4, LEFT]


def test_what_is_older_than_a_day_comes_with_its_own(catalog: SqliteCatalog) -> None:
    catalog.select(Listing("/photos", tuple(FolderEntry(f"{number}.jpg", 5, 7) for number in range(4)), {}))
    days = [datetime(1999, 12, 31, 23, 59), datetime(2000, 1, 1), None, datetime(1950, 2, 3, 4)]
    for number, photo in enumerate(catalog.unanalyzed(("query",))):
        catalog.record_analyses(photo, bytes([number]) * 32, {"query": b"x"}, Metadata(5, days[number]))
    assert catalog.days_before("2000-01-01") == {bytes(32): "1999-12-31", bytes([3]) * 32: "1950-02-03"}
    assert set(catalog.days_before("2000-01-01")) == catalog.before(date(2000, 1, 1))
