"""Ctrl+C at any moment ends a command with 130 and no traceback, and closed streams are no reason to fail."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

from facesorter.cli.interruption import EXIT_CODE

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals.")

STARTED = """
import os, sys
sys.path.insert(0, ".")
import facesorter.__main__ as program
run = program._run
program._run = lambda: (os.write(2, b"started\\n"), run())[1]
sys.exit(program.main())
"""
"""Runs the program as its script does, and says when its first line is reached: nobody guards what is before."""


@pytest.fixture
def album(tmp_path: Path) -> Path:
    person = Image.fromarray(pictures.astronaut())
    person.crop((140, 20, 320, 220)).save(tmp_path / "head.png")
    (tmp_path / "photos").mkdir()
    for number in range(40):
        person.resize((512 + number, 512)).save(tmp_path / "photos" / f"{number}.jpg")
    return tmp_path


def sort(album: Path) -> list[str]:
    person = ["--name", "Eileen", "--headshot", str(album / "head.png")]
    where = [str(album / "photos"), "--to", str(album / "out"), "--profile-dir", str(album / "profile")]
    return ["sort", *person, *where]


def test_ctrl_c_at_any_moment(album: Path) -> None:
    """Through the start, the imports of the face engine, the run and its end; to all of its processes, as a terminal
    sends it."""
    delays = [
        0.0,
        0.002,
        0.005,
        *(0.01 * number for number in range(1, 12)),
        *(0.15 * number for number in range(1, 15)),
    ]
    codes: list[int] = []
    for delay in delays:
        command = [sys.executable, "-c", STARTED, *sort(album)]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
        ) as program:
            assert program.stderr is not None
            assert program.stderr.readline() == "started\n"
            time.sleep(delay)
            os.killpg(program.pid, signal.SIGINT)
            said = program.stderr.read()
            codes.append(program.wait(30))
        assert "Traceback" not in said, (delay, said)
        assert "KeyboardInterrupt" not in said, (delay, said)
        assert "went wrong" not in said, (delay, said)
        assert codes[-1] in {EXIT_CODE, 0}, (delay, said)
    assert codes.count(EXIT_CODE) > len(delays) / 2
    assert set(codes[:14]) == {EXIT_CODE}
    done = subprocess.run(
        [sys.executable, "-m", "facesorter", *sort(album)], check=False, cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0
    assert len(list((album / "out" / "PhotosWithEileen").iterdir())) == 40


LATE = f"""
import os, signal, sys

class Late:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        os.write(1, b"late")

late = Late()
{STARTED}"""
"""The signals come while Python frees its modules, when it has put back what the system does with them."""


def test_a_signal_while_python_ends_changes_nothing_of_what_the_command_came_to(tmp_path: Path) -> None:
    for arguments, code in ((["--version"], 0), (["undo", "7", "--profile-dir", str(tmp_path / "profile")], 2)):
        command = [sys.executable, "-c", LATE, *arguments]
        ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, timeout=60)
        assert ended.stdout.endswith(b"late")
        assert ended.returncode == code, ended


def test_a_signal_before_that_still_ends_the_program_at_once() -> None:
    """As where a thread that is waited for at the end does not come to its own."""
    hanging = "import threading, time; threading.Thread(target=lambda: time.sleep(60)).start()"
    command = [sys.executable, "-c", f"{hanging}\n{STARTED}", "--version"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline().startswith(b"facesorter")
        time.sleep(0.5)
        os.killpg(program.pid, signal.SIGINT)
        assert program.wait(20) == EXIT_CODE


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(album: Path, closed: str) -> None:
    command = f"exec {shlex.join([sys.executable, '-m', 'facesorter', *sort(album)])} {closed}"
    result = subprocess.run(["sh", "-c", command], check=False, cwd=ROOT, capture_output=True, timeout=120)
    assert result.returncode == 0
    assert result.stderr == b""
    assert (b"40 photos = 40 copied" in result.stdout) == (closed == "2>&-")
    assert len(list((album / "out" / "PhotosWithEileen").iterdir())) == 40
    wrong = shlex.join([sys.executable, "-m", "facesorter", "undo", "7", "--profile-dir", str(album / "profile")])
    result = subprocess.run(["sh", "-c", f"exec {wrong} {closed}"], check=False, cwd=ROOT, capture_output=True)
    assert (result.returncode, result.stdout) == (2, b"")
    catalog = (album / "profile" / "catalog.db").read_bytes()
    assert catalog.startswith(b"SQLite format 3\0")
