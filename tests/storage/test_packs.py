"""Packs say what the rows of photos say, whatever happens to these; whoever reads them cannot tell the difference."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import NO_TIME, Photo
from facesorter.domain.ports import Analyses, AnalyzedPage, LoadedPhotos
from facesorter.storage import packs
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

Q, OTHER = "faces", "other faces"
FOLDERS = [os.path.join(os.sep, "photos", name) for name in ("a", "b", "\udcff", "d")]
S3_FOLDER = "s3://bucket/photos"


class Joined:
    """Packs analyses as they are."""

    def pack(self, photos: Sequence[Analyses]) -> bytes:
        return json.dumps([analyses[0].hex() for analyses in photos]).encode()

    def load(self, packs: Sequence[bytes]) -> LoadedPhotos:
        raise NotImplementedError  # nobody scores these

    @staticmethod
    def unpacked(page: AnalyzedPage) -> list[Analyses]:
        return [(bytes.fromhex(analysis),) for pack in page.packs for analysis in json.loads(pack)]


@pytest.fixture
def database() -> Iterator[Database]:
    with closing(Database(":memory:")) as database:
        yield database


def content_of(photo: Photo) -> bytes:
    return hashlib.sha256(photo.path.encode("utf-8", "surrogateescape") + b"%d" % photo.size).digest()


def listing(folder: str, *names: str, size: int = 7, modified_ns: int = 1000) -> Listing:
    return Listing(folder, tuple(FolderEntry(name, size, modified_ns) for name in sorted(names)), {})


def look_at(catalog: SqliteCatalog, query: str = Q) -> None:
    for photo in list(catalog.unanalyzed((query,))):
        content = content_of(photo)
        if "damaged" in photo.path:
            catalog.record_problem(photo, "It is damaged.", content)
        else:
            catalog.record_analyses(photo, content, {query: query.encode() + content[:3]})


def held(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute("SELECT count(*) FROM packs").fetchone()[0]


def packed(catalog: SqliteCatalog, query: str = Q) -> list[AnalyzedPage]:
    return list(catalog.analyzed((query,), packing=Joined()))


def check(catalog: SqliteCatalog, query: str = Q) -> int:
    """Compare what comes of packs with what comes of rows, page for page; how many photos were packed."""
    expected = [one for page in catalog.analyzed((query,)) for one in page]
    lacking = [one.photo for one in expected if one.analyses is None and one.problem is None]
    assert list(catalog.unanalyzed((query,))) == lacking
    found = packed(catalog, query)
    assert list(catalog.unanalyzed((query,))) == lacking
    assert [one for page in found for one in page] == expected
    start = count = 0
    for page in found:
        places = range(len(page))
        same = AnalyzedPage(expected[start : start + len(page)])
        known = [analyses for analyses in page.several(places) if analyses is not None]
        if page.packs:
            count += len(page)
            assert Joined.unpacked(page) == known
        assert (set(page.unknown), set(page.films)) == (set(same.unknown), set(same.films))
        for place in places:
            assert page.photo(place) == same.photo(place)
            assert page.content(place) == same.content(place)
            assert page.identities(place) == same.identities(place)
            assert page.analyses[place] == same.analyses[place]
        assert page.several([*places][::-1]) == list(same.analyses)[::-1]
        start += len(page)
    return count


def test_whole_folders_are_packed_and_read_so_the_next_time(database: Database) -> None:
    catalog = SqliteCatalog(database)
    catalog.select(listing(FOLDERS[0], "1.jpg", "damaged.jpg", "film.mp4", "x.JPG"))
    catalog.select(Listing(FOLDERS[1], (FolderEntry("no time.jpg", 7, NO_TIME), FolderEntry("\udc80.jpg", 9, -5)), {}))
    look_at(catalog)
    assert check(catalog) == 0  # packed now
    assert (held(database), check(catalog)) == (2, 6)
    [page] = packed(catalog)
    assert len(page.packs) == 2
    assert page[1].problem == "It is damaged."


def test_a_large_folder_is_packed_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = SqliteCatalog(database)
    names = [f"{number:05}.jpg" for number in range(2 * packs.PART + 10)]
    catalog.select(listing(FOLDERS[0], "first.jpg"))
    catalog.select(listing(FOLDERS[1], *names))
    catalog.select(listing(FOLDERS[2], "last.jpg"))
    look_at(catalog)
    check(catalog)
    assert check(catalog) == len(names) + 2
    assert held(database) == 5
    assert max(len(page) for page in packed(catalog)) <= packs.PART
    monkeypatch.setattr(packs, "_WHOLES_AT_ONCE", 2)
    assert check(catalog) == len(names) + 2


def test_all_known_photos_come_packed_too(database: Database) -> None:
    catalog, everybody = SqliteCatalog(database), SqliteCatalog(database)
    for folder in FOLDERS:
        catalog.select(listing(folder, "1.jpg", "2.jpg"))
    look_at(catalog)
    check(catalog)
    everybody.select_known()
    assert check(everybody) == 8


@pytest.mark.parametrize(
    "part_of_a_folder",
    [
        Listing(FOLDERS[0], (FolderEntry("1.jpg", 7, 1000),), {}, whole=False),
        Listing(
            FOLDERS[0],
            (FolderEntry("1.jpg", 7, 1000), FolderEntry("2.jpg", 7, 1000)),
            {os.path.join(FOLDERS[0], "3.jpg"): "Unreadable."},
        ),
    ],
)
def test_what_one_run_may_not_see_is_not_taken_from_a_pack(database: Database, part_of_a_folder: Listing) -> None:
    catalog, other = SqliteCatalog(database), SqliteCatalog(database)
    catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg", "3.jpg"))
    look_at(catalog)
    check(catalog)
    other.select(part_of_a_folder)
    assert check(other) == 0
    assert [one.problem for page in packed(other) for one in page][2:] == ["Unreadable."] * (other.selected() == 3)


def test_a_photo_of_s3_is_not_packed(database: Database) -> None:
    catalog = SqliteCatalog(database)
    catalog.select(Listing(S3_FOLDER, (FolderEntry("1.jpg", 7, 1000, b"etag of 1"),), {}))
    look_at(catalog)
    check(catalog)
    assert (held(database), check(catalog)) == (0, 0)


def test_a_photo_not_looked_at_yet_is_not_packed(database: Database) -> None:
    catalog = SqliteCatalog(database)
    catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg"))
    assert (check(catalog), held(database)) == (0, 0)
    catalog.record_problem(next(catalog.unanalyzed((Q,))), "The disk does not answer.")
    look_at(catalog)
    assert (check(catalog), held(database)) == (0, 0)


def remove(catalog: SqliteCatalog) -> None:
    catalog.select(listing(FOLDERS[0], "2.jpg"))


def erase(catalog: SqliteCatalog) -> None:
    remove(catalog)
    catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg", modified_ns=5))  # whose contents are gone
    catalog.clear_gone(datetime.now(UTC).date())


CHANGES: list[Callable[[SqliteCatalog], object]] = [
    remove,
    erase,
    lambda catalog: catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg", "3.jpg")),
    lambda catalog: catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg", size=8)),
    lambda catalog: catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg", modified_ns=1)),
    lambda catalog: catalog.let_go(FOLDERS[0], ["1.jpg"]),
    lambda catalog: catalog.let_go(FOLDERS[0], ["1.jpg", "2.jpg"]),
    lambda catalog: catalog.read_anew(photo_in(catalog, FOLDERS[0])),
    lambda catalog: catalog.record_problem(photo_in(catalog, FOLDERS[0]), "It is damaged.", b"x" * 32),
    lambda catalog: catalog.record_analyses(photo_in(catalog, FOLDERS[0]), b"x" * 32, {Q: b"anew"}),
    lambda catalog: catalog.record_analyses(
        photo_in(catalog, FOLDERS[0]), content_of(photo_in(catalog, FOLDERS[0])), {Q: b"anew"}
    ),
    lambda catalog: catalog.clear_superseded(datetime.now(UTC).date(), lambda key: key == Q),
]


def photo_in(catalog: SqliteCatalog, folder: str) -> Photo:
    found = catalog.photo_at(f"{folder}/1.jpg")
    assert found is not None
    return found


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_photo_deletes_its_pack(
    database: Database, change: Callable[[SqliteCatalog], object]
) -> None:
    catalog = SqliteCatalog(database)
    for folder in FOLDERS[:2]:
        catalog.select(listing(folder, "1.jpg", "2.jpg"))
    look_at(catalog)
    check(catalog)
    assert held(database) == 2
    everything = change == CHANGES[-1]
    change(catalog)
    assert held(database) == (0 if everything else 1)
    check(catalog)
    check(catalog)


def test_a_folder_that_changed_since_it_was_selected_comes_as_it_was_selected(database: Database) -> None:
    catalog, other = SqliteCatalog(database), SqliteCatalog(database)
    catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg"))
    look_at(catalog)
    other.select(listing(FOLDERS[0], "1.jpg", "3.jpg"))
    look_at(other)
    check(other)
    assert check(other) == 2
    assert check(catalog) == 0
    assert [os.path.basename(one.photo.path) for page in packed(catalog) for one in page] == ["1.jpg"]
    assert check(other) == 2


def test_a_damaged_pack_is_not_believed(database: Database) -> None:
    catalog = SqliteCatalog(database)
    catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg"))
    look_at(catalog)
    for column in ("photos", "faces"):
        check(catalog)
        with database.writing() as connection:
            connection.execute(f"UPDATE packs SET {column} = CAST(x'00' || substr({column}, 2) AS BLOB)")
        assert check(catalog) == 0
        assert check(catalog) == 2


def test_an_analysis_that_is_erased_while_a_page_is_looked_at_is_none(database: Database) -> None:
    catalog = SqliteCatalog(database)
    catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg"))
    look_at(catalog)
    check(catalog)
    [page] = packed(catalog)
    with database.writing() as connection:
        connection.execute("UPDATE analyses SET analysis = x'00' WHERE id = 1")
    assert (page.several([0, 1])[0], page.analyses[0], page[0].analyses) == (None, None, None)
    assert page.analyses[1] is not None
    assert catalog.missing(content_of(page.photo(0)), (Q,)) == (Q,)  # so that it is made anew


def test_nothing_is_left_of_a_pack_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        catalog.select(listing(FOLDERS[0], "1.jpg"))
        for photo in list(catalog.unanalyzed((Q,))):
            catalog.record_analyses(photo, content_of(photo), {Q: b"\x01\x23\x45" * 9})
        check(catalog)
        database.commit()
        with database.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert (b"\x01\x23\x45" * 9).hex().encode() in path.read_bytes()
        catalog.let_go(FOLDERS[0], ["1.jpg"])
        catalog.clear_gone(datetime.now(UTC).date())
        catalog.scrub()
        assert (b"\x01\x23\x45" * 9).hex().encode() not in path.read_bytes()


def test_a_rescued_catalog_packs_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        catalog.select(listing(FOLDERS[0], "1.jpg", "2.jpg"))
        look_at(catalog)
        check(catalog)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = sql || ' ' WHERE name = 'photos'")
        connection.commit()
    with closing(Database(path)) as database:
        assert list(tmp_path.glob("catalog-damaged-*"))
        assert held(database) == 0
        catalog = SqliteCatalog(database)
        catalog.select_known()
        assert catalog.selected() == 2
        check(catalog)
        assert check(catalog) == 2


@pytest.mark.parametrize("seed", range(8))
def test_nobody_can_tell_packs_from_rows_whatever_happens(seed: int, database: Database) -> None:
    chance = Random(seed)
    catalogs = [SqliteCatalog(database) for _ in range(2)]
    was_packed = 0
    for step in range(150):
        catalog, folder = chance.choice(catalogs), chance.choice(FOLDERS)
        query = chance.choice([Q, Q, OTHER])
        names = chance.sample(["1.jpg", "2.jpg", "damaged.jpg", "film.mov", "5.png"], chance.randint(0, 5))
        match chance.randint(0, 9):
            case 0:
                catalog.clear_selection()
            case 1:
                catalog.select_known()
            case 2 | 3:
                catalog.select(listing(folder, *names, size=chance.choice([7, 7, 8])))
            case 4:
                catalog.let_go(folder, names)
            case 5:
                catalog.clear_gone(datetime.now(UTC).date())
            case 6:
                for photo in list(catalog.unanalyzed((query,)))[:2]:
                    catalog.record_problem(photo, "Not now.")
            case 7 if step > 100:
                catalog.clear_superseded(datetime.now(UTC).date(), lambda key: key == OTHER)
            case _:
                look_at(catalog, query)
        for one in catalogs:
            was_packed += check(one, query)
    assert was_packed > 50
