"""Catalogs of every released version open for ever, sound or damaged; a migration leaves a backup behind."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision
from facesorter.endpoint.collections import Collections
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal
from facesorter.storage.opening import MigrationFailed
from facesorter.storage.schema import MIGRATIONS

CATALOGS = Path(__file__).with_name("catalogs")
LOCAL, PAID = "local-3-yunet_2023mar+sface_2021dec", "rekognition-1/" + "ab" * 32
PAGE = 4096


def content(number: int) -> bytes:
    """What the made-up photo of this number holds."""
    return hashlib.sha256(b"photo %d" % number).digest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalog that version 0.1.0 has made, of made-up photos, faces and people."""
    return Path(shutil.copy(CATALOGS / "catalog-0.1.0.db", tmp_path / "catalog.db"))


def check_all_is_there(path: Path) -> None:
    with closing(Database(path)) as database:
        check_what_was_said(database)
        check_what_was_found(database)


def check_what_was_said(database: Database) -> None:
    catalog, journal = SqliteCatalog(database), SqliteJournal(database)
    names = [details.person.name for details in catalog.people()]
    assert names == ["Anna", "Ben", "Zo\u00eb"]
    anna, ben, zoe = (catalog.person(name) for name in names)
    assert dict(catalog.decisions(anna)) == {
        content(0): Decision.YES,
        content(1): Decision.NO,
        content(2): Decision.UNSURE,
    }
    gone = hashlib.sha256(b"a photo that is gone").digest()
    assert dict(catalog.decisions(ben)) == {content(3): Decision.YES, gone: Decision.NO}
    runs = {run.id: (run.people, run.copies) for run in journal.runs()}
    assert runs == {
        1: (("Anna", "Ben"), 1),
        2: (("Zo\u00eb",), 2),
        3: (("Anna",), 2),
        4: (("Ben",), 1),
        5: (("Anna",), 1),
    }
    copies = [os.path.basename(copy.target) for copy in journal.copies(zoe, "/pictures/FaceSorter")]
    assert copies == ["2-IMG_2.jpg", "2-IMG_3.jpg"]
    assert len(journal.unfinished()) == 3
    (of_nobody,) = journal.copies_of_run(5)
    assert of_nobody.person_id == 0
    assert journal.folders_made(1) == ["/pictures/FaceSorter/PhotosWithAnna"]


def check_what_was_found(database: Database) -> None:
    catalog = SqliteCatalog(database)
    for folder in ("/photos/2023", "/photos/2024"):
        problems = {f"{folder}/locked.jpg": "No right."} if folder.endswith("4") else {}
        entries = tuple(FolderEntry(f"IMG_{n}.jpg", 1000 + n, 1_700_000_000_000_000_000 + n) for n in range(7))
        catalog.select(Listing(folder, entries, problems))
    waiting = [os.path.basename(photo.path) for photo in catalog.unanalyzed((LOCAL,))]
    assert waiting == []
    found = {one.photo.content: one for page in catalog.analyzed((LOCAL,)) for one in page if one.photo.content}
    assert len(found) == 14
    assert found[content(5)].problem == "The picture is damaged."
    for number in range(14):
        analyses = found[content(number)].analyses
        if number != 5:
            assert analyses
            assert (len(analyses[0]) - 4) % 336 == 0
            assert len(analyses[0]) // 336 == number % 4
            assert catalog.missing(content(number), (PAID,)) == (() if number % 2 else (PAID,))
    assert catalog.analysis(b'"tag" 5000', PAID) == b"\x01" + bytes(84)


