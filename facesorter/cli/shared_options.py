"""The options that every command takes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facesorter.domain.messages import gettext as _


def shared_options(*, again: bool = False) -> argparse.ArgumentParser:
    """A parent for a command's parser; `again` for an action of a command that takes them itself."""
    shared = argparse.ArgumentParser(add_help=False)
    nothing: dict[str, Any] = {"default": argparse.SUPPRESS} if again else {}
    shared.add_argument(
        "--profile-dir",
        type=_folder,
        metavar="DIR",
        help=_("where FaceSorter keeps its catalog, settings and log"),
        **nothing,
    )
    shared.add_argument(
        "--log-level",
        choices=["debug", "info", "warning", "error"],
        help=_("what goes into the log file") if again else _("what goes into the log file (%(default)s)"),
        **(nothing or {"default": "info"}),
    )
    return shared


def _folder(name: str) -> Path:
    if not name:  # which would mean the working folder; more likely a script's variable is unset
        raise argparse.ArgumentTypeError(_("the name of the folder is empty"))
    return Path(name)
