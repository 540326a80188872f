"""A small catalog in which everything is made up: photos, faces, people, decisions, and copies of two runs."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from pathlib import Path
from typing import Any

from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

FOLDERS = ("/photos/2023", "/photos/2024")
PHOTOS = 30
"""In each folder."""
OUT = "/out"
QUERIES = ("local-0", "rekognition-0/a")
PEOPLE = ("Anna", "Ben", "Zoë")
_SAID = tuple(Decision)


def fill(path: Path) -> None:
    """Make the catalog: of each photo in a folder what was found, and half of them copied for Anna."""
    with closing(Database(path)) as database:
        catalog, journal = SqliteCatalog(database), SqliteJournal(database)
        people = [catalog.person(name) for name in PEOPLE]
        for folder in FOLDERS:
            catalog.select(Listing(folder, tuple(FolderEntry(f"{n:04}.jpg", 7, n) for n in range(PHOTOS)), {}))
        for one in catalog.unanalyzed(QUERIES):
            content = hashlib.sha256(one.path.encode()).digest()
            faces = hashlib.sha256(content).digest() * 4
            catalog.record_analyses(one, content, {QUERIES[0]: faces, QUERIES[1]: faces[:32]})
        for page in catalog.analyzed(QUERIES):
            known = [analyzed.photo for analyzed in page]
            for number, person in enumerate(people):
                said = {photo.content or b"": _SAID[(photo.id + number) % 3] for photo in known[number::3]}
                catalog.decide(person, dict(said))
            for folder in FOLDERS:
                run = journal.begin_run(people[:2], OUT)
                orders = [CopyOrder(one, people[0], f"{OUT}/PhotosWithAnna") for one in known if folder in one.path]
                copied = [(order, _placement(order)) for order in orders[::2]]
                journal.published({record: (7, record) for record in journal.intend(run, copied)})


def _placement(order: CopyOrder) -> Placement:
    target = f"{order.folder}/{os.path.basename(order.photo.path)}"
    return Placement(target, f"{target}.part", order.photo.content or b"", new_folder=True)


def everything(database: Database) -> dict[str, set[Any]]:
    """All that the catalog and the journal give back, by kind."""
    catalog, journal = SqliteCatalog(database), SqliteJournal(database)
    with database.reading() as connection:
        names = [name.decode("utf-8", "replace") for (name,) in connection.execute("SELECT name FROM people")]
    people = [catalog.person(name) for name in sorted(names)]
    for folder in FOLDERS:
        catalog.select(Listing(folder, tuple(FolderEntry(f"{n:04}.jpg", 7, n) for n in range(PHOTOS)), {}, whole=False))
    photos = [one for page in catalog.analyzed(QUERIES) for one in page]
    return {
        "people": {(person.id, person.name, person.folder_name) for person in people},
        "decisions": {(one.id, *said) for one in people for said in catalog.decisions(one).items()},
        "runs": {(run.id, run.destination, run.copies) for run in journal.runs()},
        "copies": set(journal.standing()) | {copy for run in journal.runs() for copy in journal.copies_of_run(run.id)},
        "copies of people": {copy.id for person in people for copy in journal.copies(person, OUT)},
        "unfinished": {copy.id for copy, _ in journal.unfinished()},
        "photos": {photo.photo for photo in photos},
        "answers": {(photo.photo.content, photo.analyses) for photo in photos},
    }
