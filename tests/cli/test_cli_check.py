"""`facesorter check` and `facesorter undo` as a user runs them, on copies that were made before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.program import facesorter
from tests.copying import CopyDesk


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The folder of three copies; the profile is the folder above all."""
    desk = CopyDesk(tmp_path)
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)))
    desk.database.close()
    return desk.out / "PhotosWithAnna"


def test_all_is_fine(copies: Path, tmp_path: Path) -> None:
    result = facesorter("check", profile=tmp_path)
    assert (result.returncode, result.stdout) == (0, "3 copies: 3 fine, 0 missing, 0 altered, 0 unknown.\n")


def test_what_is_wrong_is_told_and_repaired(copies: Path, tmp_path: Path) -> None:
    (copies / "0.jpg").unlink()
    result = facesorter("check", profile=tmp_path)
    assert result.returncode == 1
    assert "PhotosWithAnna/0.jpg: missing\n" in result.stdout.replace("\\", "/")
    result = facesorter("check", "--repair", profile=tmp_path)
    assert result.returncode == 0, result.stdout
    assert (copies / "0.jpg").read_bytes() == b"x0"

    (copies / "1.jpg").write_bytes(b"mine now")
    (tmp_path / "photos" / "2.jpg").unlink()
    result = facesorter("check", "--repair", profile=tmp_path)
    assert result.returncode == 1
    assert "changed since it was copied; kept as it is" in result.stdout
    assert "gone, out of reach or changed: 1." in result.stdout
    assert (copies / "1.jpg").read_bytes() == b"mine now"


def test_runs_are_listed_and_taken_back(copies: Path, tmp_path: Path) -> None:
    listed = facesorter("undo", profile=tmp_path)
    assert listed.returncode == 0
    assert re.search(r"\b1  .* 3  Anna, ", listed.stdout)
    assert "facesorter undo 1" in listed.stdout
    undone = facesorter("undo", "1", profile=tmp_path)
    assert (undone.returncode, undone.stdout) == (0, "Removed 3 copies. 0 were left alone.\n")
    assert not copies.exists()
    assert re.search(r"\b1  .* 0  Anna, ", facesorter("undo", profile=tmp_path).stdout)
    assert facesorter("check", profile=tmp_path).stdout.startswith("0 copies")
