"""The catalog's file: who may read it, what happens when it is damaged, too new, locked, full or half migrated."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_up_catalog import everything, fill

from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal
from facesorter.storage.schema import MIGRATIONS

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "catalog.db"


def add_people(path: Path, count: int) -> None:
    with closing(Database(path)) as database, database.writing() as connection:
        connection.executemany(
            "INSERT INTO people (name, folder_name, folder_key) VALUES (?, ?, ?)",
            [(f"Person {number}".encode(), f"Folder {number}", f"folder {number}") for number in range(count)],
        )


def people(path: Path) -> int:
    with closing(Database(path)) as database, database.reading() as connection:
        return connection.execute("SELECT count(*) FROM people").fetchone()[0]


def set_aside(path: Path) -> list[Path]:
    return list(path.parent.glob("catalog-damaged-*.db"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_only_its_owner_may_read_the_file(path: Path) -> None:
    with closing(Database(path)) as database, database.writing() as connection:
        connection.execute("INSERT INTO folders (path) VALUES (x'41')")
        rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert rights == {"catalog.db": 0o600, "catalog.db-wal": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_written_is_there_after_closing(path: Path) -> None:
    add_people(path, 3)
    assert people(path) == 3


def test_what_was_committed_survives_a_kill_and_the_rest_does_not(path: Path) -> None:
    script = """
import os, signal, sys
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal
database = Database(sys.argv[1])
for number in range(2):
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO people (name, folder_name, folder_key) VALUES (?, ?, ?)",
            (b"%d" % number, str(number), str(number)),
        )
    if number == 0:
        database.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script, path], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert people(path) == 1


