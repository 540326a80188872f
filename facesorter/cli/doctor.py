"""`facesorter doctor`: is everything there, and does it work?"""

from __future__ import annotations

import argparse
from typing import Any

from facesorter.app import App
from facesorter.app.health import findings, verdict, versions
from facesorter.domain.messages import gettext as _
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor", parents=[shared], help=_("check that everything FaceSorter needs is there and works")
    )
    parser.set_defaults(command=doctor)


def doctor(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print one line a check; 0 if all is well, 3 if something is not. Notes do not count."""
    del options
    app = App(paths)
    healthy = True
    for line in versions():
        print(line)
    for finding in findings(app):
        print(finding.line)
        healthy = healthy and finding.healthy
    app.close()
    print(verdict(healthy=healthy))
    return 0 if healthy else 3
