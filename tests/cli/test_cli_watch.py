"""`facesorter sort --watch` as a service would run it, while a photo is written slowly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals.")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_new_photos_are_copied_once_they_are_complete(tmp_path: Path, number: signal.Signals) -> None:
    photos, out, lines = tmp_path / "photos", tmp_path / "out", tmp_path / "lines"
    photos.mkdir()
    person = Image.fromarray(pictures.astronaut())
    person.crop((140, 20, 320, 220)).save(tmp_path / "head.png")
    person.save(photos / "1.jpg")
    person.resize((400, 400)).save(tmp_path / "2.jpg")
    # fmt: off
    command = [
        sys.executable, "-u", "-m", "facesorter", "sort", "--watch", "--profile-dir", tmp_path / "profile",
        "--name", "Eileen", "--headshot", tmp_path / "head.png", photos, "--to", out,
    ]
    # fmt: on
    with lines.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT) as program:
        try:
            copies = out / "PhotosWithEileen"
            assert eventually(lambda: "1 photo = " in lines.read_text()), lines.read_text()
            whole = (tmp_path / "2.jpg").read_bytes()
            with (photos / "2.jpg").open("wb") as slow:
                for start in range(0, len(whole), len(whole) // 5):
                    slow.write(whole[start : start + len(whole) // 5])
                    slow.flush()
                    assert not (copies / "2.jpg").exists()
                    time.sleep(0.6)
            assert eventually((copies / "2.jpg").exists), lines.read_text()
            assert (copies / "2.jpg").read_bytes() == whole
            assert eventually(lambda: "2 photos = " in lines.read_text())
        finally:
            program.send_signal(number)
            try:
                assert program.wait(20) == 0
            finally:
                program.kill()
    assert "damaged" not in lines.read_text()
