"""`facesorter forget`: erase one person, what was found in photos that are gone, or everything."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from facesorter.app import App
from facesorter.app.forgetting import forget_gone, forget_person
from facesorter.cli.aws import add_account_options
from facesorter.cli.consent import agrees
from facesorter.domain.errors import WrongUse
from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths

if TYPE_CHECKING:
    from facesorter.app.erasing import RemoteFaces


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "forget",
        parents=[shared],
        help=_("erase a person, the faces in photos that are gone, or everything FaceSorter has stored"),
    )
    parser.add_argument("name", nargs="?", help=_("the person to erase; copies of their photos are kept"))
    parser.add_argument(
        "--gone", action="store_true", help=_("the faces in photos that are gone from their folders, at once")
    )
    parser.add_argument(
        "--everything", action="store_true", help=_("photos and faces, people, decisions, settings, logs")
    )
    parser.add_argument("--yes", action="store_true", help=_("really everything"))
    parser.add_argument(
        "--in-the-cloud",
        action="store_true",
        help=_("delete faces in collections of Amazon Rekognition too, without asking"),
    )
    add_account_options(parser)
    parser.set_defaults(command=forget)


def forget(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    if (options.name is not None) + options.gone + options.everything != 1:
        raise WrongUse(
            _("One of these is needed: a name, --gone or --everything."), _("Give one name, --gone, or --everything.")
        )
    app = App(paths)
    if options.everything:
        if not options.yes:
            raise WrongUse(
                _("This would erase every face, decision, setting and log, and the list of copies that undo needs."),
                _("Add --yes if that is what you want. The PhotosWith... folders stay."),
            )
        if paths.duplicates.exists() and not paths.is_foreign:
            app.open()
            try:
                _delete_in_the_cloud(app, options)
            finally:
                app.close()
        app.forget_everything()
        print(_("Everything FaceSorter had stored was deleted. Your PhotosWith... folders are still there."))
        return 0
    app.open()
    if options.gone:
        return _forget_gone(app)
    try:
        app.clear_up()
        forget_person(app, options.name)
        _delete_in_the_cloud(app, options)
    finally:
        app.close()
    print(
        _(
            "{name} is forgotten. The copies of the photos are yours and stay. FaceSorter keeps a list of "
            "them, with the name of their folder, so that undo can take them back."
        ).format(name=shown(options.name))
    )
    return 0


def _forget_gone(app: App) -> int:
    """With an exit code of 1 if there are folders of which nobody can tell what is gone."""
    try:
        cleared, unreachable = forget_gone(app)
    finally:
        app.close()
    print(
        ngettext(
            "What was found in {count} photo that is gone was erased. What you said of it is kept.",
            "What was found in {count} photos that are gone was erased. What you said of them is kept.",
            cleared,
        ).format(count=whole(cleared))
        if cleared
        else _("No photo is gone, so nothing was erased.")
    )
    for folder in unreachable:
        print(
            _("{folder} cannot be looked into, so what was found in its photos is kept.").format(folder=shown(folder)),
            file=sys.stderr,
        )
    return 1 if unreachable else 0


def _delete_in_the_cloud(app: App, options: argparse.Namespace) -> None:
    """Ask whether faces in collections are to be deleted too, and do it, or tell which are left and how to delete them.

    Raises what the service's refusal means: what is known of the collections stays, and it can be tried again.
    """
    from facesorter.app.erasing import Erasing

    erasing = Erasing(app)
    found = erasing.remote_faces(options.name)
    for one in found:
        print(
            ngettext(
                "The collection {name} of Amazon Rekognition holds the faces of {count} picture.",
                "The collection {name} of Amazon Rekognition holds the faces of {count} pictures.",
                one.pictures,
            ).format(name=one.collection, count=whole(one.pictures)),
            file=sys.stderr,
        )
    if not found:
        return
    agreed: bool = options.in_the_cloud
    if not agreed and sys.stdin.isatty():
        agreed = agrees(input(_("Delete them there too? This costs nothing. [y/N] ")))
    if agreed:
        app.use_account(options.profile, options.region, options.key_file)
        erasing.delete_remotely(found, options.name)
        print(_("The faces were deleted there."), file=sys.stderr)
        return
    tell_what_stays(found)


def tell_what_stays(found: Sequence[RemoteFaces]) -> None:
    """Say which collections are left, and what deletes them."""
    for one in found:
        print(
            _("The faces in the collection {name} stay there. To delete all of it: {command}").format(
                name=one.collection, command=one.command
            ),
            file=sys.stderr,
        )
