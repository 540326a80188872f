"""Many giant files at once, on a computer of many cores: memory is bounded for all of them together."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from album import ROOT, headshot
from PIL import Image

from facesorter.domain.giants import GIANT_BYTES, MOST_PHOTO_BYTES

MOST_BYTES = 1_000_000_000
PROGRAM = "import os; os.cpu_count = lambda: 8; from facesorter.__main__ import main; raise SystemExit(main())"


def memory_of(process_id: int) -> int:
    """Bytes that a process and those it started hold, what they share counted once."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if process_id in (int(folder.name), parent):
                rollup = (folder / "smaps_rollup").read_text()
                total += 1024 * int(rollup.partition("\nPss:")[2].split()[0])
        except (OSError, ValueError, IndexError):
            continue  # it ended
    return total


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_giants_are_held_one_at_a_time(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (tmp_path / "head.jpg").write_bytes(headshot())
    beginning, giant = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(beginning, "JPEG")
    Image.new("RGB", (11_000, 11_000)).save(giant, "PNG", compress_level=1)
    for number in range(12):
        sparse = photos / f"sparse {number}.jpg"
        sparse.write_bytes(beginning.getvalue())
        os.truncate(sparse, 1 << 30)
        sparse = photos / f"large {number}.jpg"
        sparse.write_bytes(beginning.getvalue()[:-2])
        os.truncate(sparse, MOST_PHOTO_BYTES - number)
    for number in range(4):
        (photos / f"{number}.png").write_bytes(giant.getvalue() + bytes(number))
    command = ["sort", "--json", "--profile-dir", tmp_path / "profile", "--name", "Anna"]
    command += ["--headshot", tmp_path / "head.jpg", "--to", tmp_path / "out", photos]
    with open(tmp_path / "told", "wb") as told:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, *map(str, command)], stdout=told, cwd=ROOT)
        most = 0
        while process.poll() is None:
            most = max(most, memory_of(process.pid))
            time.sleep(0.05)
    assert process.returncode == 1
    text = (tmp_path / "told").read_text()
    assert text.count("too large to be read") == 12
    assert 3 * GIANT_BYTES < most < MOST_BYTES
