"""Nothing leaves this computer unless the user has said so, and nothing is kept outside of the profile."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed; it tells what a program connects to."
)
def test_sorting_speaks_to_nobody_and_writes_nowhere_else(tmp_path: Path) -> None:
    """Libraries are watched too: they have habits of their own, such as reporting to their makers."""
    photos, home, temporary, calls = (tmp_path / name for name in ("photos", "home", "temporary", "calls"))
    for folder in (photos, home, temporary):
        folder.mkdir()
    person = Image.fromarray(pictures.astronaut())
    person.save(photos / "portrait.jpg")
    person.save(photos / "portrait.webp")
    profile, out = tmp_path / "profile", tmp_path / "out"
    # fmt: off
    command = [
        "strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", calls,
        sys.executable, "-B", "-m", "facesorter", "sort", "--profile-dir", profile, "--name", "Eileen",
        "--headshot", photos / "portrait.jpg", photos, "--to", out,
    ]
    # fmt: on
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LD_LIBRARY_PATH")}
    elsewhere = {"HOME": str(home), "TMPDIR": str(temporary)}
    result = subprocess.run(
        command, env=kept | elsewhere, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert len(list((out / "PhotosWithEileen").iterdir())) == 2
    assert not re.findall(r".*AF_INET.*", calls.read_text())
    assert not any(home.rglob("*"))
    assert not any(temporary.rglob("*"))
