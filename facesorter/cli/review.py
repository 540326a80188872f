"""`facesorter review`: what is left to check across people and searches, and the answers to it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from facesorter.app import App
from facesorter.app.checking import Checking, LeftToCheck
from facesorter.app.known_looks import reference_of
from facesorter.app.people import People
from facesorter.domain.errors import WrongUse
from facesorter.domain.figures import percent, whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Decision, Person, Photo
from facesorter.domain.narration import shown
from facesorter.domain.places import absolute
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "review", parents=[shared], help=_("list the photos that are left to check, and answer them")
    )
    parser.add_argument("--person", metavar="NAME", help=_("only photos that may show this person"))
    parser.add_argument(
        "--threshold", type=float, metavar="N", help=_("similarity from 0 to 100 of sure photos (that of the settings)")
    )
    parser.add_argument(
        "--yes", nargs="+", default=[], metavar="PHOTO", help=_("photos that show the person (with --person)")
    )
    parser.add_argument(
        "--no", nargs="+", default=[], metavar="PHOTO", help=_("photos that do not show the person (with --person)")
    )
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
    parser.set_defaults(command=review)


def review(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    if (options.yes or options.no) and options.person is None:
        raise WrongUse(_("An answer is about one person."), _("Name the person with --person."))
    app = App(paths)
    app.open()
    try:
        threshold = app.settings.threshold if options.threshold is None else options.threshold
        if not 0 <= threshold <= 100:
            raise WrongUse(_("--threshold must be from 0 to 100."), _("Try 80."))
        people = _people(app, options.person)
        checking = Checking(app, people, threshold)
        try:
            for decision, photos in ((Decision.YES, options.yes), (Decision.NO, options.no)):
                if photos:
                    _answer(checking, people[0], list(map(absolute, photos)), decision, options.json)
            _tell_left(checking.left(), options.json)
        finally:
            checking.close()
    finally:
        app.close()
    return 0


def _people(app: App, name: str | None) -> list[Person]:
    """Whom it is about: one person, or everybody of whom a face is known. Raises `WrongUse` for a name unknown."""
    if name is not None:
        return [People(app).find(name)]
    people = [one.person for one in app.catalog.people() if not one.hidden]
    return [one for one in people if reference_of(app, one) is not None]


def _answer(checking: Checking, person: Person, photos: Sequence[str], decision: Decision, as_json: bool) -> None:
    found = checking.answer(person, photos, decision)
    if as_json:
        for path in photos:
            print(json.dumps({"event": "answer", "person": person.name, "photo": path, "decision": decision.value}))
        for photo in found:
            print(json.dumps({"event": "found", "person": person.name, "photo": photo.path}))
        return
    if decision is Decision.YES:
        sentence = ngettext(
            "{count} photo shows {name}, as you say.", "{count} photos show {name}, as you say.", len(photos)
        )
    else:
        sentence = ngettext(
            "{count} photo does not show {name}, as you say.",
            "{count} photos do not show {name}, as you say.",
            len(photos),
        )
    print(shown(sentence.format(count=whole(len(photos)), name=person.name)))
    _tell_found(person, found)


def _tell_found(person: Person, found: Sequence[Photo]) -> None:
    if not found:
        return
    sentence = ngettext("Your answers found {count} more photo.", "Your answers found {count} more photos.", len(found))
    print(sentence.format(count=whole(len(found))))
    for photo in found:
        print(f"  {shown(photo.path)}")
    print(shown(_("The next run of facesorter sort for {name} copies what is sure.").format(name=person.name)))


def _tell_left(left: Sequence[LeftToCheck], as_json: bool) -> None:
    for one in left:
        if as_json:
            print(json.dumps(_as_json(one)))
        else:
            print(shown(f"{one.person.name}? {percent(one.similarity)}  {one.photo.path}"))
    if as_json:
        return
    count = Counter(one.person.name for one in left)
    if not count:
        print(_("Nothing to check."))
    for name, photos in count.items():
        sentence = ngettext("{name}: {count} photo to check", "{name}: {count} photos to check", photos)
        print(shown(sentence.format(name=name, count=whole(photos))))
    if count:
        print(_("To answer: facesorter review --person NAME --yes PHOTO... or --no PHOTO..."))


def _as_json(one: LeftToCheck) -> dict[str, object]:
    return {
        "event": "check",
        "person": one.person.name,
        "photo": one.photo.path,
        "similarity": round(one.similarity, 2),
        "box": one.box and [round(side, 6) for side in one.box],
        "block": one.block,
    }
