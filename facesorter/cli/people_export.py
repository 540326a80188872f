"""`facesorter people export`: the photos of a person, to be handed on."""

from __future__ import annotations

import argparse
import json
from typing import Any

from facesorter.app import App
from facesorter.app.export import ExportRequest, PhotoExported, export
from facesorter.app.people import People
from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.domain.places import absolute
from facesorter.paths import AppPaths

SMALLEST_PX, LARGEST_PX = 16, 65_500
"""What the longer side of a JPEG file can be asked to have; libjpeg makes none that is larger."""


def add_to(actions: Any, shared: argparse.ArgumentParser) -> None:
    """Add the action to the parser of `people`."""
    parser = actions.add_parser("export", parents=[shared], help=_("a person's photos into a new folder or a ZIP file"))
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("to", metavar="TO", help=_("where nothing is yet"))
    parser.add_argument("--zip", action="store_true", help=_("make a ZIP file and not a folder"))
    parser.add_argument(
        "--max-px", type=int, metavar="N", help=_("JPEG files whose longer side has at most N pixels, such as 2048")
    )
    parser.add_argument(
        "--no-metadata", action="store_true", help=_("leave out place, time, camera and all else that files say")
    )
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
    parser.set_defaults(command=_export)


def _export(options: argparse.Namespace, paths: AppPaths) -> int:
    if options.max_px is not None and not SMALLEST_PX <= options.max_px <= LARGEST_PX:
        raise WrongUse(
            _("--max-px must be from {} to {}.").format(SMALLEST_PX, LARGEST_PX),
            _("Try 2048, which suits most screens."),
        )
    if not options.to:
        raise WrongUse(_("The place to export to has an empty name."), _("Name a new folder."))
    to = absolute(options.to)
    request = ExportRequest(to, options.zip, options.max_px, not options.no_metadata)
    exported = problems = 0
    app = App(paths)
    app.open()
    try:
        person = People(app).find(options.name)
        for event in export(app, person, request):
            if isinstance(event, PhotoExported):
                exported += 1
                told: dict[str, object] = {"event": "exported", "photo": event.photo.path, "name": event.name}
                line = ""
            else:
                problems += 1
                told = {"event": "problem", "photo": event.photo.path, "reason": event.reason}
                line = f"{event.photo.path}: {event.reason}"
            if options.json or line:
                print(json.dumps(told) if options.json else shown(line))
    finally:
        app.close()
    if options.json:
        done = {"event": "done", "person": person.name, "to": to, "photos": exported, "problems": problems}
        print(json.dumps(done))
    else:
        sentence = ngettext("{} photo of {} is in {}.", "{} photos of {} are in {}.", exported)
        print(shown(sentence.format(exported, person.name, to)))
    return 1 if problems else 0
