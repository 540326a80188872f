"""The program of which system calls fail: `copy_program.py FOLDER` copies photos and prints the kind of each event."""

from __future__ import annotations

import sys
from pathlib import Path

from facesorter.domain.errors import UserError
from facesorter.domain.events import RunPaused
from facesorter.pipeline.copy import recover
from facesorter.places.disk.destination import check_destination
from tests.copying import CopyDesk, photo_at

LONGEST_PAUSE_COUNT = 3


def main(folder: Path) -> None:
    desk = CopyDesk(folder)
    check_destination(str(desk.out))
    recover(desk.journal, desk.copier)
    pauses = 0
    for event in desk.start(desk.orders(*(photo_at(path) for path in sorted(desk.photos.rglob("*.jpg"))))):
        sys.stdout.write(f"{type(event).__name__}\n")
        pauses += isinstance(event, RunPaused)
        if pauses > LONGEST_PAUSE_COUNT:
            break


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except UserError as error:
        sys.exit(f"{type(error).__name__}: {error}")
