"""`facesorter forget`: nothing is left of what was forgotten, in no byte of the profile or the temporary files."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

from facesorter.domain.models import Decision, Person
from facesorter.pipeline.copy import copy
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from tests.cli.program import facesorter
from tests.copying import CopyDesk

MARKED = "Xaviermarked"


def holding(secret: bytes, *folders: Path) -> list[Path]:
    """Every file below that has these bytes in it."""
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_everything_goes_but_the_copies(tmp_path: Path) -> None:
    profile, temporary, photos = tmp_path / "profile", tmp_path / "temporary", tmp_path / "photos"
    temporary.mkdir()
    photos.mkdir()
    person = Image.fromarray(pictures.astronaut())
    person.crop((140, 20, 320, 220)).save(tmp_path / "head.png")
    person.save(photos / "portrait.jpg")
    out = tmp_path / "out"
    sort = ("sort", "--name", MARKED, "--headshot", tmp_path / "head.png", photos, "--to", out)
    assert facesorter(*sort, profile=profile, TMPDIR=str(temporary)).returncode == 0
    assert facesorter("sort", profile=profile, TMPDIR=str(temporary)).returncode == 2
    with closing(sqlite3.connect(profile / "catalog.db")) as connection:
        ((vector,),) = connection.execute("SELECT answer FROM answers")
    shutil.copy(profile / "catalog.db", profile / "catalog-damaged-20260101-000000-000000.db")
    (profile / "settings.toml").write_text(f'destination = "{MARKED}"')
    (profile / "collections-damaged-20260101-000000-000000.db").write_bytes(vector)
    left = temporary / "facesorter-abcdefgh" / "photo"
    left.parent.mkdir()
    left.write_bytes(b"a picture")
    assert holding(vector, profile)

    refused = facesorter("forget", "--everything", profile=profile, TMPDIR=str(temporary))
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert holding(vector, profile)

    done = facesorter("forget", "--everything", "--yes", profile=profile, TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    assert not profile.exists()
    assert not any(temporary.iterdir())
    assert [path.name for path in (out / f"PhotosWith{MARKED}").iterdir()] == ["portrait.jpg"]


def test_what_others_keep_in_the_profile_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / "catalog of wines.db").write_text("bottles")
    (tmp_path / "facesorter.lock").write_text("")
    assert facesorter("forget", "--everything", "--yes", profile=tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog of wines.db", "thesis.txt"]


def test_a_folder_that_is_no_profile_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("of another program")
    result = facesorter("forget", "--everything", "--yes", profile=tmp_path)
    assert result.returncode == 2
    assert "no folder of FaceSorter's" in result.stderr
    assert (tmp_path / "settings.toml").read_text() == "of another program"


def test_another_program_at_work_is_not_robbed(tmp_path: Path) -> None:
    from facesorter.app import Workshop
    from facesorter.paths import AppPaths

    first = Workshop(AppPaths(tmp_path / "profile"))
    first.open()
    result = facesorter("forget", "--everything", "--yes", profile=tmp_path / "profile")
    first.close()
    assert result.returncode == 3
    assert (tmp_path / "profile").exists()


@pytest.mark.parametrize("arguments", [(), (MARKED, "--everything"), ("Nobody",)])
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = facesorter("forget", *arguments, profile=tmp_path / "profile")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_one_person_goes_beyond_recovery(tmp_path: Path) -> None:
    desk = CopyDesk(tmp_path)
    catalog = SqliteCatalog(desk.database)
    contents = [bytes([number]) * 32 for number in range(1, 200)]
    forgotten, kept = catalog.person(MARKED), catalog.person("Ben")
    for content in contents:
        catalog.decide(forgotten, {content: Decision.YES})
    catalog.decide(kept, {b"\xff" * 32: Decision.NO})
    catalog.decide(forgotten, {contents[7]: None})
    list(desk.start([desk.order(desk.put("1.jpg", b"one"), Person(forgotten.id, "", "PhotosWithA"))]))
    desk.database.close()
    shutil.copy(tmp_path / "catalog.db", tmp_path / "catalog-damaged-20260101-000000-000000.db")
    assert holding(contents[8], tmp_path)

    result = facesorter("forget", MARKED, profile=tmp_path)
    assert result.returncode == 0, result.stderr
    for secret in [MARKED.encode(), *contents]:
        assert not holding(secret, tmp_path)
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        assert catalog.decisions(kept) == {b"\xff" * 32: Decision.NO}
    assert (desk.out / "PhotosWithA" / "1.jpg").exists()
    assert facesorter("forget", MARKED, profile=tmp_path).returncode == 2


def test_old_runs_name_nobody_who_is_forgotten_and_can_be_undone(tmp_path: Path) -> None:
    desk = CopyDesk(tmp_path)
    catalog = SqliteCatalog(desk.database)
    forgotten, kept = catalog.person(MARKED), catalog.person("Ben")
    photo = desk.put("1.jpg", b"one")
    for people, folder in ([forgotten, kept], "A"), ([forgotten], MARKED):
        run_id = desk.journal.begin_run(people, str(desk.out))
        order = desk.order(photo, Person(forgotten.id, "", f"PhotosWith{folder}"))
        list(copy([order], run_id, desk.copier, desk.journal))
    desk.undo(2)
    desk.database.close()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "facesorter.log.1").write_text(f"{MARKED}: sure")
    (tmp_path / "crash-20260101-000000.txt").write_text(f"{MARKED}: sure")

    result = facesorter("forget", MARKED, profile=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "undo can take them back" in result.stdout
    assert not holding(MARKED.encode(), tmp_path)
    (listed,) = facesorter("undo", profile=tmp_path).stdout.splitlines()
    assert "Ben" in listed
    assert facesorter("undo", 1, profile=tmp_path).returncode == 0
    assert not (desk.out / "PhotosWithA").exists()


def test_a_run_of_the_forgotten_alone_is_listed_without_a_name(tmp_path: Path) -> None:
    desk = CopyDesk(tmp_path)
    anna = SqliteCatalog(desk.database).person("Anna")
    list(desk.start([desk.order(desk.put("1.jpg", b"one"), anna)]))
    desk.database.close()
    assert facesorter("forget", "Anna", profile=tmp_path).returncode == 0
    assert "(forgotten)" in facesorter("undo", profile=tmp_path).stdout


def test_a_wrong_name_costs_nothing(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "facesorter.log.1"
    log.parent.mkdir()
    log.write_text("something")
    assert facesorter("forget", "Nobody", profile=tmp_path).returncode == 2
    assert log.exists()


def test_a_new_person_does_not_inherit_copies(tmp_path: Path) -> None:
    desk = CopyDesk(tmp_path)
    catalog = SqliteCatalog(desk.database)
    anna = catalog.person("Anna")
    list(desk.start([desk.order(desk.put("1.jpg", b"one"), anna)]))
    assert catalog.forget("Anna")
    ben = catalog.person("Ben")
    assert ben.id == anna.id
    assert not list(desk.journal.copies(ben, str(desk.out)))
    assert len(list(desk.journal.copies_of_run(1))) == 1
    desk.database.close()
