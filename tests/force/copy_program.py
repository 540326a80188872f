"""The program that the force tests kill: `copy_program.py copy|undo FOLDER`; prints the kind of each event."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from facesorter.domain.errors import UserError
from facesorter.domain.events import CopyFailed, RunPaused
from facesorter.pipeline.copy import recover
from facesorter.storage.copier import check_destination
from tests.copying import CopyDesk, photo_at

LONGEST_PAUSE_COUNT = 3

say = partial(print, flush=True)


def main(command: str, folder: Path) -> None:
    desk = CopyDesk(folder)
    check_destination(str(desk.out))
    recover(desk.journal, desk.copier)
    say("ready")
    if command == "undo":
        for event in desk.undo(min(run.id for run in desk.journal.runs())):
            say(type(event).__name__)
        return
    pauses = 0
    for event in desk.start(desk.orders(*(photo_at(path) for path in sorted(desk.photos.rglob("*.jpg"))))):
        say(type(event).__name__, event.reason if isinstance(event, RunPaused | CopyFailed) else "")
        pauses += isinstance(event, RunPaused)
        if pauses > LONGEST_PAUSE_COUNT:
            break


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except UserError as error:
        sys.exit(f"{type(error).__name__}: {error}")
