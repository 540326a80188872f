"""An album of 400 small photos, the whole program that sorts it, and what must hold whenever that program is killed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import skimage.data
from PIL import Image, ImageEnhance, ImageFilter
from warm import Command

from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

ROOT = Path(__file__).parents[2]
FOLDERS, NAMES = 4, 100
SECONDS_PER_RUN = 120


def facesorter(*arguments: object, profile: Path) -> list[str]:
    """The command line of a whole program."""
    command, *rest = map(str, arguments)
    return [sys.executable, "-m", "facesorter", command, "--profile-dir", str(profile), *rest]


def strace(injections: str, command: Sequence[str]) -> list[str]:
    """The command with system calls that fail, as `link:error=EPERM fsync:error=EIO:when=5`."""
    wrapped = ["strace", "-f", "-qq", "-o", os.devnull]
    for injection in injections.split():
        wrapped += ["-e", f"inject={injection}"]
    return [*wrapped, *command]


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS_PER_RUN,
        check=False,
    )


def json_lines(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def encoded(image: Image.Image, image_format: str = "JPEG") -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, quality=90)
    return file.getvalue()


def headshot() -> bytes:
    return encoded(Image.fromarray(skimage.data.astronaut()).crop((140, 20, 320, 220)))


def pictures() -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Of one person, some that a headshot makes sure and some that only a grown reference does; and others."""
    person = Image.fromarray(skimage.data.astronaut()).crop((80, 0, 400, 320)).resize((160, 160))
    nobody = [Image.fromarray(picture()).resize((160, 120)) for picture in (skimage.data.coffee, skimage.data.chelsea)]
    bright = [ImageEnhance.Brightness(person).enhance(by) for by in (0.8, 0.9, 1.1)]
    sure = [*bright, _coarse(person, 56), person.filter(ImageFilter.GaussianBlur(1.5))]
    leaning = person.transform((160, 160), Image.Transform.AFFINE, (1, 0.7, -42, 0, 1, 0))
    late = [_coarse(person, 48), person.filter(ImageFilter.GaussianBlur(2)), leaning]
    others = [ImageEnhance.Brightness(one).enhance(by) for one in nobody for by in (0.8, 1)]
    return [*map(encoded, sure)], [*map(encoded, late)], [*map(encoded, others), encoded(person)[:2000]]


def _coarse(image: Image.Image, pixels: int) -> Image.Image:
    return image.resize((pixels, pixels)).resize(image.size)


def _note(number: int) -> bytes:
    return b"the note of a photo in folder %d" % number


class Album:
    """A headshot, photos in folders, a profile and a destination.

    Every name is there in each folder: with other content in three of them, and with the same in the first and last.
    One photo in ten has a note beside it.
    """

    def __init__(self, folder: Path) -> None:
        self.photos, self.profile, self.out = folder / "photos", folder / "profile", folder / "out"
        self.head = folder / "head.jpg"
        self._kept = folder / "kept"
        sure, late, others = pictures()
        contents = [*late, *sure, *others]
        for number in range(FOLDERS):
            (self.photos / str(number)).mkdir(parents=True)
            for name in range(NAMES):
                content = contents[(name + 7 * (number % (FOLDERS - 1))) % len(contents)]
                (self.photos / str(number) / f"{name:03}.jpg").write_bytes(content)
            for name in range(0, NAMES, 10):
                (self.photos / str(number) / f"{name:03}.jpg.xmp").write_bytes(_note(number))
        self.head.write_bytes(headshot())
        self.distinct = [self.head, *sorted((self.photos / "0").glob("*.jpg"))[: len(contents)]]
        self.contents, self.late = {*contents, *map(_note, range(FOLDERS))}, set(late)
        self.before = self.sources()

    def sources(self) -> dict[str, tuple[str, int]]:
        """Digest and time of each photo."""
        return {
            str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in sorted(self.photos.rglob("*"))
            if path.is_file()
        }

    def command(self, *arguments: object, lacks: tuple[str, ...] = ()) -> Command:
        """`facesorter` with these arguments, on this album's profile."""
        first, *rest = map(str, arguments)
        return Command((first, "--profile-dir", str(self.profile), *rest), lacks=lacks)

    def sort(self, *options: str, lacks: tuple[str, ...] = ()) -> Command:
        person = ("--name", "Eileen", "--headshot", self.head)
        each = ("--keep-duplicates", "--with-companions")
        return self.command("sort", self.photos, *person, "--to", self.out, "--json", *each, *options, lacks=lacks)

    @property
    def folder(self) -> Path:
        return self.out / "PhotosWithEileen"

    @property
    def copies(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()} if self.folder.exists() else {}

    def check_nothing_is_half(self, altered: Mapping[str, bytes] | None = None) -> None:
        """Sources are untouched, and whatever bears a final name is complete, or what somebody `altered`."""
        assert self.sources() == self.before
        for name, content in self.copies.items():
            assert name.endswith(".part") or content in self.contents or content == (altered or {}).get(name), name

    def runs(self) -> dict[int, list[str]]:
        """The copies that stand, by run; none of them is unfinished."""
        with closing(Database(self.profile / "catalog.db")) as database:
            journal = SqliteJournal(database)
            assert not journal.unfinished()
            runs = {run.id: sorted(copy.target for copy in journal.copies_of_run(run.id)) for run in journal.runs()}
            assert [len(runs[run.id]) for run in journal.runs()] == [run.copies for run in journal.runs()]
            return runs

    def keep(self, state: str) -> None:
        """Remember profile and destination as they are now."""
        for folder in (self.profile, self.out):
            if folder.exists():
                # Copies are never written into, so that another name for each will do.
                link = os.link if folder == self.out else shutil.copy2
                shutil.copytree(folder, self._kept / state / folder.name, copy_function=link)

    def restore(self, state: str | None) -> None:
        """Back to what was kept; None: to the beginning."""
        for folder in (self.profile, self.out):
            shutil.rmtree(folder, ignore_errors=True)
            kept = self._kept / (state or "nothing") / folder.name
            if kept.exists():
                shutil.copytree(kept, folder, copy_function=os.link if folder == self.out else shutil.copy2)
