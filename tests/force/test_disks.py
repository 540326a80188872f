"""The whole program before disks that are full, read-only, faulty or gone, and names that are not ordinary."""

from __future__ import annotations

import os
import subprocess
import unicodedata
from pathlib import Path

import pytest
import skimage.data
from album import encoded, facesorter, json_lines, run, strace
from mounts import mounted
from PIL import Image, ImageEnhance
from warm import needs_strace

from facesorter.app import App, ThreadExecutor
from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.events import Event, PhotoCompared, RunFinished, RunPaused
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest

PHOTOS = 12


class Desk:
    """Twelve different photos of one person, of 300 KB and more each, and the command that sorts them."""

    def __init__(self, folder: Path) -> None:
        self.head, self.photos = folder / "head.png", folder / "photos"
        self.profile, self.out = folder / "profile", folder / "out"
        self.photos.mkdir()
        person = Image.fromarray(skimage.data.astronaut())
        person.crop((140, 20, 320, 220)).save(self.head)
        self.source: dict[str, bytes] = {}
        for number in range(PHOTOS):
            self.put(f"{number:02}.jpg", 0.8 + 0.02 * number)
        self._aside = folder / "unplugged"

    def put(self, name: str | bytes, brightness: float) -> None:
        person = Image.fromarray(skimage.data.astronaut()).resize((200, 200))
        content = encoded(ImageEnhance.Brightness(person).enhance(brightness)) + os.urandom(
            300_000
        )  # as a phone's film behind the picture
        path = os.path.join(os.fsencode(self.photos), os.fsencode(name))
        with open(path, "xb") as file:
            file.write(content)
        self.source[os.fsdecode(name)] = content

    def command(self, *options: str) -> list[str]:
        arguments = ("sort", self.photos, "--name", "Eileen", "--headshot", self.head, "--to", self.out, *options)
        return facesorter(*arguments, profile=self.profile)

    @property
    def copies(self) -> dict[str, bytes]:
        folder = self.out / "PhotosWithEileen"
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}

    def check_copies_are_whole(self) -> None:
        assert self.copies.items() <= self.source.items()

    def plugged_in(self, folder: Path) -> None:
        os.rename(self._aside, folder)

    def run_unplugging(self, folder: Path) -> list[Event]:
        """A run in this process; the folder is out of reach from the first look at a photo until the run pauses."""
        app, executor = App(AppPaths(self.profile)), ThreadExecutor()
        request = SortRequest(
            (PersonRequest("Eileen", (Headshot(str(self.head)),)),), (str(self.photos),), str(self.out)
        )
        seen: list[Event] = []
        app.open()
        try:
            for event in app.session().run(request, executor):
                if isinstance(event, PhotoCompared) and not any(isinstance(other, PhotoCompared) for other in seen):
                    os.rename(folder, self._aside)
                if isinstance(event, RunPaused):
                    self.plugged_in(folder)
                seen.append(event)
        finally:
            executor.close()
            app.close()
        return seen


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sentences(result: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.startswith("facesorter: ")]


def test_a_full_destination_ends_the_run_with_one_sentence_and_the_next_goes_on(desk: Desk) -> None:
    with mounted(desk.out, "size=2m"):
        full = run(desk.command("--json"))
        assert full.returncode == 3
        (sentence,) = sentences(full)
        assert "There is no room left" in sentence
        assert "goes on from here" in sentence
        assert 0 < len(desk.copies) < PHOTOS
        desk.check_copies_are_whole()
        subprocess.run(["mount", "-o", "remount,size=16m", str(desk.out)], check=True)
        finished = run(desk.command("--json"))
        assert finished.returncode == 0, finished.stderr
        assert desk.copies == desk.source


