"""Check every copy against the journal and against its photo, and make again what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.events import CompanionCopied, CopyChecked, Event, PhotoAlreadyThere, PhotoCopied
from facesorter.domain.models import Person, Photo
from facesorter.domain.names import PREFIX
from facesorter.domain.places import folder_of, name_of
from facesorter.domain.planning import CopyOrder, CopyRecord, CopyState
from facesorter.domain.ports import Copier, Journal
from facesorter.pipeline.copy import copy, recover


def check(copier: Copier, journal: Journal, *, repair: bool = False) -> Iterator[Event]:
    """`CopyChecked` for each copy that was made and not taken back; every byte of it and of its photo is read.

    With `repair`, what is missing is then copied again, if its photo still holds the same content, with the events of
    `copy`; a copy that was altered is only reported.
    """
    recover(journal, copier)
    missing: list[CopyRecord] = []
    for record in journal.standing():
        checked = _checked(record, copier)
        if checked.state is CopyState.MISSING:
            missing += [record] if record.source else []  # what was made, the next run makes again
        yield checked
    if repair:
        for run_id, records in groupby(missing, key=lambda record: record.run_id):
            yield from _repair(records, run_id, copier, journal)


def _checked(record: CopyRecord, copier: Copier) -> CopyChecked:
    original = _has_photo(record, copier)
    try:
        content = copier.content(record.target)
    except (PhotoError, StorageUnavailable) as error:
        return CopyChecked(record.target, CopyState.UNKNOWN, original, str(error))
    if content is None:
        return CopyChecked(record.target, CopyState.MISSING, original)
    return CopyChecked(record.target, CopyState.FINE if content == record.content else CopyState.ALTERED, original)


def _has_photo(record: CopyRecord, copier: Copier) -> bool:
    try:
        copier.require_photo(record)
    except (PhotoError, StorageUnavailable):
        return False
    return True


def _repair(records: Iterable[CopyRecord], run_id: int, copier: Copier, journal: Journal) -> Iterator[Event]:
    """Copy as a part of the run that made the copies, so that undoing it takes these back as well."""
    by_order = {_order(record): record for record in records}
    by_source = {(order.photo.path, order.folder): record for order, record in by_order.items()}
    for event in copy(by_order, run_id, copier, journal):
        match event:
            case PhotoCopied(photo, _person, target) | PhotoAlreadyThere(photo, _person, target):
                journal.taken_back([by_source[photo.path, folder_of(target)].id])
            case CompanionCopied(source, _person, target):
                journal.taken_back([by_source[source, folder_of(target)].id])
            case _:
                pass
        yield event


def _order(record: CopyRecord) -> CopyOrder:
    photo = Photo(0, record.source, record.size, record.modified_ns, record.content)
    folder = folder_of(record.target)
    name = name_of(folder)
    person = Person(record.person_id, name.removeprefix(PREFIX), name)
    if record.belongs_to:
        return CopyOrder(photo, person, folder, name=name_of(record.target), belongs_to=record.belongs_to)
    return CopyOrder(photo, person, folder, own_copy=True)
