"""`facesorter check`: is every copy still what it was made to be?"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from facesorter.app import App
from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.events import (
    CompanionCopied,
    CompanionFailed,
    CopyChecked,
    CopyFailed,
    PhotoAlreadyThere,
    PhotoCopied,
    RunPaused,
)
from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import lines
from facesorter.domain.planning import CopyState
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("check", parents=[shared], help=_("compare every copy with its original"))
    parser.add_argument(
        "--repair", action="store_true", help=_("copy missing photos again if their originals are unchanged")
    )
    parser.set_defaults(command=check)


def check(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print what is wrong and the sums; 0 if every copy is (again) as it was made, else 1."""
    states = Counter[CopyState]()
    alone = repaired = 0
    app = App(paths)
    app.open()
    try:
        for event in app.copies.check(repair=options.repair):
            match event:
                case RunPaused(reason):
                    raise StorageUnavailable(reason, _("The same command goes on from here."))
                case CopyChecked(_, state, has_original):
                    states[state] += 1
                    alone += not has_original
                case PhotoCopied() | PhotoAlreadyThere() | CompanionCopied():
                    repaired += 1
                case CopyFailed() | CompanionFailed():
                    pass
                case _:
                    continue
            for line in lines(event):
                print(line)
    finally:
        app.close()
    copies = ngettext("{} copy: {}.", "{} copies: {}.", states.total())
    sums = [_in_words(state, states[state]) for state in CopyState]
    if options.repair:
        sums.append(ngettext("{} copied again", "{} copied again", repaired).format(whole(repaired)))
    print(copies.format(whole(states.total()), ", ".join(sums)))
    if alone:
        print(_("Copies whose photo is gone, out of reach or changed: {}.").format(whole(alone)))
    return 0 if states[CopyState.FINE] + repaired == states.total() else 1


def _in_words(state: CopyState, count: int) -> str:
    words = {
        CopyState.FINE: ngettext("{} fine", "{} fine", count),
        CopyState.MISSING: ngettext("{} missing", "{} missing", count),
        CopyState.ALTERED: ngettext("{} altered", "{} altered", count),
        CopyState.UNKNOWN: ngettext("{} unknown", "{} unknown", count),
    }
    return words[state].format(whole(count))