def test_a_catalog_of_version_0_1_0_opens_with_all_that_is_in_it(path: Path) -> None:
    for _ in range(2):
        check_all_is_there(path)
    (backup,) = path.parent.glob("catalog-backup-*-version-2.db")
    assert sorted(file.name for file in path.parent.iterdir()) == [backup.name, "catalog.db"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_what_could_not_be_listed_has_no_date(path: Path) -> None:
    with closing(Database(path)) as database, database.reading() as connection:
        rows = connection.execute("SELECT name FROM photos WHERE modified_ns IS NULL").fetchall()
        assert rows == [(b"locked.jpg",)]
        assert connection.execute("SELECT count(*) FROM photos WHERE modified_ns = 0").fetchone() == (0,)


def test_a_backup_is_the_file_as_it_was(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
    Database(path).close()
    (backup,) = path.parent.glob("catalog-backup-*.db")
    with closing(sqlite3.connect(backup)) as connection:
        assert list(connection.iterdump()) == before
    backup.rename(path)
    check_all_is_there(path)


def test_two_backups_are_kept(path: Path) -> None:
    made = Database(path)
    made.close()
    for number in range(3):
        later = tuple((f"CREATE TABLE novelty_{made_by} (id INTEGER) STRICT",) for made_by in range(number + 1))
        Database(path, (*MIGRATIONS, *later)).close()
    versions = [file.stem[-1] for file in sorted(path.parent.glob("catalog-backup-*.db"))]
    assert versions == [str(len(MIGRATIONS) + 1), str(len(MIGRATIONS) + 2)]


def test_a_new_file_and_one_of_this_version_are_not_backed_up(tmp_path: Path) -> None:
    for _ in range(2):
        Database(tmp_path / "catalog.db").close()
    assert [file.name for file in tmp_path.iterdir()] == ["catalog.db"]


@pytest.mark.parametrize("damage", ["all of it", "the first page", "the schema"])
def test_a_file_that_is_lost_is_had_from_its_backup(path: Path, damage: str) -> None:
    """Whatever can be read is newer; of what cannot, the backup has what was said before."""
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        catalog.decide(catalog.person("Anna"), {content(9): Decision.YES})
        catalog.decide(catalog.person("Anna"), {content(9): None})
    data = bytearray(path.read_bytes())
    if damage == "all of it":
        data[:] = b"\x55" * len(data)
    elif damage == "the first page":
        data[:PAGE] = b"\x55" * PAGE
    else:
        at = data.index(b"CREATE TABLE decisions")
        data[at : at + 20] = b"\x55" * 20
    path.write_bytes(data)
    check_all_is_there(path)
    assert list(path.parent.glob("catalog-damaged-*.db"))


def test_a_table_that_cannot_be_read_is_completed_from_the_backup(path: Path) -> None:
    with closing(Database(path)) as database, database.reading() as connection:
        roots = [
            root
            for (root,) in connection.execute(
                "SELECT rootpage FROM sqlite_schema WHERE tbl_name IN ('people', 'decisions')"
            )
        ]
    data = bytearray(path.read_bytes())
    for root in roots:
        data[(root - 1) * PAGE : root * PAGE] = b"\x55" * PAGE
    path.write_bytes(data)
    check_all_is_there(path)


@pytest.mark.parametrize("table", ["people", "decisions", "copies", "answers"])
def test_a_damaged_catalog_of_version_0_1_0_is_rescued_in_its_own_shape(path: Path, table: str) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b"CREATE TABLE " + table.encode())
    data[at + 3] ^= 0x80
    path.write_bytes(data)
    check_all_is_there(path)
    assert list(path.parent.glob("catalog-damaged-*.db"))


def test_a_value_that_no_column_of_today_takes_is_a_lost_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE decisions SET content = 'text' WHERE decision = 'unsure'")
        connection.commit()
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        assert len(catalog.decisions(catalog.person("Anna"))) == 2
        check_what_was_found(database)


def test_rows_that_refer_to_nothing_do_not_stop_a_migration(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE photos SET content = 99999 WHERE name = 'IMG_0.jpg' OR name = x'494d475f302e6a7067'")
        connection.execute("DELETE FROM runs WHERE id = 3")
        connection.commit()
    with closing(Database(path)) as database:
        assert len(list(SqliteJournal(database).copies_of_run(3))) == 2
        assert [run.people for run in SqliteJournal(database).runs() if run.id == 3] == [("Anna",)]


def test_a_version_to_come_is_refused_kindly(path: Path) -> None:
    Database(path, (*MIGRATIONS, ("CREATE TABLE novelty (id INTEGER) STRICT",))).close()
    before = path.read_bytes()
    with pytest.raises(StorageUnavailable, match=r"newer version of FaceSorter\. Update FaceSorter"):
        Database(path)
    assert path.read_bytes() == before


def test_a_migration_that_leaves_rows_without_their_parents_is_rolled_back(path: Path) -> None:
    Database(path).close()
    with pytest.raises(MigrationFailed, match="refers to nothing"):
        Database(
            path,
            (*MIGRATIONS, ("DELETE FROM people",)),
        )
    check_all_is_there(path)


def test_collections_of_version_0_1_0_open(tmp_path: Path) -> None:
    path = shutil.copy(CATALOGS / "collections-0.1.0.db", tmp_path / "collections.db")
    collections = Collections(str(path))
    guests = collections.get("guests")
    assert collections.count(guests) == 2
    assert [face.external_id for face in collections.faces_after(guests, 0, 10)] == ["table-1"] * 2
    collections.close()
