"""The lock of a profile: one program at a time, also over a drive that does not pass locks on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facesorter.domain.errors import StorageUnavailable
from facesorter.storage.profile_lock import ProfileLock

HOLDER = """
import sys, time
from pathlib import Path
from facesorter.storage.profile_lock import ProfileLock
ProfileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def holder(file: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "facesorter.lock"


def note_from_elsewhere(file: Path, age_seconds: float) -> Path:
    note = file.with_name("facesorter.owner")
    note.write_text(json.dumps({"computer": "attic", "user": "berta", "process": 7}))
    then = time.time() - age_seconds
    os.utime(note, (then, then))
    return note


def test_another_program_is_told_of_and_its_death_frees_the_profile(file: Path) -> None:
    with holder(file) as process:
        lock = ProfileLock(file)
        with pytest.raises(StorageUnavailable, match="already at work on this computer"):
            lock.acquire()
        process.send_signal(signal.SIGKILL)
        process.wait()
        lock.acquire()
        lock.release()
    assert not file.with_name("facesorter.owner").exists()


def test_taking_twice_is_taking_once(file: Path) -> None:
    lock = ProfileLock(file)
    lock.acquire()
    lock.acquire()
    lock.release()
    lock.release()
    other = ProfileLock(file)
    other.acquire()
    other.release()


def test_another_computer_counts_where_locks_are_not_passed_on(file: Path) -> None:
    note_from_elsewhere(file, age_seconds=5)
    lock = ProfileLock(file)
    with pytest.raises(StorageUnavailable, match=r"on the computer attic \(berta\)"):
        lock.acquire()
    note_from_elsewhere(file, age_seconds=100)
    lock.acquire()
    lock.release()


@pytest.mark.parametrize("ahead_seconds", [100, 3600, 10 * 365 * 86400])
def test_a_note_from_the_future_is_not_believed(file: Path, ahead_seconds: float) -> None:
    note_from_elsewhere(file, age_seconds=-ahead_seconds)
    lock = ProfileLock(file)
    lock.acquire()
    assert json.loads(file.with_name("facesorter.owner").read_text())["process"] == os.getpid()
    lock.release()


def test_a_clock_that_is_a_little_ahead_is_believed(file: Path) -> None:
    note_from_elsewhere(file, age_seconds=-30)
    with pytest.raises(StorageUnavailable, match="on the computer attic"):
        ProfileLock(file).acquire()


def test_a_lock_of_another_computer_that_is_passed_on_is_told_as_such(file: Path) -> None:
    with holder(file) as process:
        note_from_elsewhere(file, age_seconds=5)
        with pytest.raises(StorageUnavailable, match="computer attic"):
            ProfileLock(file).acquire()
        process.kill()


def test_the_note_stays_fresh_while_its_writer_lives(file: Path) -> None:
    lock = ProfileLock(file, beat_seconds=0.05)
    lock.acquire()
    note = file.with_name("facesorter.owner")
    os.utime(note, (1, 1))
    deadline = time.monotonic() + 5
    while note.stat().st_mtime < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    lock.release()
    assert not note.exists()


@pytest.mark.parametrize("content", ["", "[1]", "{", "{}"])
def test_a_damaged_note_is_no_lock(file: Path, content: str) -> None:
    file.with_name("facesorter.owner").write_text(content)
    lock = ProfileLock(file)
    lock.acquire()
    lock.release()


@pytest.mark.skipif(os.geteuid() == 0, reason="For the system's administrator no folder is read-only.")
def test_a_folder_without_rights_is_no_mystery(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            ProfileLock(tmp_path / "facesorter.lock").acquire()
    finally:
        tmp_path.chmod(0o700)


def test_a_profile_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    from facesorter.app import App
    from facesorter.paths import AppPaths

    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageUnavailable, match="cannot use its own folder"):
        App(AppPaths(tmp_path / "file" / "profile")).open()
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "facesorter.lock").mkdir()
    with pytest.raises(StorageUnavailable, match="cannot use its own folder"):
        App(AppPaths(tmp_path / "profile")).open()
