"""`facesorter check`: is every copy still what it was made to be?"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from facesorter.app import Workshop
from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.events import CopyChecked, CopyFailed, PhotoAlreadyThere, PhotoCopied, RunPaused
from facesorter.domain.narration import lines
from facesorter.domain.planning import CopyState
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("check", parents=[shared], help="compare every copy with what it was made from")
    parser.add_argument("--repair", action="store_true", help="copy again what is missing, where the photo is the same")
    parser.set_defaults(command=check)


def check(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print what is wrong and the sums; 0 if every copy is (again) as it was made, else 1."""
    states = Counter[CopyState]()
    alone = repaired = 0
    workshop = Workshop(paths)
    workshop.open()
    try:
        for event in workshop.check(repair=options.repair):
            match event:
                case RunPaused(reason):
                    raise StorageUnavailable(reason, "The same command goes on from here.")
                case CopyChecked(_, state, has_original):
                    states[state] += 1
                    alone += not has_original
                case PhotoCopied() | PhotoAlreadyThere():
                    repaired += 1
                case CopyFailed():
                    pass
                case _:
                    continue
            for line in lines(event):
                print(line)
    finally:
        workshop.close()
    sums = ", ".join(f"{states[state]} {state}" for state in CopyState)
    print(f"{states.total()} copies: {sums}" + (f"; {repaired} copied again." if options.repair else "."))
    if alone:
        print(f"Copies whose photo is gone, out of reach or changed: {alone}.")
    return 0 if states[CopyState.FINE] + repaired == states.total() else 1
