"""Asks whether a pinned package has a known flaw; `pip install ".[release]"`, then `python packaging/audit.py`.

The lists of flaws lie on servers that are out of reach in some places. Then this says so and does not fail: not being
able to look is no flaw, but no clean bill either.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SERVICES = ("pypi", "osv")
MOST_SECONDS = 180
"""For one service; where a network swallows what is sent, nothing ever comes back."""


def ask(service: str) -> list[dict[str, Any]]:
    """What the service says of each package; empty if it is out of reach."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(REQUIREMENTS), "--no-deps", "--disable-pip"]
    options = ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off", "--timeout", "20"]
    try:
        result = subprocess.run(  # noqa: S603
            [*command, *options], capture_output=True, text=True, check=False, timeout=MOST_SECONDS
        )
        return json.loads(result.stdout)["dependencies"]
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        return []


def verdict(said: list[dict[str, Any]]) -> tuple[list[str], int, bool]:
    """Lines to print, how many packages were looked at, and whether one has a flaw."""
    looked_at = [package for package in said if "skip_reason" not in package]
    flaws = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or '-'}"
        for package in looked_at
        for flaw in package["vulns"]
    ]
    return flaws, len(looked_at), bool(flaws)


def main() -> int:
    """Print what is known; 1 if there is a flaw."""
    for service in SERVICES:
        flaws, looked_at, flawed = verdict(ask(service))
        if looked_at:
            print("\n".join(flaws) or f"No flaw is known in the {looked_at} packages that {service} knows.")
            return int(flawed)
    print("Warning: no list of known flaws can be reached from here: nothing was checked.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
