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
from facesorter.domain.figures import decimal, whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.domain.places import is_in_s3
from facesorter.paths import AppPaths
from facesorter.places.disk.destination import check_destination

PACKAGES = ("av", "onnxruntime", "numpy", "pillow", "pillow-heif", "rawpy", "PySide6-Essentials")
LITTLE_ROOM_BYTES = 1_000_000_000


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("doctor", parents=[shared], help=_("check that everything is there and works"))
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
        _("own folder"): lambda: _own_folder(workshop),
        _("catalog"): lambda: _catalog(workshop),
        _("destination"): lambda: _destination(workshop),
        _("window"): _window,
        _("keyring"): lambda: _keyring(workshop),
        _("face models"): lambda: workshop.engine.name,
        _("self-test"): lambda: _self_test(workshop),
    }
    results = [_passes(name, check) for name, check in checks.items()]
    healthy = all(results)
    workshop.close()
    print(_("All is well.") if healthy else _("Something is wrong; see above."))
    return 0 if healthy else 3


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return _("not installed")


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        _print(_("ok"), name, check())
    except _Note as note:
        _print(_("note"), name, str(note))
    except (UserError, PhotoError, OSError) as error:
        _print(_("PROBLEM"), name, str(error))
        return False
    return True


def _print(result: str, name: str, what: str) -> None:
    print(f"{result:<8} {name}: {what}")


def _own_folder(workshop: Workshop) -> str:
    workshop.open()
    folder = str(workshop.paths.profile)
    drive = network_kind(folder)
    if drive:
        raise _Note(
            _("{folder} is on a network drive ({drive}): slower, and for one computer at a time.").format(
                folder=shown(folder), drive=drive
            )
        )
    return shown(folder)


def _catalog(workshop: Workshop) -> str:
    known = workshop.catalog.known_photos()
    return ngettext("{} photo remembered", "{} photos remembered", known).format(whole(known))


def _destination(workshop: Workshop) -> str:
    folder = workshop.settings.destination_folder
    if is_in_s3(folder):
        return _("{folder}, which is tried when photos are copied").format(folder=folder)
    check_destination(folder)
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM_BYTES:
        raise _Note(
            _("{folder} has {size} GB left, which few photos fill.").format(
                folder=shown(folder), size=decimal(free / 1e9)
            )
        )
    if workshop.settings.link == "hard" and not can_link(folder):
        raise _Note(_("In {folder} no hard links can be made: photos are copied.").format(folder=shown(folder)))
    return _("{folder}, {size} GB free").format(folder=shown(folder), size=whole(round(free / 1e9)))


def _window() -> str:
    lacking = missing_packages() if sys.platform == "linux" else []
    if lacking:
        raise _Note(
            _("It may not open. What it lacks is in Debian's packages {packages}.").format(packages=", ".join(lacking))
        )
    if not has_fonts():
        raise _Note(_("It has no letters to write with: install a font, such as Debian's fonts-dejavu-core."))
    if not has_screen():
        raise _Note(_("There is no screen here; the command line does the same work."))
    return _("it has what it needs")


def _keyring(workshop: Workshop) -> str:
    if not workshop.keys.lasts:
        raise _Note(_("There is none to trust: an imported AWS key is forgotten when the program ends."))
    return _("it can keep an imported AWS key")


def _self_test(workshop: Workshop) -> str:
    workshop.engine.self_test()
    return _("the models answer as they should")
