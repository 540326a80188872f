"""`facesorter forget`: nothing is left of what was forgotten, in no byte of the profile or the temporary files."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

from facesorter.domain.models import Decision, Person
from facesorter.endpoint.collections import Collections
from facesorter.pipeline.copy import copy
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from tests.cli.program import ROOT, facesorter
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
        ((vector,),) = connection.execute("SELECT analysis FROM analyses")
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
    assert "not a profile folder of FaceSorter" in result.stderr
    assert (tmp_path / "settings.toml").read_text() == "of another program"


@pytest.mark.parametrize("damage", ["garbage", "of another program", "of a newer version", "a flipped bit"])
def test_a_catalog_that_does_not_open_is_erased_too(tmp_path: Path, damage: str) -> None:
    profile = tmp_path / "profile"
    catalog = profile / "catalog.db"
    Database(catalog).close()
    if damage == "garbage":
        catalog.write_bytes(b"\xff" * 9000)
    elif damage == "a flipped bit":
        data = bytearray(catalog.read_bytes())
        data[data.index(b"CREATE TABLE people")] ^= 0x80
        catalog.write_bytes(data)
    else:
        catalog.unlink()
        with closing(sqlite3.connect(catalog)) as connection:
            connection.execute("CREATE TABLE novelty (name)")
            connection.execute(f"PRAGMA user_version = {0 if 'another' in damage else 900}")
    result = facesorter("forget", "--everything", "--yes", profile=profile)
    assert result.returncode == 0, result.stderr
    assert not profile.exists()


def test_a_running_endpoint_keeps_its_profile_and_loses_it_afterwards(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    command = [sys.executable, "-m", "facesorter", "endpoint", "--profile-dir", str(profile)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://")
        refused = facesorter("forget", "--everything", "--yes", profile=profile)
        assert refused.returncode == 3
        assert "already at work" in refused.stderr
        assert (profile / "collections.db").exists()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert not (profile / "catalog.db").exists()
    assert facesorter("forget", "--everything", "--yes", profile=profile).returncode == 0
    assert not profile.exists()


def test_a_profile_that_only_an_endpoint_without_a_lock_has_used_is_erased(tmp_path: Path) -> None:
    """As version 0.1.0 left it."""
    profile = tmp_path / "profile"
    Collections(str(profile / "collections.db")).close()
    assert facesorter("forget", "--everything", "--yes", profile=profile).returncode == 0
    assert not profile.exists()


@pytest.mark.parametrize("name", ["catalog.db", "settings.toml", "logs", "facesorter.owner", "facesorter.lock"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_nothing_is_written_through_a_file_that_is_none(tmp_path: Path, name: str, kind: str) -> None:
    profile, photo = tmp_path / "profile", tmp_path / "photo.jpg"
    profile.mkdir()
    photo.write_bytes(b"a picture")
    file = profile / name
    if kind == "link":
        file.symlink_to(photo)
    else:
        os.mkfifo(file)
    for command in (("undo",), ("forget", "--everything", "--yes"), ("endpoint",)):
        result = facesorter(*command, profile=profile)
        assert result.returncode == 3
        assert "should be a file of FaceSorter's own" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert photo.read_bytes() == b"a picture"
    assert [path.name for path in profile.iterdir()] == [name]


def test_another_program_at_work_is_not_robbed(tmp_path: Path) -> None:
    from facesorter.app import App
    from facesorter.paths import AppPaths

    first = App(AppPaths(tmp_path / "profile"))
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
    for kind in ("damaged-20260101-000000-000000", "backup-20260101-000000-000000-version-2"):
        shutil.copy(tmp_path / "catalog.db", tmp_path / f"catalog-{kind}.db")
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
    _, listed, _ = facesorter("undo", profile=tmp_path).stdout.splitlines()
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
    assert ben.id != anna.id
    assert not list(desk.journal.copies(ben, str(desk.out)))
    assert len(list(desk.journal.copies_of_run(1))) == 1
    desk.database.close()
