"""`facesorter doctor`: is everything there, and does it work?"""

from __future__ import annotations

import argparse
import platform
import sqlite3
from collections.abc import Callable
from importlib import metadata
from typing import Any

from facesorter import __version__
from facesorter.bootstrap import Workshop
from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths
from facesorter.storage.copier import check_destination

PACKAGES = ("onnxruntime", "numpy", "pillow", "pillow-heif", "rawpy", "PySide6-Essentials")


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("doctor", parents=[shared], help="check that everything is there and works")
    parser.set_defaults(command=doctor)


def doctor(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print one line a check; 0 if all is well, 3 if something is not."""
    del options
    workshop = Workshop(paths)
    print(f"FaceSorter {__version__}, Python {platform.python_version()}, {platform.platform()}")
    print("  " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES) + f", SQLite {sqlite3.sqlite_version}")
    checks: dict[str, Callable[[], str]] = {
        "own folder": lambda: _own_folder(workshop),
        "catalog": lambda: _catalog(workshop),
        "destination": lambda: _destination(workshop),
        "face models": lambda: workshop.engine.name,
        "self-test": lambda: _self_test(workshop),
    }
    healthy = all([_passes(name, check) for name, check in checks.items()])
    workshop.close()
    print("All is well." if healthy else "Something is wrong; see above.")
    return 0 if healthy else 3


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        print(f"ok       {name}: {check()}")
    except (UserError, PhotoError, OSError) as error:
        print(f"PROBLEM  {name}: {error}")
        return False
    return True


def _own_folder(workshop: Workshop) -> str:
    workshop.open()
    return shown(str(workshop.paths.profile))


def _catalog(workshop: Workshop) -> str:
    return f"{workshop.catalog.known_photos()} photos remembered"


def _destination(workshop: Workshop) -> str:
    folder = workshop.settings.destination_folder
    check_destination(folder)
    return shown(folder)


def _self_test(workshop: Workshop) -> str:
    workshop.engine.self_test()
    return "the models answer as they should"
