"""An album of 400 small photos, the whole program that sorts it, and what must hold whenever that program is killed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from PIL import Image, ImageEnhance

from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

KILLS = int(os.environ.get("FACESORTER_KILLS", "2"))
"""How often each test kills; 200 is the full count, and takes half an hour."""

ROOT = Path(__file__).parents[2]
FOLDERS, NAMES = 4, 100
SECONDS_PER_RUN = 120

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed; it makes system calls fail on request."
)


def facesorter(*arguments: object, profile: Path) -> list[str]:
    """The command line of a whole program."""
    command, *rest = map(str, arguments)
    return [sys.executable, "-m", "facesorter", command, "--profile-dir", str(profile), *rest]


def strace(injections: str, command: Sequence[str]) -> list[str]:
    """The command with system calls that fail or kill, as `link:error=EPERM fsync:signal=KILL:when=5`."""
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


@contextmanager
def killed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Generator[subprocess.Popen[str]]:
    """The program running; it is killed when the block ends, unless it has ended by then."""
    with subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.send_signal(signal.SIGKILL)
        process.communicate()


def kill_after(seconds: float, command: Sequence[str]) -> None:
    """Kill it so long after it was started."""
    with killed(command) as process, suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)


def json_lines(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def encoded(image: Image.Image, image_format: str = "JPEG") -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, quality=90)
    return file.getvalue()


def pictures() -> list[bytes]:
    """Sixteen different pictures of one person, six of nobody, and a damaged one."""
    person = Image.fromarray(skimage.data.astronaut()).crop((80, 0, 400, 320)).resize((160, 160))
    nobody = [Image.fromarray(picture()).resize((160, 120)) for picture in (skimage.data.coffee, skimage.data.chelsea)]
    bright = [0.8 + 0.05 * step for step in range(8)]
    shots = [ImageEnhance.Brightness(one).enhance(by) for one in (person, _mirrored(person)) for by in bright]
    others = [ImageEnhance.Brightness(one).enhance(by) for one in nobody for by in bright[:3]]
    return [*map(encoded, shots), *map(encoded, others), encoded(person)[:2000]]


def _mirrored(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


class Album:
    """A headshot, photos in folders, a profile and a destination.

    Every name is there in each folder: with other content in three of them, and with the same in the first and last.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.photos, self.profile, self.out = folder / "photos", folder / "profile", folder / "out"
        self.head = folder / "head.png"
        Image.fromarray(skimage.data.astronaut()).crop((140, 20, 320, 220)).save(self.head)
        contents = pictures()
        for number in range(FOLDERS):
            (self.photos / str(number)).mkdir(parents=True)
            for name in range(NAMES):
                content = contents[(name + 7 * (number % (FOLDERS - 1))) % len(contents)]
                (self.photos / str(number) / f"{name:03}.jpg").write_bytes(content)
        self.contents = set(contents)
        self.before = self.sources()

    def sources(self) -> dict[str, tuple[str, int]]:
        """Digest and time of each photo."""
        return {
            str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in sorted(self.photos.rglob("*"))
            if path.is_file()
        }

    @property
    def sort(self) -> list[str]:
        command = ("sort", self.photos, "--name", "Eileen", "--headshot", self.head, "--to", self.out, "--json")
        return facesorter(*command, profile=self.profile)

    def undo(self, run_id: int) -> list[str]:
        return facesorter("undo", run_id, profile=self.profile)

    @property
    def copies(self) -> dict[str, bytes]:
        folder = self.out / "PhotosWithEileen"
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}

    def check_nothing_is_half(self) -> None:
        """Sources are untouched, and whatever bears a final name is complete."""
        assert self.sources() == self.before
        for name, content in self.copies.items():
            assert name.endswith(".part") or content in self.contents, name

    def runs(self) -> dict[int, list[str]]:
        """The copies that stand, by run; none of them is unfinished."""
        with closing(Database(self.profile / "catalog.db")) as database:
            journal = SqliteJournal(database)
            assert not journal.unfinished()
            return {run.id: [copy.target for copy in journal.copies_of_run(run.id)] for run in journal.runs()}

    def keep(self) -> None:
        """Remember profile and destination as they are now."""
        for folder in (self.profile, self.out):
            shutil.rmtree(f"{folder}.kept", ignore_errors=True)
            shutil.copytree(folder, f"{folder}.kept")

    def restore(self) -> None:
        """Back to what was kept."""
        self.forget()
        for folder in (self.profile, self.out):
            shutil.copytree(f"{folder}.kept", folder)

    def forget(self) -> None:
        """Back to the beginning."""
        for folder in (self.profile, self.out):
            shutil.rmtree(folder, ignore_errors=True)


def moments(seconds: float) -> list[list[float]]:
    """`KILLS` moments of a run that takes so long, in bursts of one to three kills before it may end."""
    left, bursts = KILLS, list[list[float]]()
    while left:
        size = random.randint(1, min(3, left))
        bursts.append([random.uniform(0.2, 1) * seconds for _ in range(size)])
        left -= size
    return bursts


def timed(command: Sequence[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.monotonic()
    return run(command), time.monotonic() - began
