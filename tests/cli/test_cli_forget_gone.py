"""`facesorter forget --gone`, and what is cleared away by itself: faces of photos that no folder shows any more."""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
import skimage.data
from mounts import mounted
from PIL import Image, ImageEnhance

from facesorter.domain.models import Decision
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from tests.cli.program import ROOT, facesorter


class Desk:
    """A person's headshot, three folders of photos of the same person, and a profile."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.profile, self.photos = folder, folder / "profile", folder / "photos"
        self.person = Image.fromarray(skimage.data.astronaut())
        self.person.crop((140, 20, 320, 220)).save(folder / "head.png")
        for number, name in enumerate(("one/1.jpg", "two/2.jpg", "two/3.jpg")):
            self.put(self.photos / name, number)

    def put(self, path: Path, number: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        ImageEnhance.Brightness(self.person.resize((256, 256))).enhance(0.9 + number / 20).save(path)

    def run(self, *arguments: object) -> CompletedProcess[str]:
        result = facesorter(*arguments, profile=self.profile)
        assert "Traceback" not in result.stderr
        return result

    def sort(self, photos: Path | None = None) -> str:
        options = "--name", "Eileen", "--headshot", self.folder / "head.png", "--to", self.folder / "out"
        result = self.run("sort", photos or self.photos, *options)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def vectors(self) -> list[bytes]:
        """What is known of the photos, from outside: the faces of each picture."""
        with closing(sqlite3.connect(self.profile / "catalog.db")) as connection:
            statement = "SELECT analysis FROM analyses JOIN contents ON contents.id = content WHERE size IS NOT NULL"
            return [analysis for (analysis,) in connection.execute(statement)]

    def later(self, days: int) -> None:
        """So much time goes by."""
        with closing(sqlite3.connect(self.profile / "catalog.db")) as connection:
            connection.execute("UPDATE contents SET gone_on = date(gone_on, ?)", (f"-{days} days",))
            connection.execute("UPDATE queries SET used_on = date(used_on, ?)", (f"-{days} days",))
            connection.execute("UPDATE chores SET done_on = date(done_on, ?)", (f"-{days} days",))
            connection.commit()

    def holds(self, secret: bytes) -> bool:
        return any(secret in path.read_bytes() for path in self.profile.rglob("*") if path.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_is_gone_is_erased_at_once_and_beyond_recovery(desk: Desk) -> None:
    desk.sort()
    before = desk.vectors()
    assert len(before) == 3
    shutil.copy(desk.profile / "catalog.db", desk.profile / "catalog-backup-20260101-000000-000000-version-2.db")
    (desk.photos / "one" / "1.jpg").unlink()
    shutil.rmtree(desk.photos / "two")

    done = desk.run("forget", "--gone")
    assert done.returncode == 0, done.stderr
    assert "3 photos that are gone was erased" in done.stdout
    assert desk.vectors() == []
    assert not any(desk.holds(vector) for vector in before)
    assert "Eileen" in desk.run("people", "list").stdout
    assert len(list((desk.folder / "out" / "PhotosWithEileen").iterdir())) == 3
    assert "nothing was erased" in desk.run("forget", "--gone").stdout


def test_what_is_there_is_kept(desk: Desk) -> None:
    desk.sort()
    before = desk.vectors()
    assert "nothing was erased" in desk.run("forget", "--gone").stdout
    assert desk.vectors() == before


@pytest.mark.parametrize("how", ["a photo", "a folder"])
def test_what_a_later_run_does_not_find_is_cleared_away_by_itself_after_thirty_days(desk: Desk, how: str) -> None:
    desk.sort()
    if how == "a photo":
        (desk.photos / "one" / "1.jpg").unlink()
    else:
        shutil.rmtree(desk.photos / "one")
    desk.sort()
    desk.later(29)
    desk.run("people", "list")
    assert len(desk.vectors()) == 3
    desk.later(1)
    desk.run("people", "list")
    assert len(desk.vectors()) == 2


def test_a_photo_that_comes_back_within_thirty_days_stays(desk: Desk) -> None:
    desk.sort()
    aside = desk.folder / "aside.jpg"
    shutil.move(desk.photos / "one" / "1.jpg", aside)
    desk.sort()
    desk.later(20)
    shutil.move(aside, desk.photos / "two" / "again.jpg")
    desk.sort()
    desk.later(20)
    desk.run("people", "list")
    assert len(desk.vectors()) == 3


def test_a_photo_that_comes_back_later_is_looked_at_anew_and_what_was_said_of_it_holds(desk: Desk) -> None:
    desk.sort()
    photo, aside = desk.photos / "one" / "1.jpg", desk.folder / "aside.jpg"
    content = hashlib.sha256(photo.read_bytes()).digest()
    with closing(Database(desk.profile / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        catalog.decide(catalog.person("Eileen"), {content: Decision.NO})
    shutil.move(photo, aside)
    assert desk.run("forget", "--gone").returncode == 0
    assert len(desk.vectors()) == 2
    shutil.move(aside, photo)
    assert "1 without Eileen" in desk.sort()
    assert len(desk.vectors()) == 3


def test_a_disk_that_is_not_connected_keeps_its_faces(desk: Desk) -> None:
    disk = desk.folder / "disk"
    with mounted(disk):
        desk.put(disk / "trip" / "4.jpg", 4)
        desk.put(disk / "5.jpg", 5)
        desk.sort(disk)
    left = desk.run("forget", "--gone")
    assert left.returncode == 1
    assert f"{disk} cannot be looked into" in left.stderr
    assert f"{disk / 'trip'} cannot be looked into" in left.stderr
    assert len(desk.vectors()) == 2
    desk.sort(disk)  # the empty folder in which it was
    desk.later(100)
    desk.run("people", "list")
    assert len(desk.vectors()) == 2


def test_only_one_thing_is_forgotten_at_a_time(desk: Desk) -> None:
    for wrong in (("Anna", "--gone"), ("--gone", "--everything")):
        refused = desk.run("forget", *wrong)
        assert refused.returncode == 2
        assert "--gone" in refused.stderr


def test_killed_at_any_moment_the_catalog_is_whole(desk: Desk) -> None:
    """What is gone is erased or not; what is there, and all that was said, stays."""
    desk.sort()
    shutil.rmtree(desk.photos / "two")
    kept = desk.folder / "kept"
    shutil.copytree(desk.profile, kept)
    command = [sys.executable, "-m", "facesorter", "forget", "--gone", "--profile-dir", str(desk.profile)]
    outcomes: set[int] = set()
    for delay in np.linspace(0.4, 1.6, 7):
        shutil.rmtree(desk.profile)
        shutil.copytree(kept, desk.profile)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
            time.sleep(float(delay))
            process.send_signal(signal.SIGKILL)
        with closing(Database(desk.profile / "catalog.db")) as database:
            assert [one.person.name for one in SqliteCatalog(database).people()] == ["Eileen"]
        outcomes.add(len(desk.vectors()))
        assert desk.run("forget", "--gone").returncode == 0
        assert len(desk.vectors()) == 1
    assert outcomes <= {1, 3}
