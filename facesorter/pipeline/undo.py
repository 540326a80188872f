"""Take copies back: only what FaceSorter made, and only if it is as it was made."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.events import CopyKept, CopyTakenBack, Event
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import folder_of
from facesorter.domain.planning import CopyRecord
from facesorter.domain.ports import Copier, Journal
from facesorter.pipeline.copy import BATCH, recover


def undo_run(run_id: int, copier: Copier, journal: Journal) -> Iterator[Event]:
    """Take back all that a run copied. Stopped or killed in the middle, it is finished by asking again."""
    recover(journal, copier)
    yield from take_back(journal.copies_of_run(run_id), copier, journal)
    for folder in journal.folders_made(run_id):
        copier.remove_folder(folder)


def take_back(records: Iterable[CopyRecord], copier: Copier, journal: Journal) -> Iterator[Event]:
    """`CopyTakenBack` or `CopyKept` for each; a folder that FaceSorter made goes with its last copy.

    Raises `StorageUnavailable` if a folder is out of reach; what was taken back by then is recorded and told.
    """
    remaining = iter(records)
    while batch := list(itertools.islice(remaining, BATCH)):
        events: list[Event] = []
        gone: list[CopyRecord] = []
        trouble = None
        for record in batch:
            try:
                was_there = copier.take_back(record)
            except PhotoError as error:
                events.append(CopyKept(record.target, error.reason))
            except StorageUnavailable as error:
                trouble = error
                break
            else:
                gone.append(record)
                if was_there:
                    events.append(CopyTakenBack(record.target, record.belongs_to))
                else:
                    events.append(CopyKept(record.target, _("It is no longer there.")))
        copier.sync({folder_of(record.target) for record in gone})
        journal.taken_back([record.id for record in gone])
        _remove_empty_folders(gone, copier, journal)
        yield from events
        if trouble:
            raise trouble


def _remove_empty_folders(gone: Iterable[CopyRecord], copier: Copier, journal: Journal) -> None:
    folders = {folder_of(record.target) for record in gone}
    made = {folder for run_id in {record.run_id for record in gone} for folder in journal.folders_made(run_id)}
    for folder in folders & made:
        copier.remove_folder(folder)