@pytest.mark.parametrize("damage", [b"not a database at all, but long enough to be read as one. " * 100, b"\0" * 9000])
def test_garbage_is_set_aside_and_begun_anew(path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    assert people(path) == 0
    (kept,) = set_aside(path)
    assert kept.read_bytes() == damage
    assert kept.name in caplog.text


def test_a_truncated_file_is_set_aside(path: Path) -> None:
    add_people(path, 4000)  # with less, the half that is left holds little but the beginnings of tables
    os.truncate(path, path.stat().st_size // 2)
    assert people(path) > 0
    assert len(set_aside(path)) == 1


def test_decisions_are_taken_over_from_a_damaged_file(path: Path) -> None:
    add_people(path, 2000)
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        anna = catalog.person("Anna")
        catalog.decide(anna, {b"first": Decision.YES})
        catalog.decide(anna, {b"second": Decision.NO})
        with database.reading() as connection:
            (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'analyses'").fetchone()
    with open(path, "r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(b"\x55" * PAGE)
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        assert catalog.person("Anna") == anna
        assert catalog.decisions(anna) == {b"first": Decision.YES, b"second": Decision.NO}
    assert people(path) == 2001
    assert len(set_aside(path)) == 1


def damaged_in(path: Path, table: str) -> None:
    with closing(Database(path)) as database, database.reading() as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with open(path, "r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(b"\x55" * PAGE)


def test_what_was_found_in_photos_is_taken_over(path: Path) -> None:
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        catalog.select(Listing("/photos", (FolderEntry("1.jpg", 1, 1),), {}))
        (photo,) = catalog.unanalyzed(["local"])
        catalog.record_analyses(photo, b"content", {"local": b"faces", "rekognition-1/a": b"paid"})
    damaged_in(path, "photos")
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        assert catalog.analysis(b"content", "rekognition-1/a") == b"paid"
        assert catalog.analysis(b"content", "local") == b"faces"


def test_a_column_that_somebody_added_costs_nothing(path: Path) -> None:
    """The tables are not what they should be, so that they are taken over by the names of their columns."""
    add_people(path, 20)
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        catalog.decide(catalog.person("Anna"), {b"first": Decision.YES})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE people ADD COLUMN height TEXT")
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        assert catalog.decisions(catalog.person("Anna")) == {b"first": Decision.YES}
    assert people(path) == 21
    assert len(set_aside(path)) == 1


def test_decisions_and_copies_outlive_the_row_of_their_person_and_run(path: Path) -> None:
    fill(path)
    with closing(Database(path)) as database:
        before = everything(database)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM people WHERE id = 1")
        connection.execute("DELETE FROM runs WHERE id = 2")
    damaged_in(path, "photos")
    with closing(Database(path)) as database:
        after = everything(database)
    assert after["decisions"] == before["decisions"]
    assert after["copies"] == before["copies"]
    assert after["people"] == before["people"]
    assert {run[0] for run in after["runs"]} == {1, 2}


def test_a_damaged_value_is_a_damaged_row_and_nothing_else(path: Path) -> None:
    fill(path)
    with closing(Database(path)) as database:
        before = everything(database)
        with database.writing() as connection:
            connection.execute("UPDATE runs SET begun_at = '2026-13-28 q1:57:24' WHERE id = 1")
            connection.execute("UPDATE people SET born = '2026-1q-03' WHERE id = 1")
            connection.execute("UPDATE decisions SET decision = 'ng' WHERE id = 1")
    with closing(Database(path)) as database:
        after = everything(database)
        assert [run.started_at is None for run in SqliteJournal(database).runs()] == [False, True]
    assert len(before["decisions"] - after["decisions"]) == 1
    assert after["copies"] == before["copies"]


def test_a_rescue_that_is_cut_off_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before each renaming, however often."""
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        catalog.decide(catalog.person("Anna"), {b"first": Decision.YES})
    damaged_in(path, "photos")
    rename = os.rename

    class Killed(BaseException):
        pass

    survived = 0
    for survived in range(10):
        renamings = iter(range(survived))

        def killed(old: str, new: str, renamings: Iterator[int] = renamings) -> None:
            if next(renamings, None) is None:
                raise Killed
            rename(old, new)

        monkeypatch.setattr(os, "rename", killed)
        try:
            Database(path).close()
            break
        except Killed:
            continue
    assert survived >= 2
    with closing(Database(path)) as database:
        catalog = SqliteCatalog(database)
        assert catalog.decisions(catalog.person("Anna")) == {b"first": Decision.YES}
    assert sorted(file.name for file in path.parent.iterdir() if "damaged" not in file.name) == ["catalog.db"]
    assert set_aside(path)


def test_what_lies_on_both_sides_of_the_damage_is_taken_over(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    add_people(path, 2000)
    with open(path, "r+b") as file:
        content = file.read()
        file.seek(content.index(b"Folder 1000") // PAGE * PAGE)
        file.write(b"\x55" * PAGE)
    assert 1800 < people(path) < 2000
    told = [record.getMessage() for record in caplog.records]
    assert sum("table people" in line for line in told) == 1
    assert sum("begun anew" in line for line in told) == 1


def test_a_file_of_another_program_is_refused_and_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (album)")
    before = path.read_bytes()
    with pytest.raises(StorageUnavailable, match="another program's"):
        Database(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["catalog.db"]


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(path: Path) -> None:
    add_people(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(StorageUnavailable, match="newer version"):
        Database(path)
    assert path.read_bytes() == before
    assert set_aside(path) == []


def test_a_failed_migration_is_rolled_back_whole(path: Path) -> None:
    add_people(path, 1)
    worse = (*MIGRATIONS, ("CREATE TABLE novelty (id)", "DELETE FROM people"), ("INSERT INTO nowhere VALUES (1)",))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Database(path, worse)
    with closing(Database(path)) as database, database.reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'novelty'").fetchone() == (0,)
    assert people(path) == 1


def test_only_the_missing_migrations_are_run(path: Path) -> None:
    add_people(path, 1)
    later = (*MIGRATIONS, ("ALTER TABLE people ADD COLUMN height INTEGER",))
    for _ in range(2):
        with closing(Database(path, later)) as database, database.reading() as connection:
            assert connection.execute("SELECT height FROM people").fetchall() == [(None,)]


def test_a_second_program_is_refused(path: Path) -> None:
    with closing(Database(path)), pytest.raises(StorageUnavailable, match="another program"):
        Database(path)


def test_an_sqlite_that_is_too_old_is_said_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StorageUnavailable, match=r"3\.37 or newer"):
        Database(path)
    assert not path.exists()


def test_a_folder_in_the_files_place_is_said_so(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        Database(path)


def test_a_full_disk_is_said_so_and_what_was_committed_stays(path: Path) -> None:
    with closing(Database(path)) as database:
        with database.writing() as connection:
            connection.execute("INSERT INTO contents (digest) VALUES (x'41')")
        database.commit()
        with database.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull), database.writing() as connection:
            connection.execute("INSERT INTO contents (digest) VALUES (zeroblob(100000))")
        with database.reading() as connection:
            connection.execute("PRAGMA max_page_count = 100000")
        with database.writing() as connection:
            connection.execute("INSERT INTO contents (digest) VALUES (x'42')")
    with closing(Database(path)) as database, database.reading() as connection:
        assert connection.execute("SELECT digest FROM contents").fetchall() == [(b"A",), (b"B",)]


def test_damage_met_later_is_said_so(path: Path) -> None:
    add_people(path, 2000)
    with closing(Database(path)) as database:
        with database.reading() as connection:
            connection.execute("PRAGMA shrink_memory")
        with open(path, "r+b") as file:
            file.seek(PAGE)
            file.write(b"\x55" * (path.stat().st_size - PAGE))
        with pytest.raises(StorageUnavailable, match="damaged"), database.reading() as connection:
            connection.execute("SELECT * FROM people").fetchall()


@pytest.fixture
def database() -> Iterator[Database]:
    with closing(Database(":memory:")) as database:
        yield database


def test_a_failed_block_takes_back_its_own_writes_only(database: Database) -> None:
    add = "INSERT INTO folders (path) VALUES (?)"
    with database.writing() as outer:
        outer.execute(add, (b"kept",))
        with pytest.raises(sqlite3.IntegrityError), database.writing() as inner:
            inner.executemany(add, [(b"lost",), (b"kept",)])
        outer.execute(add, (b"kept too",))
    with database.reading() as connection:
        assert connection.execute("SELECT path FROM folders").fetchall() == [(b"kept",), (b"kept too",)]


def test_threads_take_turns(database: Database) -> None:
    def add(first: int) -> None:
        for number in range(first, first + 200):
            with database.writing() as connection:
                connection.execute("INSERT INTO folders (path) VALUES (?)", (b"%d" % number,))
            database.commit()

    threads = [threading.Thread(target=add, args=(first,)) for first in (0, 1000, 2000, 3000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM folders").fetchone() == (800,)


def test_what_was_deleted_is_in_no_byte_of_the_file(tmp_path: Path) -> None:
    """Also where SQLite was built to leave deleted rows where they are."""

    def written() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        with database.reading() as connection:
            connection.execute("PRAGMA secure_delete = OFF")
        anna = catalog.person("Anna")
        secrets = [bytes([number]) * 32 for number in range(1, 250)]
        for secret in secrets:
            catalog.decide(anna, {secret: Decision.YES})
        for secret in secrets[:200]:
            catalog.decide(anna, {secret: None})
        assert secrets[3] in written()
        database.scrub()
        assert not any(secret in written() for secret in secrets[:200])
        assert all(secret in written() for secret in secrets[200:])
