"""Runs the program as a user does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def facesorter(*arguments: object, profile: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `facesorter ARGUMENTS` prints and ends with; scratch files lie beside the profile."""
    command, *rest = map(str, arguments)
    return subprocess.run(
        [sys.executable, "-m", "facesorter", command, "--profile-dir", str(profile), *rest],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, "TMPDIR": str(profile.parent), **environment},
    )