def test_a_full_disk_of_the_catalog_is_told_and_the_next_run_goes_on(desk: Desk) -> None:
    with mounted(desk.profile, "size=160k"):
        full = run(desk.command("--json"))
        assert full.returncode == 3, full.stderr
        (sentence,) = sentences(full)
        assert "full" in sentence
        desk.check_copies_are_whole()
        subprocess.run(["mount", "-o", "remount,size=16m", str(desk.profile)], check=True)
        finished = run(desk.command("--json"))
        assert finished.returncode == 0, finished.stderr
        assert desk.copies == desk.source


def test_a_read_only_destination_is_refused_before_anything_is_looked_at(desk: Desk) -> None:
    with mounted(desk.out, "ro"):
        result = run(desk.command("--json"))
    assert result.returncode == 3
    assert result.stdout == ""
    (sentence,) = sentences(result)
    assert str(desk.out) in sentence
    assert "Read-only" in sentence


def check_it_paused_once_and_went_on(desk: Desk, seen: list[Event]) -> None:
    assert [type(event) for event in seen].count(RunPaused) == 1
    assert isinstance(seen[-1], RunFinished)
    assert seen[-1].balances[0].copied == PHOTOS
    assert desk.copies == desk.source


def test_a_destination_that_vanishes_is_waited_for(desk: Desk) -> None:
    check_it_paused_once_and_went_on(desk, desk.run_unplugging(desk.out))


def test_photos_that_vanish_before_they_are_copied_are_waited_for(desk: Desk) -> None:
    assert run(desk.command("--dry-run")).returncode == 0
    check_it_paused_once_and_went_on(desk, desk.run_unplugging(desk.photos))


def test_photos_that_vanish_while_looked_at_end_the_run_and_none_is_called_a_problem(desk: Desk) -> None:
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        desk.run_unplugging(desk.photos)
    desk.plugged_in(desk.photos)
    desk.check_copies_are_whole()
    finished = run(desk.command("--json"))
    assert finished.returncode == 0, finished.stderr
    balance = json_lines(finished)[-1]
    assert balance["copied"] + balance["already_there"] == balance["found"] == PHOTOS
    assert desk.copies == desk.source


@needs_strace
def test_a_disk_that_fails_to_confirm_a_copy_makes_that_photo_a_problem(desk: Desk) -> None:
    failed = run(strace("fsync:error=EIO:when=3", desk.command("--json")))
    assert failed.returncode == 1, failed.stderr
    *lines, balance = json_lines(failed)
    (problem,) = [line for line in lines if line["event"] == "problem"]
    assert "could not be written safely" in problem["reason"]
    assert (balance["copied"], balance["problems"], balance["found"]) == (PHOTOS - 1, 1, PHOTOS)
    assert os.path.basename(problem["photo"]) not in desk.copies
    finished = run(desk.command("--json"))
    assert finished.returncode == 0, finished.stderr
    assert desk.copies == desk.source


@pytest.mark.parametrize("options", [("--json",), ()])
def test_odd_names_are_found_told_and_copied(desk: Desk, options: tuple[str, ...]) -> None:
    odd = ["n" * 251 + ".jpg", b"caf\xe9.jpg", "Zo\u00eb.jpg", "Zoe\u0308.jpg", "line\nbreak.jpg", "\u202egpj.exe.jpg"]
    assert unicodedata.normalize("NFC", "Zoe\u0308.jpg") == "Zo\u00eb.jpg"
    try:
        for number, name in enumerate(odd):
            desk.put(name, 0.9 + 0.02 * number)
    except OSError:
        pytest.skip("This file system does not take such names.")
    result = run(desk.command(*options))
    assert result.returncode == 0, result.stderr
    assert sorted(desk.copies.values()) == sorted(desk.source.values())
    assert len(desk.copies) == PHOTOS + len(odd)
    if options:
        told = {line["photo"] for line in json_lines(result) if line["event"] == "verdict"}
        assert told == {str(desk.photos / name) for name in desk.source}
        assert run(desk.command(*options)).returncode == 0
        assert len(desk.copies) == PHOTOS + len(odd)
