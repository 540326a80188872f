"""`facesorter names`: who is named in photos by other programs; and those people, to look for them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tqdm import tqdm

from facesorter.app import App
from facesorter.domain.errors import WrongUse
from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.names import one_spelling
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import PersonRequest
from facesorter.pipeline.named_people import NamedPerson


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "names", parents=[shared], help=_("list the people that other programs have named in photos")
    )
    parser.add_argument("photos", nargs="+", metavar="PHOTOS", help=_("folders (or single pictures) to look through"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
    parser.set_defaults(command=names)


def names(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    app = App(paths)
    app.open()
    try:
        people = find_named(app, options.photos)
    finally:
        app.close()
    for person in people:
        if options.json:
            print(json.dumps({"person": person.name, "photos": person.photos, "marked": person.marked}))
        else:
            print(_line(person))
    if not people and not options.json:
        print(_("Nobody is named in these photos."))
    if people and not options.json:
        print(_("To look for them: facesorter sort --names-in-photos PHOTOS (with --name for one of them)"))
    return 0


def _line(person: NamedPerson) -> str:
    sentence = ngettext(
        "{name}: named in {photos} photo, with the face marked in {marked}",
        "{name}: named in {photos} photos, with the face marked in {marked}",
        person.photos,
    )
    return sentence.format(name=shown(person.name), photos=whole(person.photos), marked=whole(person.marked))


def find_named(app: App, places: Sequence[str], *, recursive: bool = True) -> list[NamedPerson]:
    """Everybody who is named there, with a progress bar meanwhile."""
    people: list[NamedPerson] = []
    with tqdm(unit=" photos", disable=None, leave=False) as bar:
        for found in app.names.find(places, recursive=recursive):
            if isinstance(found, list):
                people = found
            else:
                bar.update(found - bar.n)
    return people


def with_named(
    app: App, places: Sequence[str], people: Sequence[PersonRequest], only: str | None, *, recursive: bool
) -> tuple[PersonRequest, ...]:
    """These people, and those who are named in the photos, or only the one of this name.

    Raises `WrongUse` if nobody is, or nobody whose face can be found.
    """
    named = find_named(app, places, recursive=recursive)
    if only is not None:
        named = [person for person in named if person.name == one_spelling(only)]
    found = app.names.requests(named)
    if not found and not people:
        raise WrongUse(
            _("Nobody who could be looked for is named in these photos."), _("Give a headshot with --headshot.")
        )
    merged = {person.name: person for person in people}
    for person in found:
        known = merged.get(person.name)
        merged[person.name] = replace(known, headshots=known.headshots + person.headshots) if known else person
    return tuple(merged.values())
