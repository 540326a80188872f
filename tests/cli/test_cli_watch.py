"""`facesorter sort --watch` as a service would run it, while a photo is written slowly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

ROOT = Path(__file__).parents[2]


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals.")


@contextmanager
def watching(folder: Path, ended_by: signal.Signals, exit_code: int) -> Iterator[Callable[[], str]]:
    """What the program has said while it watches `folder/photos` for Eileen; then it is ended."""
    Image.fromarray(pictures.astronaut()).crop((140, 20, 320, 220)).save(folder / "head.png")
    # fmt: off
    command = [
        sys.executable, "-u", "-m", "facesorter", "sort", "--watch", "--profile-dir", folder / "profile",
        "--name", "Eileen", "--headshot", folder / "head.png", folder / "photos", "--to", folder / "out",
    ]
    # fmt: on
    lines = folder / "lines"
    with lines.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT) as program:
        try:
            yield lines.read_text
            program.send_signal(ended_by)
            assert program.wait(20) == exit_code
        finally:
            program.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_new_photos_are_copied_once_they_are_complete(tmp_path: Path, number: signal.Signals) -> None:
    photos, copies = tmp_path / "photos", tmp_path / "out" / "PhotosWithEileen"
    photos.mkdir()
    person = Image.fromarray(pictures.astronaut())
    person.save(photos / "1.jpg")
    person.resize((400, 400)).save(tmp_path / "2.jpg")
    with watching(tmp_path, number, exit_code=0) as said:
        assert eventually(lambda: "1 photo = " in said()), said()
        whole = (tmp_path / "2.jpg").read_bytes()
        with (photos / "2.jpg").open("wb") as slow:
            for start in range(0, len(whole), len(whole) // 5):
                slow.write(whole[start : start + len(whole) // 5])
                slow.flush()
                assert not (copies / "2.jpg").exists()
                time.sleep(0.6)
        assert eventually((copies / "2.jpg").exists), said()
        assert (copies / "2.jpg").read_bytes() == whole
        assert eventually(lambda: "2 photos = " in said())
    assert "damaged" not in said()


def test_a_photo_that_cannot_be_read_is_in_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_bytes(b"no picture")
    with watching(tmp_path, signal.SIGTERM, exit_code=1) as said:
        assert eventually(lambda: "1 problem" in said()), said()
