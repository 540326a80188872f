"""`facesorter doctor`: is everything there, and does it work?"""

from __future__ import annotations

import argparse
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from importlib import metadata
from typing import Any

from facesorter import __version__
from facesorter.app import Workshop
from facesorter.cli.surroundings import can_link, has_fonts, has_screen, missing_packages, network_kind
from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.narration import shown
from facesorter.domain.places import is_in_s3
from facesorter.paths import AppPaths
from facesorter.places.disk.destination import check_destination

PACKAGES = ("onnxruntime", "numpy", "pillow", "pillow-heif", "rawpy", "PySide6-Essentials")
LITTLE_ROOM_BYTES = 1_000_000_000


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("doctor", parents=[shared], help="check that everything is there and works")
    parser.set_defaults(command=doctor)


class _Note(Exception):
    """Something that may be fine, or explain what is not."""


def doctor(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print one line a check; 0 if all is well, 3 if something is not. Notes do not count."""
    del options
    workshop = Workshop(paths)
    print(f"FaceSorter {__version__}, Python {platform.python_version()}, {platform.platform()}")
    print("  " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES) + f", SQLite {sqlite3.sqlite_version}")
    checks: dict[str, Callable[[], str]] = {
        "own folder": lambda: _own_folder(workshop),
        "catalog": lambda: _catalog(workshop),
        "destination": lambda: _destination(workshop),
        "window": _window,
        "keyring": lambda: _keyring(workshop),
        "face models": lambda: workshop.engine.name,
        "self-test": lambda: _self_test(workshop),
    }
    results = [_passes(name, check) for name, check in checks.items()]
    healthy = all(results)
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
    except _Note as note:
        print(f"note     {name}: {note}")
    except (UserError, PhotoError, OSError) as error:
        print(f"PROBLEM  {name}: {error}")
        return False
    return True


def _own_folder(workshop: Workshop) -> str:
    workshop.open()
    folder = str(workshop.paths.profile)
    drive = network_kind(folder)
    if drive:
        raise _Note(f"{shown(folder)} is on a network drive ({drive}): slower, and for one computer at a time.")
    return shown(folder)


def _catalog(workshop: Workshop) -> str:
    return f"{workshop.catalog.known_photos()} photos remembered"


def _destination(workshop: Workshop) -> str:
    folder = workshop.settings.destination_folder
    if is_in_s3(folder):
        return f"{folder}, which is tried when photos are copied"
    check_destination(folder)
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM_BYTES:
        raise _Note(f"{shown(folder)} has {free / 1e9:.1f} GB left, which few photos fill.")
    if workshop.settings.link == "hard" and not can_link(folder):
        raise _Note(f"In {shown(folder)} no hard links can be made: photos are copied.")
    return f"{shown(folder)}, {free / 1e9:.0f} GB free"


def _window() -> str:
    lacking = missing_packages() if sys.platform == "linux" else []
    if lacking:
        raise _Note(f"It may not open. What it lacks is in Debian's packages {', '.join(lacking)}.")
    if not has_fonts():
        raise _Note("It has no letters to write with: install a font, such as Debian's fonts-dejavu-core.")
    if not has_screen():
        raise _Note("There is no screen here; the command line does the same work.")
    return "it has what it needs"


def _keyring(workshop: Workshop) -> str:
    if not workshop.keys.lasts:
        raise _Note("There is none to trust: an imported AWS key is forgotten when the program ends.")
    return "it can keep an imported AWS key"


def _self_test(workshop: Workshop) -> str:
    workshop.engine.self_test()
    return "the models answer as they should"
