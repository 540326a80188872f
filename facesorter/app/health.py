"""Is everything there, and does it work? The checks of `facesorter doctor` and of the window's help."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import NamedTuple

from facesorter import __version__
from facesorter.app.profile import Profile
from facesorter.app.surroundings import can_link, has_fonts, has_screen, missing_packages, network_kind
from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.figures import decimal, whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.domain.places import kind_of
from facesorter.places.disk.destination import check_destination

PACKAGES = ("av", "onnxruntime", "numpy", "pillow", "pillow-heif", "rawpy", "PySide6-Essentials")
LITTLE_ROOM_BYTES = 1_000_000_000


class Finding(NamedTuple):
    """What a check found. `healthy` is False for what keeps FaceSorter from working; notes only explain."""

    healthy: bool
    line: str


class _Note(Exception):
    """Something that may be fine, or explain what is not."""


def versions() -> list[str]:
    """Two lines: the program and its surroundings, and what it is built on."""
    return [
        f"FaceSorter {__version__}, Python {platform.python_version()}, {platform.platform()}",
        "  " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES) + f", SQLite {sqlite3.sqlite_version}",
    ]


def findings(profile: Profile) -> Iterator[Finding]:
    """One finding a check, each as soon as it is known; a second or two altogether."""
    checks: dict[str, Callable[[], str]] = {
        _("own folder"): lambda: _own_folder(profile),
        _("catalog"): lambda: _catalog(profile),
        _("destination"): lambda: _destination(profile),
        _("window"): _window,
        _("keyring"): lambda: _keyring(profile),
        _("face models"): lambda: profile.engine.name,
        _("self-test"): lambda: _self_test(profile),
    }
    for name, check in checks.items():
        yield _finding(name, check)


def verdict(healthy: bool) -> str:
    """The last line."""
    return _("All is well.") if healthy else _("Something is wrong; see above.")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return _("not installed")


def _finding(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(healthy=True, line=_line(_("ok"), name, check()))
    except _Note as note:
        return Finding(healthy=True, line=_line(_("note"), name, str(note)))
    except (UserError, PhotoError, OSError) as error:
        return Finding(healthy=False, line=_line(_("PROBLEM"), name, str(error)))


def _line(result: str, name: str, what: str) -> str:
    return f"{result:<8} {name}: {what}"


def _own_folder(profile: Profile) -> str:
    if not profile.is_open:
        profile.open()
    folder = str(profile.paths.profile)
    drive = network_kind(folder)
    if drive:
        raise _Note(
            _("{folder} is on a network drive ({drive}): slower, and for one computer at a time.").format(
                folder=shown(folder), drive=drive
            )
        )
    return shown(folder)


def _catalog(profile: Profile) -> str:
    known = profile.catalog.known_photos()
    return ngettext("{} photo remembered", "{} photos remembered", known).format(whole(known))


def _destination(profile: Profile) -> str:
    folder = profile.settings.destination_folder
    if not kind_of(folder).has_folders:
        return _("{folder}, which is tried when photos are copied").format(folder=folder)
    check_destination(folder)
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM_BYTES:
        raise _Note(
            _("{folder} has {size} GB left, which few photos fill.").format(
                folder=shown(folder), size=decimal(free / 1e9)
            )
        )
    if profile.settings.link == "hard" and not can_link(folder):
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


def _keyring(profile: Profile) -> str:
    if not profile.keys.lasts:
        raise _Note(_("There is none to trust: an imported AWS key is forgotten when the program ends."))
    return _("it can keep an imported AWS key")


def _self_test(profile: Profile) -> str:
    profile.engine.self_test()
    return _("the models answer as they should")
