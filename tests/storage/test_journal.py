"""The journal: what it was told is there after a crash, and only that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from facesorter.domain.models import Person, Photo
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal
from tests.copying import ANNA, BEN

ODD = os.fsdecode(b"caf\xe9.jpg")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqliteCatalog]:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        assert [catalog.person(known.name) for known in (ANNA, BEN)] == [ANNA, BEN]
        yield catalog


@pytest.fixture
def journal(catalog: SqliteCatalog) -> SqliteJournal:
    return SqliteJournal(catalog._database)


def announce(
    journal: SqliteJournal, run_id: int, *names: str, person: Person = ANNA, new_folder: bool = False
) -> list[int]:
    folder = f"/to/{person.folder_name}"
    return journal.intend(
        run_id,
        [
            (
                CopyOrder(Photo(1, f"/from/{name}", 3, 4, name.encode("utf-8", "replace")), person, folder),
                Placement(f"{folder}/{name}", f"{folder}/.t-{name}", name.encode("utf-8", "replace"), new_folder),
            )
            for name in names
        ],
    )


def test_an_announced_copy_is_unfinished_until_it_is_published_or_abandoned(journal: SqliteJournal) -> None:
    run_id = journal.begin_run([ANNA], "/to")
    first, second = announce(journal, run_id, ODD, "2.jpg")
    record = CopyRecord(first, run_id, 1, b"caf?.jpg", f"/from/{ODD}", f"/to/PhotosWithAnna/{ODD}", 0, 0)
    assert journal.unfinished()[0] == (record, f"/to/PhotosWithAnna/.t-{ODD}")
    assert not list(journal.copies_of_run(run_id))
    journal.published({first: (3, 4)})
    journal.abandoned([second])
    assert not journal.unfinished()
    assert list(journal.copies_of_run(run_id)) == [replace(record, size=3, modified_ns=4)]


def after_a_crash(folder: Path) -> tuple[list[str], list[str]]:
    """The names of published and of unfinished copies in the file as it is on the disk now."""
    crashed = folder / "crashed"
    crashed.mkdir()
    for path in folder.glob("catalog.db*"):
        (crashed / path.name).write_bytes(path.read_bytes())
    with closing(Database(str(crashed / "catalog.db"))) as database:
        journal = SqliteJournal(database)
        records = list(journal.copies_of_run(1)), [record for record, _ in journal.unfinished()]
    shutil.rmtree(crashed)
    published, unfinished = ([os.path.basename(record.target) for record in some] for some in records)
    return published, unfinished


def test_what_it_was_told_survives_a_crash(tmp_path: Path, journal: SqliteJournal) -> None:
    first, second, third = announce(journal, journal.begin_run([ANNA], "/to"), "1.jpg", "2.jpg", "3.jpg")
    assert after_a_crash(tmp_path) == ([], ["1.jpg", "2.jpg", "3.jpg"])
    journal.published({first: (1, 1), second: (2, 2)})
    assert after_a_crash(tmp_path) == (["1.jpg", "2.jpg"], ["3.jpg"])
    journal.abandoned([third])
    assert after_a_crash(tmp_path) == (["1.jpg", "2.jpg"], [])
    journal.taken_back([second])
    assert after_a_crash(tmp_path) == (["1.jpg"], [])


def test_a_person_who_is_renamed_is_called_so_in_old_runs(journal: SqliteJournal, catalog: SqliteCatalog) -> None:
    (copy,) = announce(journal, journal.begin_run([ANNA, BEN], "/to"), "1.jpg")
    journal.published({copy: (1, 1)})
    catalog.rename(ANNA, "Anne")
    assert journal.runs()[0].people == ("Anne", "Ben")
    catalog.forget("Anne")
    assert journal.runs()[0].people == ("Ben",)
    assert [record.person_id for record in journal.copies_of_run(1)] == [0]


def test_copies_are_those_of_a_person_in_a_destination(journal: SqliteJournal) -> None:
    here, there = journal.begin_run([ANNA, BEN], "/to"), journal.begin_run([ANNA], "/elsewhere")
    ids = announce(journal, here, "1.jpg"), announce(journal, here, "2.jpg", person=BEN)
    elsewhere = announce(journal, there, "3.jpg")
    journal.published({record_id: (1, 1) for (record_id,) in (*ids, elsewhere)})
    assert [record.id for record in journal.copies(ANNA, "/to")] == ids[0]
    assert [record.id for record in journal.copies(BEN, "/to")] == ids[1]
    assert [record.id for record in journal.copies(ANNA, "/elsewhere")] == elsewhere


def test_reading_goes_on_while_copies_are_taken_back(journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facesorter.storage.journal._PAGE", 2)
    run_id = journal.begin_run([ANNA], "/to")
    ids = announce(journal, run_id, *(f"{number}.jpg" for number in range(5)))
    journal.published(dict.fromkeys(ids, (1, 1)))
    seen: list[int] = []
    for record in journal.copies_of_run(run_id):
        journal.taken_back([record.id])
        seen.append(record.id)
    assert seen == ids
    assert not list(journal.copies_of_run(run_id))


def test_the_copies_of_an_order_are_those_of_its_content_and_its_name_first(journal: SqliteJournal) -> None:
    run_id = journal.begin_run([ANNA], "/to")
    old, new = announce(journal, run_id, "1.jpg")[0], announce(journal, run_id, "1.jpg")[0]
    order = CopyOrder(Photo(9, "/moved/1.jpg", 1, 1, b"1.jpg"), ANNA, "/to/PhotosWithAnna")
    assert journal.copies_of(order) == []
    journal.published({old: (1, 1), new: (1, 1)})
    assert [found.id for found in journal.copies_of(order)] == [new]
    renamed = replace(order, photo=replace(order.photo, path="/from/2.jpg"))
    assert [found.id for found in journal.copies_of(renamed)] == [new]
    for other in (
        replace(order, folder="/to/PhotosWithBen"),
        replace(renamed, own_copy=True),
        replace(order, photo=replace(order.photo, content=b"other")),
        replace(order, photo=replace(order.photo, content=None)),
    ):
        assert journal.copies_of(other) == []


def test_folders_it_made_are_remembered_though_copies_fail(journal: SqliteJournal) -> None:
    first, second = journal.begin_run([ANNA], "/to"), journal.begin_run([BEN], "/to")
    lost, kept = announce(journal, first, "1.jpg", "2.jpg", new_folder=True)
    announce(journal, first, "3.jpg")
    announce(journal, second, "1.jpg", person=BEN)
    journal.abandoned([lost])
    journal.taken_back([kept])
    assert journal.folders_made(first) == ["/to/PhotosWithAnna"]
    assert journal.folders_made(second) == []
    assert journal.target_folders() == {"/to/PhotosWithAnna", "/to/PhotosWithBen"}


def test_a_folder_without_copies_is_the_users_again(journal: SqliteJournal) -> None:
    (one,) = announce(journal, journal.begin_run([ANNA], "/to"), "1.jpg")
    assert journal.target_folders() == {"/to/PhotosWithAnna"}
    journal.published({one: (1, 1)})
    journal.taken_back([one])
    assert journal.target_folders() == set()


def test_runs_are_listed_newest_first_with_what_is_left_of_them(journal: SqliteJournal, catalog: SqliteCatalog) -> None:
    odd = catalog.person("Zo\u00eb\udcff")
    first, _, third = (journal.begin_run(people, "/to") for people in ([ANNA], [BEN], [ANNA, odd]))
    ids = announce(journal, first, "1.jpg", "2.jpg")
    (other,) = announce(journal, third, "3.jpg")
    journal.published({ids[0]: (1, 1), ids[1]: (1, 1), other: (1, 1)})
    journal.taken_back([ids[0], other])
    newest, oldest = journal.runs()
    assert (newest.id, newest.people, newest.copies) == (third, ("Anna", "Zo\u00eb\udcff"), 0)
    assert (oldest.id, oldest.destination, oldest.copies) == (first, "/to", 1)
    assert newest.started_at
    assert abs(newest.started_at - datetime.now().astimezone()) < timedelta(minutes=1)


def test_copies_of_a_person_are_found_by_content(journal: SqliteJournal) -> None:
    run_id = journal.begin_run([ANNA], "/out")
    ids = announce(journal, run_id, "a.jpg", "b.jpg", "c.jpg")
    journal.published(dict.fromkeys(ids[:2], (5, 7)))
    first, second = journal.copied(ANNA)
    assert (first.id, second.id) == (ids[1], ids[0])
    assert journal.copied_contents(ANNA) == {first.content, second.content}
    assert journal.copied(ANNA, {second.content, b"another"}) == [second]
    assert journal.copied(ANNA, set()) == []
    assert journal.copied_contents(BEN) == set()
