"""Small disks, mounted for a test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, options: str = "size=4m") -> Iterator[None]:
    """A disk in memory at this folder, empty at first; the test is skipped where nothing may be mounted."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("A small file system cannot be mounted here; that takes root.")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
