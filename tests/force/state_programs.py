"""What the force tests kill beside the command line: somebody who answers, and a catalog that is migrated."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from facesorter.app import App
from facesorter.domain.models import Decision, Photo
from facesorter.paths import AppPaths
from facesorter.storage.database import Database
from facesorter.storage.schema import MIGRATIONS

ANSWERS = 400
PHOTOS = 100

LATER = (
    "CREATE TABLE novelty (person INTEGER PRIMARY KEY, born BLOB)",
    "INSERT INTO novelty SELECT id, randomblob(600) FROM people",
    "UPDATE people SET folder_name = folder_name || ' renamed'",
    "DELETE FROM people WHERE id % 2",
    "CREATE INDEX novelty_by_born ON novelty (born)",
)


def the_answer(number: int, turn: int) -> tuple[bytes, Decision | None]:
    """Which photo is answered about as the `number`th, and how."""
    answer = (Decision.YES, Decision.NO, Decision.UNSURE, None)[(number + turn) % 4]
    return b"%d" % (number % PHOTOS), answer


def answer(arguments: Sequence[str]) -> int:
    """Answer in the profile `arguments[0]`, differently at each turn `arguments[1]`; a line for each answer given."""
    app = App(AppPaths(Path(arguments[0])))
    app.open()
    anna = app.catalog.person("Anna")
    for number in range(ANSWERS):
        content, decision = the_answer(number, int(arguments[1]))
        app.session().decide(anna, [(Photo(0, "", 0, 0, content), decision)])
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    app.close()
    return 0


def migrate(arguments: Sequence[str]) -> int:
    """Open the catalog `arguments[0]` as a later version of the program."""
    Database(arguments[0], (*MIGRATIONS, LATER)).close()
    return 0
