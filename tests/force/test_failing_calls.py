"""System calls that fail while photos are copied."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from album import ROOT, SECONDS_PER_RUN, strace
from warm import needs_strace

PROGRAM = Path(__file__).with_name("copy_program.py")
PHOTOS = 48


def copy(folder: Path, injection: str | None = None) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, str(PROGRAM), str(folder)]
    return subprocess.run(
        strace(injection, program) if injection else program,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS_PER_RUN,
        check=False,
    )


@needs_strace
@pytest.mark.parametrize("injection", ["fsync:error=EIO:when=5", "write:error=ENOSPC:when=9", "link:error=EPERM"])
def test_system_calls_that_fail(tmp_path: Path, injection: str) -> None:
    """What the disk refused is told and not recorded; the next run makes it good."""
    photos: list[bytes] = []
    for number in range(PHOTOS):
        path = tmp_path / "photos" / str(number % 3) / f"{number // 3}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        photos.append(random.randbytes(20_000))
        path.write_bytes(photos[-1])
    folder = tmp_path / "out" / "PhotosWithAnna"
    failed = copy(tmp_path, injection)
    assert failed.returncode == 0, failed.stderr
    told = [line.split()[0] for line in failed.stdout.splitlines()]
    assert told.count("PhotoCopied") + told.count("CopyFailed") == PHOTOS
    assert len(list(folder.iterdir())) == told.count("PhotoCopied")
    assert ("CopyFailed" in told) == ("EIO" in injection)
    assert ("RunPaused" in told) == ("ENOSPC" in injection)
    assert copy(tmp_path).returncode == 0
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted(photos)
