"""`facesorter check` and `facesorter undo` as a user runs them, on copies that were made before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.copying import CopyDesk

ROOT = Path(__file__).parents[2]


def facesorter(profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "facesorter", arguments[0], "--profile-dir", str(profile), *arguments[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The folder of three copies; the profile is the folder above all."""
    desk = CopyDesk(tmp_path)
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)))
    desk.database.close()
    return desk.out / "PhotosWithAnna"


def test_all_is_fine(copies: Path, tmp_path: Path) -> None:
    result = facesorter(tmp_path, "check")
    assert (result.returncode, result.stdout) == (0, "3 copies: 3 fine, 0 missing, 0 altered, 0 unknown.\n")


def test_what_is_wrong_is_told_and_repaired(copies: Path, tmp_path: Path) -> None:
    (copies / "0.jpg").unlink()
    result = facesorter(tmp_path, "check")
    assert result.returncode == 1
    assert "PhotosWithAnna/0.jpg: missing\n" in result.stdout.replace("\\", "/")
    result = facesorter(tmp_path, "check", "--repair")
    assert result.returncode == 0, result.stdout
    assert (copies / "0.jpg").read_bytes() == b"x0"

    (copies / "1.jpg").write_bytes(b"mine now")
    (tmp_path / "photos" / "2.jpg").unlink()
    result = facesorter(tmp_path, "check", "--repair")
    assert result.returncode == 1
    assert "altered since it was copied, left alone" in result.stdout
    assert "gone, out of reach or changed: 1." in result.stdout
    assert (copies / "1.jpg").read_bytes() == b"mine now"


def test_runs_are_listed_and_taken_back(copies: Path, tmp_path: Path) -> None:
    listed = facesorter(tmp_path, "undo")
    assert listed.returncode == 0
    assert "3 copies  Anna" in listed.stdout
    undone = facesorter(tmp_path, "undo", "1")
    assert (undone.returncode, undone.stdout) == (0, "Removed 3 copies; 0 were left alone.\n")
    assert not copies.exists()
    assert "0 copies" in facesorter(tmp_path, "undo").stdout
    assert facesorter(tmp_path, "check").stdout.startswith("0 copies")
