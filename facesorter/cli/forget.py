"""`facesorter forget`: erase one person, or everything."""

from __future__ import annotations

import argparse
from typing import Any

from facesorter.app import App
from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "forget", parents=[shared], help=_("erase a person, or everything FaceSorter has stored")
    )
    parser.add_argument("name", nargs="?", help=_("the person to erase; copies of their photos are kept"))
    parser.add_argument(
        "--everything", action="store_true", help=_("photos and faces, people, decisions, settings, logs")
    )
    parser.add_argument("--yes", action="store_true", help=_("really everything"))
    parser.set_defaults(command=forget)


def forget(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    if (options.name is None) != options.everything:
        raise WrongUse(
            _("Either a name or --everything is needed, but not both."), _("Give one name, or --everything.")
        )
    app = App(paths)
    if options.everything:
        if not options.yes:
            raise WrongUse(
                _("This would erase every face, decision, setting and log, and the list of copies that undo needs."),
                _("Add --yes if that is what you want. The PhotosWith... folders stay."),
            )
        app.forget_everything()
        print(_("Everything FaceSorter had stored was deleted. Your PhotosWith... folders are still there."))
        return 0
    app.open()
    try:
        app.clear_up()
        app.forget(options.name)
    finally:
        app.close()
    print(
        _(
            "{name} is forgotten. The copies of the photos are yours and stay. FaceSorter keeps a list of "
            "them, with the name of their folder, so that undo can take them back."
        ).format(name=shown(options.name))
    )
    return 0
