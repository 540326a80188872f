"""`facesorter people`: everybody in the photos, known and unknown."""

from __future__ import annotations

import argparse
from typing import Any

from facesorter.cli import people_edit, people_export, people_scan
from facesorter.cli.shared_options import shared_options
from facesorter.domain.messages import gettext as _


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "people", parents=[shared], help=_("everybody in your photos: find, name, merge, split, hide, forget")
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    again = shared_options(again=True)
    people_scan.add_to(actions, again)
    people_edit.add_to(actions, again)
    people_export.add_to(actions, again)
