"""What the events of a run say of each person in each photo, in columns: one row a photo, as in its `photo_table`."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

import numpy as np

from facesorter.domain.events import (
    CompanionCopied,
    CopyFailed,
    CopyTakenBack,
    OpinionFailed,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    SamePicture,
)
from facesorter.domain.models import Person, Photo
from facesorter.ui.review.decision_codes import code_of
from facesorter.ui.review.known_copies import KnownCopies
from facesorter.ui.review.person_columns import ALREADY_THERE, COPIED, SAME_PICTURE, PersonColumns
from facesorter.ui.review.photo_table import PhotoTable


class RunColumns:
    """`people` are the columns of these people, counted from 0; `failed` says which photos could not be looked at."""

    def __init__(self, names: Sequence[str], capacity: int) -> None:
        self.names = tuple(names)
        self.photos = PhotoTable(capacity)
        self.people = [PersonColumns(capacity) for _ in names]
        self.failed = np.zeros(capacity, np.bool_)
        self.reasons: dict[int, str] = {}
        """Why a photo could not be looked at, by its row."""
        self.copies = KnownCopies()
        self._numbers: dict[int, int] = {}

    def apply(self, events: Iterable[object]) -> None:
        """Take in what happened; a later verdict of a photo replaces the earlier one."""
        for event in events:
            match event:
                case PhotoCompared():
                    self._compared(event)
                case PhotoFailed():
                    row = self._row(event.photo)
                    self.failed[row] = True
                    self.reasons[row] = event.reason
                case PhotoCopied() if not event.dry_run:
                    self._copied(event, COPIED)
                case PhotoAlreadyThere():
                    self._copied(event, ALREADY_THERE)
                case SamePicture():
                    self._copied(event, SAME_PICTURE)
                case CompanionCopied() if not event.dry_run:
                    self.copies.add_companion(event.target, self.number(event.person))
                case CopyFailed():
                    row, columns = self._row(event.photo), self.people[self.number(event.person)]
                    columns.copy_failed[row] = True
                    columns.reasons[row] = event.reason
                case OpinionFailed():
                    row, columns = self._row(event.photo), self.people[self.number(event.person)]
                    columns.opinion_failed[row] = True
                    columns.reasons[row] = event.reason
                case CopyTakenBack():
                    for person, row in self.copies.take_back(event.target):
                        self.people[person].copy[row] = 0
                case _:
                    pass

    def _row(self, photo: Photo) -> int:
        row = self.photos.put(photo)
        if row == len(self.failed):
            self.failed = np.concatenate([self.failed, np.zeros_like(self.failed)])
            for columns in self.people:
                columns.grow()
        return row

    def still(self) -> RunColumns:
        """Everything as it stands now, for a worker to read while this one changes."""
        made = copy.copy(self)
        made.photos, made.people = self.photos.still(), copy.deepcopy(self.people)
        made.failed, made.reasons = self.failed.copy(), dict(self.reasons)
        return made

    def _compared(self, event: PhotoCompared) -> None:
        row = self._row(event.photo)
        if self.failed[row]:
            self.failed[row] = False
            del self.reasons[row]
        for verdict in event.verdicts:
            columns = self.people[self.number(verdict.person)]
            similarity, face = verdict.score
            columns.similarity[row] = similarity
            columns.face[row] = -1 if face is None else face
            columns.opinion_failed[row] = False
            if not columns.has_decision[row]:
                columns.decision[row] = code_of(verdict.decision)

    def _copied(self, event: PhotoCopied | PhotoAlreadyThere | SamePicture, state: int) -> None:
        person, row = self.number(event.person), self._row(event.photo)
        columns = self.people[person]
        if not (state == ALREADY_THERE and columns.copy[row] == COPIED):  # by this run, and a later round finds it
            columns.copy[row] = state
        columns.copy_failed[row] = False
        self.copies.is_photo(event.target)
        self.copies.add(event.target, person, row)

    def stand(self, number: int, copies: Iterable[tuple[int, str]]) -> None:
        """These photos (ids) turned out to have copies (paths): a run that is stopped tells not of its last ones."""
        for photo_id, target in copies:
            row = self.photos.row_of(photo_id)
            if row is not None:
                self.people[number].copy[row] = ALREADY_THERE
                self.copies.add(target, number, row)

    def number(self, person: Person) -> int:
        """Which of the people this is."""
        number = self._numbers.get(person.id)
        if number is None:
            number = self._numbers[person.id] = self.names.index(person.name)
            self.people[number].person = person
        return number

    def rename(self, before: str, person: Person) -> int | None:
        """Whoever had this name before has another one now; their number, None if they were not looked for by it."""
        for number, columns in enumerate(self.people):
            known = columns.person
            if known is not None and known.id == person.id and self.names[number].casefold() == before.casefold():
                columns.person = person
                self.names = (*self.names[:number], person.name, *self.names[number + 1 :])
                return number
        return None
