"""`facesorter why PHOTO --person Anna`: why a photo is not among hers, and what decides it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from facesorter.app import App
from facesorter.app.people import People
from facesorter.app.why import Why
from facesorter.domain.errors import WrongUse
from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Pile
from facesorter.domain.narration import shown
from facesorter.domain.why import Hindrance, WhyFace, WhyNot, face_in_words, summary
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("why", parents=[shared], help=_("why a photo was not found for a person"))
    parser.add_argument("photo", metavar="PHOTO", help=_("the photo to ask about"))
    parser.add_argument("--person", required=True, metavar="NAME", help=_("somebody who is known"))
    parser.add_argument(
        "--threshold", type=float, metavar="N", help=_("similarity from 0 to 100 of sure photos (that of the settings)")
    )
    said = parser.add_mutually_exclusive_group()
    said.add_argument("--yes", type=int, metavar="FACE", help=_("from now on, the face of this number is that person"))
    said.add_argument("--no", type=int, metavar="FACE", help=_("from now on, the face of this number is not"))
    said.add_argument(
        "--yes-at",
        metavar="BOX",
        help=_("the person is there, though no face is found: ratios of the upright picture, such as 0.4,0.2,0.1,0.15"),
    )
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
    parser.set_defaults(command=why)


def why(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code: 1 if the photo cannot be read."""
    if not options.photo:  # which would mean the working folder; more likely a script's variable is unset
        raise WrongUse(_("The photo has an empty name."), _("Name a picture file."))
    box = _box(options.yes_at) if options.yes_at else None
    app = App(paths)
    app.open()
    try:
        person = People(app).find(options.person)
        threshold = app.settings.threshold if options.threshold is None else options.threshold
        if not 0 <= threshold <= 100:
            raise WrongUse(_("--threshold must be from 0 to 100."), _("Try 80."))
        asking = Why(app)
        found = asking.ask(options.photo, person, threshold)
        number = options.no if options.yes is None else options.yes
        if number is not None:
            if not 0 < number <= len(found.faces):
                raise WrongUse(_("There is no face {number} in it.").format(number=number), _("Ask without it first."))
            asking.decide(found, Decision.NO if options.yes is None else Decision.YES, number - 1)
        if box is not None:
            asking.draw(found, box)
        if number is not None or box is not None:
            found = asking.ask(options.photo, person, threshold)
    finally:
        app.close()
    for line in [json.dumps(_told(found))] if options.json else map(shown, lines(found)):
        print(line)
    return 1 if found.pile is Pile.PROBLEM else 0


def _box(text: str) -> BoundingBox:
    """Raises `WrongUse` if it is no box within the picture."""
    try:
        left, top, width, height = map(float, text.split(","))
    except ValueError:
        left = top = width = height = -1.0
    if not (left >= 0 and top >= 0 and width > 0 and height > 0 and left + width <= 1 and top + height <= 1):
        raise WrongUse(
            _("{box} is not a place in a picture.").format(box=text),
            _("Write four ratios of its width and height: left, top, width, height; such as 0.4,0.2,0.1,0.15."),
        )
    return BoundingBox(left, top, width, height)


def _told(found: WhyNot) -> dict[str, object]:
    return {
        "event": "why",
        "photo": found.photo.path,
        "person": found.person.name,
        "pile": found.pile.value,
        "threshold": found.threshold,
        "decision": found.decision and found.decision.value,
        "hindrances": [reason.hindrance.value for reason in found.reasons],
        "reasons": [reason.sentence for reason in found.reasons],
        "faces": [_face_told(number, one) for number, one in enumerate(found.faces, 1)],
        "drawn": [list(box) for box in found.drawn],
        "decide": list(ways(found)),
    }


def _face_told(number: int, one: WhyFace) -> dict[str, object]:
    return {
        "face": number,
        "box": list(one.face.box),
        "similarity": round(one.similarity, 2),
        "person": one.other,
        "hindrances": [reason.hindrance.value for reason in one.reasons],
        "reasons": [reason.sentence for reason in one.reasons],
    }


def lines(found: WhyNot) -> Iterator[str]:
    """What is printed for people."""
    yield summary(found)
    yield from (f"  {reason.sentence}" for reason in found.reasons)
    yield from (f"  {face_in_words(number, one)}" for number, one in enumerate(found.faces, 1))
    yield from ways(found)


def ways(found: WhyNot) -> Iterator[str]:
    """What would decide it on the command line."""
    name = found.person.name
    if found.hindered_by(Hindrance.UNREADABLE):
        return
    if found.hindered_by(Hindrance.PASSED_OVER):
        yield _("To have it looked at: name it, or its folder, for facesorter sort; --all-pictures looks at all there.")
    elif found.hindered_by(Hindrance.NOT_LOOKED_THROUGH):
        yield _("To have it looked at: facesorter sort with its folder.")
    if found.pile is Pile.SURE:
        return
    if found.hindered_by(Hindrance.UNBORN):
        yield _("If the birth date is wrong: facesorter people born {name} DAY").format(name=name)
    nearest = found.nearest
    if nearest is None:
        yield _("If {name} is in it: --yes-at BOX says where.").format(name=name)
        return
    yield _("If a face is {name}: --yes FACE says so, and the next run copies the photo.").format(name=name)
    similarity, reasons = found.faces[nearest].similarity, found.faces[nearest].reasons
    is_below = any(reason.hindrance is Hindrance.BELOW for reason in reasons)
    if found.decision is None and is_below and similarity >= CHECK_FROM:
        sentence = _("A threshold of {threshold} would take it for sure, and others like it.")
        yield sentence.format(threshold=int(similarity))
