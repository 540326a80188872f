"""What can be made anew is cleared away when its photo is gone; what the user said never is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from made_up_catalog import fill

from facesorter.app.clearing import GRACE, clear_away
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import BoundingBox, Decision, FaceKey, Metadata
from facesorter.engines.versions import LOCAL, REKOGNITION, is_superseded
from facesorter.pipeline.recall import NO_PHOTO
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

FOLDER, Q = os.path.join(os.sep, "photos"), ("faces",)
TODAY = datetime.now(UTC).date()
ALL_BUT_TODAY = TODAY - timedelta(days=1)
BOX = BoundingBox(0.1, 0.1, 0.2, 0.2)


@pytest.fixture
def catalog() -> Iterator[SqliteCatalog]:
    with closing(Database(":memory:")) as database:
        yield SqliteCatalog(database)


def listing(*names: str, folder: str = FOLDER, mount: str | None = "/") -> Listing:
    entries = tuple(FolderEntry(name, 7, 1000) for name in sorted(names))
    return Listing(folder, entries, {}, mount=mount)


def look_at(catalog: SqliteCatalog, *listings: Listing) -> None:
    """A run: every photo is called as its content."""
    catalog.clear_selection()
    for one in listings:
        catalog.select(one)
    for photo in list(catalog.unanalyzed(Q)):
        content = os.path.basename(photo.path).encode()
        catalog.record_analyses(photo, content, {"faces": b"of " + content}, Metadata(7, datetime(2020, 5, 5)))


def known(catalog: SqliteCatalog, *contents: bytes) -> list[bytes]:
    return [content for content in contents if catalog.analysis(content, "faces") is not None]


def test_a_photo_that_is_gone_is_cleared_away_once_the_grace_is_over(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("a", "b"))
    look_at(catalog, listing("b"))
    assert catalog.clear_gone(ALL_BUT_TODAY) == 0
    assert known(catalog, b"a", b"b") == [b"a", b"b"]
    assert catalog.clear_gone(TODAY) == 1
    assert known(catalog, b"a", b"b") == [b"b"]
    assert not catalog.metadata([b"a"])


def test_a_photo_that_comes_back_is_not_gone_and_is_not_looked_at_again(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("a", "b"))
    look_at(catalog, listing("b"))
    catalog.clear_selection()
    catalog.select(listing("a", "b"))
    (back,) = catalog.unanalyzed(Q)
    assert catalog.missing(b"a", Q) == ()
    catalog.record_analyses(back, b"a", {})
    assert catalog.clear_gone(TODAY) == 0
    assert known(catalog, b"a") == [b"a"]


def test_what_another_photo_holds_is_not_gone(catalog: SqliteCatalog) -> None:
    elsewhere = listing("a", folder=os.path.join(FOLDER, "copy"))
    look_at(catalog, listing("a"), elsewhere)
    look_at(catalog, listing(), elsewhere)
    assert catalog.clear_gone(TODAY) == 0
    catalog.let_go(elsewhere.folder, ["a"])
    assert catalog.clear_gone(TODAY) == 1
    assert [folder.path for folder in catalog.known_folders()] == [FOLDER]


def test_what_a_photo_held_before_it_was_changed_is_gone(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("a"))
    catalog.clear_selection()
    catalog.select(Listing(FOLDER, (FolderEntry("a", 8, 1000),), {}))
    (changed,) = catalog.unanalyzed(Q)
    catalog.record_analyses(changed, b"new", {"faces": b"others"})
    assert catalog.clear_gone(TODAY) == 1
    assert known(catalog, b"a", b"new") == [b"new"]


def test_a_changed_object_of_s3_is_another_one(catalog: SqliteCatalog) -> None:
    for tag in (b"one", b"two"):
        entries = (FolderEntry("a", 7, 1000, tag),)
        catalog.clear_selection()
        catalog.select(Listing("s3://bucket/", entries, {}, whole=False))
        (photo,) = catalog.unanalyzed(Q)
        catalog.record_analyses(photo, tag, {"faces": tag})
    assert catalog.clear_gone(TODAY) == 1
    assert known(catalog, b"one", b"two") == [b"two"]


def test_what_no_folder_ever_showed_is_kept(catalog: SqliteCatalog) -> None:
    """A headshot, or a picture that was compared and perhaps paid for."""
    catalog.record_analyses(NO_PHOTO, b"headshot", {"faces": b"one"})
    assert catalog.clear_gone(TODAY) == 0
    assert known(catalog, b"headshot") == [b"headshot"]


@pytest.mark.parametrize("empty", [True, False])
def test_an_empty_folder_where_a_disk_was_is_a_disk_that_is_not_connected(catalog: SqliteCatalog, empty: bool) -> None:
    disk = os.path.join(FOLDER, "disk")
    look_at(catalog, listing("a", "b", folder=disk, mount=disk))
    unplugged = listing(*(() if empty else ("b",)), folder=disk, mount="/")
    for _ in range(2):
        look_at(catalog, unplugged)
        assert catalog.selected() == len(unplugged.entries)
    assert catalog.clear_gone(TODAY) == (0 if empty else 1)
    assert known(catalog, b"a", b"b") == ([b"a", b"b"] if empty else [b"b"])
    look_at(catalog, listing("a", "b", folder=disk, mount=disk))
    assert catalog.selected() == 2
    assert [folder.mount for folder in catalog.known_folders()] == [disk]


def test_a_folder_that_was_emptied_on_its_disk_is_empty(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("a"))
    look_at(catalog, listing())
    assert catalog.clear_gone(TODAY) == 1


def test_where_a_folder_of_an_earlier_version_is_mounted_is_learnt_by_listing_it(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("a", mount=None))
    assert catalog.known_folders() == [(FOLDER, None)]
    look_at(catalog, listing("a", mount="/"))
    assert catalog.known_folders() == [(FOLDER, "/")]


def test_all_that_the_user_said_of_a_picture_that_is_gone_stays(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("portrait", "said", "hidden", "of nobody"))
    anna, ben = catalog.person("Anna"), catalog.person("Ben")
    portrait = catalog.add_portrait(anna, FaceKey(b"portrait", BOX), b"a crop")
    catalog.decide(anna, {b"said": Decision.NO})
    (group,) = catalog.set_apart([([FaceKey(b"hidden", BOX)], True)])
    catalog.keep(replace(catalog.people()[0], cover=portrait, born=date(1990, 1, 1)))
    catalog.merge(anna, ben)

    def said() -> object:
        return (
            *(catalog.people(), catalog.portraits(anna), dict(catalog.face_decisions(anna)), catalog.merges()),
            *(catalog.unnamed(), catalog.metadata([b"portrait", b"said", b"hidden"])),
        )

    before = said()
    look_at(catalog, listing())
    assert catalog.clear_gone(TODAY) == 4
    assert known(catalog, b"portrait", b"said", b"hidden", b"of nobody") == []
    assert said() == before
    assert [one.id for one in catalog.unnamed()] == [group]
    look_at(catalog, listing("said"))
    assert known(catalog, b"said") == [b"said"]
    assert catalog.clear_gone(TODAY) == 0


def test_groups_are_made_anew_without_what_is_gone(catalog: SqliteCatalog) -> None:
    look_at(catalog, listing("a", "b"))
    catalog.keep_grouping("local-9", "a basis", b"faces", b"means")
    assert catalog.clear_gone(TODAY) == 0
    assert catalog.grouping("local-9") == ("a basis", b"faces")
    look_at(catalog, listing("b"))
    assert catalog.clear_gone(TODAY) == 1
    assert catalog.grouping("local-9") == ("", b"faces")


@pytest.mark.parametrize(
    ("query", "gone"),
    [
        (f"local-{LOCAL - 1}-networks", True),
        (f"local-{LOCAL}-networks", False),
        (f"local-{LOCAL}-others-2", False),
        (f"local-{LOCAL + 1}-networks", False),
        (f"rekognition-{REKOGNITION}/ab", False),
        ("rekognition-0/ab", True),
        ("rekognition-0@localhost/ab/sheet", True),
        ("faces", False),
        ("local-", False),
        ("text-1", False),
    ],
)
def test_what_a_former_version_of_an_engine_found_is_superseded(query: str, gone: bool) -> None:
    assert is_superseded(query) is gone


def test_analyses_of_superseded_engines_are_cleared_once_nobody_has_asked_for_them_for_long(
    catalog: SqliteCatalog,
) -> None:
    old, new = f"local-{LOCAL - 1}-networks", f"local-{LOCAL}-networks"
    catalog.select(listing("a"))
    (photo,) = catalog.unanalyzed((old, new))
    catalog.record_analyses(photo, b"a", {old: b"1", new: b"2"})
    catalog.keep_grouping(old, "", b"", b"")
    assert catalog.clear_superseded(ALL_BUT_TODAY, is_superseded) == 0
    assert catalog.analysis(b"a", old) == b"1"
    assert catalog.clear_superseded(TODAY, is_superseded) == 1
    assert [catalog.analysis(b"a", query) for query in (old, new)] == [None, b"2"]
    assert catalog.grouping(old) is None
    assert catalog.group_means(old) is None


def test_it_is_done_once_a_day(catalog: SqliteCatalog) -> None:
    assert catalog.is_due("clear", TODAY)
    assert not catalog.is_due("clear", TODAY)
    assert catalog.is_due("sweep", TODAY)
    assert catalog.is_due("clear", TODAY + timedelta(days=1))
    assert catalog.is_due("clear", TODAY)  # a clock that was put back


def test_the_grace_is_kept_and_ends(tmp_path: Path) -> None:
    for days, expected in ((GRACE.days - 1, [b"a"]), (GRACE.days, [])):
        with closing(Database(tmp_path / f"{days}.db")) as database:
            catalog = SqliteCatalog(database)
            look_at(catalog, listing("a"))
            look_at(catalog, listing())
            with database.writing() as connection:
                connection.execute("UPDATE contents SET gone_on = date('now', ?)", (f"-{days} days",))
            clear_away(catalog)
            assert known(catalog, b"a") == expected


def test_a_catalog_in_which_nothing_is_gone_loses_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "catalog.db")
    with closing(Database(tmp_path / "catalog.db")) as database:
        before = database_rows(database)
        assert SqliteCatalog(database).clear_gone(TODAY) == 0
        assert database_rows(database) == before


def database_rows(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
