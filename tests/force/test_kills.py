"""Copying and undo killed at random moments and at system calls, then asked again.

Few kills by default; `FACESORTER_KILLS=200` makes as many of each kind. After every kill each name in the folder is
complete, and after the next run the folder, the journal and the sources are as without a kill.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

KILLS = int(os.environ.get("FACESORTER_KILLS", "3"))
PROGRAM = Path(__file__).with_name("copy_program.py")
PHOTOS = 48
SECONDS_PER_RUN = 60
COPY_CALLS = ("fsync", "fdatasync", "link,linkat", "unlink,unlinkat", "mkdir,mkdirat", "pwrite64", "utimensat")
UNDO_CALLS = ("fsync", "fdatasync", "unlink,unlinkat", "rmdir", "pwrite64")


class Victim:
    """A folder of photos, some with one name and other content, some twins, and the program that copies them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source: dict[Path, bytes] = {}
        self.expected: dict[str, bytes] = {}
        generator = random.Random(1)
        for number in range(PHOTOS):
            path = folder / "photos" / str(number % 3) / f"{number // 3}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.source[path] = generator.randbytes(20_000)
            path.write_bytes(self.source[path])

    def command(self, what: str, injection: str | None = None) -> list[str]:
        program = [sys.executable, str(PROGRAM), what, str(self.folder)]
        if injection is None:
            return program
        calls = injection.split(":")[0]
        return ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={injection}", *program]

    def run(self, what: str, injection: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        return subprocess.run(
            self.command(what, injection),
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_PER_RUN,
            check=False,
        )

    def kill_after(self, what: str, seconds: float) -> None:
        """Kill it so long after it has begun in earnest."""
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        with subprocess.Popen(self.command(what), env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
            process.wait(SECONDS_PER_RUN)

    def there(self) -> dict[str, bytes]:
        folder = self.folder / "out" / "PhotosWithAnna"
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}

    def check_names_are_complete(self) -> None:
        contents = set(self.source.values())
        for name, content in self.there().items():
            assert name.endswith(".part") or content in contents, name

    def check_all_is_copied(self) -> None:
        assert self.there() == self.expected
        with closing(Database(str(self.folder / "catalog.db"))) as database:
            journal = SqliteJournal(database)
            assert not journal.unfinished()
            records = [record for run in journal.runs() for record in journal.copies_of_run(run.id)]
        assert len(records) == len({record.target for record in records}) == PHOTOS

    def check_nothing_is_left(self) -> None:
        assert not any((self.folder / "out").iterdir())
        with closing(Database(str(self.folder / "catalog.db"))) as database:
            journal = SqliteJournal(database)
            assert not [record for run in journal.runs() for record in journal.copies_of_run(run.id)]

    def check_sources_are_untouched(self) -> None:
        assert {path: path.read_bytes() for path in (self.folder / "photos").rglob("*.jpg")} == self.source

    def forget(self) -> None:
        """Back to the beginning."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        for path in self.folder.glob("catalog.db*"):
            path.unlink()


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    victim = Victim(tmp_path_factory.mktemp("victim"))
    assert victim.run("copy").returncode == 0
    victim.expected = victim.there()
    assert sorted(victim.expected.values()) == sorted(victim.source.values())
    victim.forget()
    yield victim
    victim.check_sources_are_untouched()


def moments(count: int) -> Sequence[float]:
    """Of a run that takes about a tenth of a second; different ones each time."""
    return [random.uniform(0, 0.12) for _ in range(count)]


def finish_and_check(victim: Victim) -> None:
    victim.check_names_are_complete()
    finished = victim.run("copy")
    assert finished.returncode == 0, finished.stderr
    assert "CopyFailed" not in finished.stdout
    victim.check_all_is_copied()


def test_copying_killed_at_random_moments(victim: Victim) -> None:
    for seconds in moments(KILLS):
        victim.forget()
        victim.kill_after("copy", seconds)
        finish_and_check(victim)


def test_undo_killed_at_random_moments(victim: Victim) -> None:
    for seconds in moments(KILLS):
        victim.forget()
        assert victim.run("copy").returncode == 0
        victim.kill_after("undo", seconds / 3)
        victim.check_names_are_complete()
        assert victim.run("undo").returncode == 0
        victim.check_nothing_is_left()


needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed; it makes system calls fail on request."
)


def injections(calls: Sequence[str]) -> list[str]:
    """Kills at the first of some calls, then at any of them."""
    order = random.sample(calls, len(calls))
    kills = [f"{one}:signal=KILL:when=1" for one in order]
    kills += [f"{random.choice(calls)}:signal=KILL:when={random.randint(2, 2 * PHOTOS)}" for _ in range(KILLS)]
    return kills[:KILLS]


@needs_strace
def test_copying_killed_at_system_calls(victim: Victim) -> None:
    for injection in injections(COPY_CALLS):
        victim.forget()
        victim.run("copy", injection)
        finish_and_check(victim)


@needs_strace
def test_undo_killed_at_system_calls(victim: Victim) -> None:
    for injection in injections(UNDO_CALLS):
        victim.forget()
        assert victim.run("copy").returncode == 0
        victim.run("undo", injection)
        victim.check_names_are_complete()
        assert victim.run("undo").returncode == 0
        victim.check_nothing_is_left()


@needs_strace
@pytest.mark.parametrize(
    "injection", ["fsync:error=EIO:when=5", "write:error=ENOSPC:when=9", "link,linkat:error=EPERM"]
)
def test_system_calls_that_fail(victim: Victim, injection: str) -> None:
    """What the disk refused is told and not recorded; the next run makes it good."""
    victim.forget()
    failed = victim.run("copy", injection)
    assert failed.returncode == 0, failed.stderr
    told = [line.split()[0] for line in failed.stdout.splitlines()]
    assert told.count("PhotoCopied") + told.count("CopyFailed") == PHOTOS
    assert len(victim.there()) == told.count("PhotoCopied")
    assert ("CopyFailed" in told) == ("EIO" in injection)
    assert ("RunPaused" in told) == ("ENOSPC" in injection)
    assert victim.run("copy").returncode == 0
    assert sorted(victim.there().values()) == sorted(victim.source.values())
