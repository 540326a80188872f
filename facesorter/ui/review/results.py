"""What a run found of each person in each photo, as arrays: one row a photo, as in its `photo_table`.

The piles of 100,000 photos are worked out anew in a millisecond, so that the slider re-sorts while it is dragged.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from facesorter.domain.models import Decision, Person, Photo, Pile, Score
from facesorter.ui.review.decision_codes import Decisions, code_of, decision_of, same_decision
from facesorter.ui.review.known_copies import KnownCopies
from facesorter.ui.review.person_columns import ALREADY_THERE, COPIED, SAME_PICTURE, LiveBalance, PersonColumns
from facesorter.ui.review.photo_table import PhotoTable, Rows
from facesorter.ui.review.pile_codes import CHECK, PILES, PROBLEM, SURE

if TYPE_CHECKING:
    from facesorter.pipeline.reconsider import Rescored


class NewScores(NamedTuple):
    """One person in many photos, by their rows: the similarity (0-100) of each, and which face that is (-1: none)."""

    person: Person
    rows: Rows
    similarity: NDArray[np.float64]
    face: NDArray[np.int32]


class Results:
    """What is known of the people of one run, counted from 0 in the order of the request, in each of its photos."""

    def __init__(self, names: Sequence[str], threshold: float, capacity: int = 1024) -> None:
        self.names = tuple(names)
        self.threshold = threshold
        self.photos = PhotoTable(capacity)
        self._failed = np.zeros(capacity, np.bool_)
        self._reasons: dict[int, str] = {}
        self._columns = [PersonColumns(capacity) for _ in names]
        self._numbers: dict[int, int] = {}
        self._piles: dict[int, tuple[float, NDArray[np.uint8]]] = {}
        self._copies = KnownCopies()
        self._said_faces: dict[tuple[int, int], frozenset[int]] = {}
        """By person and row the faces that the user said are theirs, in these results."""

    def __len__(self) -> int:
        return len(self.photos)

    def apply(self, events: Iterable[object]) -> None:
        """Take in what happened; a later verdict of a photo replaces the earlier one."""
        self._piles.clear()
        for event in events:
            match event:
                case PhotoCompared():
                    self._compared(event)
                case PhotoFailed():
                    row = self._row(event.photo)
                    self._failed[row] = True
                    self._reasons[row] = event.reason
                case PhotoCopied() if not event.dry_run:
                    self._copied(event, COPIED)
                case PhotoAlreadyThere():
                    self._copied(event, ALREADY_THERE)
                case SamePicture():
                    self._copied(event, SAME_PICTURE)
                case CompanionCopied() if not event.dry_run:
                    self._copies.add_companion(event.target, self._number(event.person))
                case CopyFailed():
                    row, columns = self._row(event.photo), self._columns[self._number(event.person)]
                    columns.copy_failed[row] = True
                    columns.reasons[row] = event.reason
                case OpinionFailed():
                    row, columns = self._row(event.photo), self._columns[self._number(event.person)]
                    columns.opinion_failed[row] = True
                    columns.reasons[row] = event.reason
                case CopyTakenBack():
                    for person, row in self._copies.take_back(event.target):
                        self._columns[person].copy[row] = 0
                case _:
                    pass

    def _row(self, photo: Photo) -> int:
        row = self.photos.put(photo)
        if row == len(self._failed):
            self._failed = np.concatenate([self._failed, np.zeros_like(self._failed)])
            for columns in self._columns:
                columns.grow()
        return row

    def still(self) -> Results:
        """Everything as it stands now, for a worker to read while this one changes."""
        made = copy.copy(self)
        made.photos = self.photos.still()
        made._columns = copy.deepcopy(self._columns)
        made._failed, made._reasons, made._piles = self._failed.copy(), dict(self._reasons), {}
        return made

    def _compared(self, event: PhotoCompared) -> None:
        row = self._row(event.photo)
        if self._failed[row]:
            self._failed[row] = False
            del self._reasons[row]
        for verdict in event.verdicts:
            columns = self._columns[self._number(verdict.person)]
            similarity, face = verdict.score
            columns.similarity[row] = similarity
            columns.face[row] = -1 if face is None else face
            columns.opinion_failed[row] = False
            if not columns.has_decision[row]:
                columns.decision[row] = code_of(verdict.decision)

    def _copied(self, event: PhotoCopied | PhotoAlreadyThere | SamePicture, state: int) -> None:
        person, row = self._number(event.person), self._row(event.photo)
        columns = self._columns[person]
        if not (state == ALREADY_THERE and columns.copy[row] == COPIED):  # by this run, and a later round finds it
            columns.copy[row] = state
        columns.copy_failed[row] = False
        self._copies.is_photo(event.target)
        self._copies.add(event.target, person, row)

    def waiting(self, number: int) -> frozenset[int]:
        """Ids of sure photos of which no copy is known."""
        piles = self.piles(number)
        rows = np.flatnonzero((piles == SURE) & (self._columns[number].copy[: len(piles)] == 0))
        return frozenset(self.photos.ids(rows).tolist())

    def stand(self, number: int, copies: Iterable[tuple[int, str]]) -> None:
        """These photos (ids) turned out to have copies (paths): a run that is stopped tells not of its last ones."""
        for photo_id, target in copies:
            row = self.photos.row_of(photo_id)
            if row is not None:
                self._columns[number].copy[row] = ALREADY_THERE
                self._copies.add(target, number, row)

    def _number(self, person: Person) -> int:
        number = self._numbers.get(person.id)
        if number is None:
            number = self._numbers[person.id] = self.names.index(person.name)
            self._columns[number].person = person
        return number

    def person(self, number: int) -> Person | None:
        """Who this is to the catalog; None until the first verdict."""
        return self._columns[number].person

    def rename(self, before: str, person: Person) -> int | None:
        """Whoever had this name before has another one now; their number, None if they were not looked for by it."""
        for number, columns in enumerate(self._columns):
            known = columns.person
            if known is not None and known.id == person.id and self.names[number].casefold() == before.casefold():
                columns.person = person
                self.names = (*self.names[:number], person.name, *self.names[number + 1 :])
                return number
        return None

    def verdict(self, row: int, number: int) -> tuple[Score, Decision | None]:
        """The score of one person in one photo, and what the user said of it."""
        columns = self._columns[number]
        face = int(columns.face[row])
        decision = decision_of(int(columns.decision[row]))
        return Score(float(columns.similarity[row]), None if face < 0 else face), decision

    def pile_of(self, row: int, number: int) -> Pile:
        """Where one photo is for one person."""
        return PILES[int(self.piles(number)[row])]

    def reason(self, row: int, number: int) -> str:
        """Why a photo is a problem for a person; "" if it is none."""
        if self._failed[row]:
            return self._reasons[row]
        return self._columns[number].reasons[row] if self.pile_of(row, number) is Pile.PROBLEM else ""

    def answerable(self, rows: Rows) -> Rows:
        """Those of the photos that could be read: there is nothing to say of the others."""
        return rows[~self._failed[rows]]

    def decide(self, number: int, rows: Rows, decisions: Decisions) -> None:
        """Take in what the user said of these photos; verdicts that come later know no better."""
        columns = self._columns[number]
        columns.decision[rows] = decisions
        columns.has_decision[rows] = True
        self._piles.clear()
        for key in [key for key in self._said_faces if key[0] == number and key[1] in rows]:
            del self._said_faces[key]

    def say_faces(self, number: int, row: int, faces: frozenset[int]) -> None:
        """Take in that these faces of a photo, and no others, are the person's."""
        self.decide(number, np.array([row]), same_decision(Decision.YES, 1))
        self._said_faces[number, row] = faces

    def without_said_faces(self, number: int, rows: Rows, decision: Decision) -> Rows:
        """Those rows of which a yes says anything new: it does not where faces were said to be the person's."""
        if decision is not Decision.YES or not self._said_faces:
            return rows
        return np.array([row for row in rows.tolist() if (number, row) not in self._said_faces], np.intp)

    def said_faces(self, number: int, row: int) -> frozenset[int] | None:
        """The faces of a photo that the user said are the person's; None if nothing was said here."""
        if self._columns[number].has_decision[row]:
            return self._said_faces.get((number, row), frozenset())
        return None

    def placed(self, scored: Rescored) -> NewScores:
        """Other scores of a person's photos by their rows here, for `rescore`. Asked on a worker: they may be many."""
        rows = self.photos.rows_of(scored.photos)
        there = rows >= 0
        similarity, face = np.array(scored.similarities, np.float64), np.array(scored.faces, np.int32)
        return NewScores(scored.person, rows[there], similarity[there], face[there])

    def rescore(self, scores: NewScores) -> bool:
        """Take in other scores of a person's photos, as answers have taught them; whether anything changed."""
        columns, rows = self._columns[self._number(scores.person)], scores.rows
        changed = not np.array_equal(columns.similarity[rows], scores.similarity)
        columns.similarity[rows] = scores.similarity
        columns.face[rows] = scores.face
        self._piles.clear()
        return changed

    def similarities(self, number: int) -> NDArray[np.float64]:
        """How similar (0-100) each photo is to a person, as it stands now."""
        return self._columns[number].similarity[: len(self)].copy()

    def faces(self, number: int, rows: Rows) -> dict[int, int]:
        """By the ids of these photos the face in each that is most like a person; photos without one are missing."""
        faces = self._columns[number].face[rows]
        return dict(zip(self.photos.ids(rows)[faces >= 0].tolist(), faces[faces >= 0].tolist(), strict=True))

    def undecided(self, number: int) -> NDArray[np.bool_]:
        """Which photos could be read, show a face, and were not answered about a person."""
        columns = self._columns[number]
        return (columns.decision[: len(self)] == 0) & (columns.face[: len(self)] >= 0) & ~self._failed[: len(self)]

    def left(self, number: int) -> int:
        """How many photos of a person are to check and were not answered."""
        return int(np.sum((self.piles(number) == CHECK) & self.undecided(number)))

    def decided(self, rows: Rows, decisions: Decisions) -> Iterator[tuple[Photo, Decision | None]]:
        """Photos with what was said of them."""
        for row, code in zip(rows.tolist(), decisions.tolist(), strict=True):
            yield self.photos.at(row), decision_of(code)

    def decisions(self, number: int, rows: Rows) -> Decisions:
        """What the user said of these photos, for `decide` to say again."""
        return self._columns[number].decision[rows]

    def piles(self, number: int) -> NDArray[np.uint8]:
        """The pile of every photo, as its place in `Pile`: `domain.matching.pile` for all of them at once."""
        threshold, piles = self._piles.get(number, (-1.0, None))
        if piles is None or threshold != self.threshold:
            piles = self._columns[number].piles(self.threshold, self._failed[: len(self)])
            self._piles[number] = self.threshold, piles
        return piles

    def failed_copies(self, number: int) -> int:
        """How many photos would be sure if they could be copied."""
        return int(np.sum((self.piles(number) == PROBLEM) & self._decided_on(number)))

    def _decided_on(self, number: int) -> NDArray[np.bool_]:
        """What was looked at and decided on; a problem of such a photo is its copy's."""
        return ~self._failed[: len(self)] & ~self._columns[number].unjudged[: len(self)]

    def counts(self, number: int) -> dict[Pile, int]:
        """How many photos each pile holds."""
        counted = np.bincount(self.piles(number), minlength=len(PILES))
        return {which: int(counted[place]) for place, which in enumerate(PILES)}

    def rows_in(self, order: Rows, number: int, which: Pile) -> Rows:
        """The photos of a pile in the order of `order`, a permutation of the first rows; later ones as they came."""
        piles = self.piles(number)
        all_rows = np.concatenate([order, np.arange(len(order), len(piles))])
        return all_rows[piles[all_rows] == PILES.index(which)]

    def rows(self, number: int, which: Pile, *, by_similarity: bool) -> Rows:
        """The photos of a pile, most similar first or in the order they came."""
        rows = np.flatnonzero(self.piles(number) == PILES.index(which))
        if by_similarity:
            rows = rows[np.argsort(-self._columns[number].similarity[rows], kind="stable")]
        return rows

    def balance(self, number: int) -> LiveBalance:
        """The sum of everything found."""
        return self._columns[number].balance(self.piles(number), self._copies.companions(number))

    def sure_and_not(self, number: int) -> tuple[list[int], list[int]]:
        """Photo ids of what is sure, though its copying may have failed, and of what is so no longer but has a copy.

        A photo that cannot be read any more is neither: its copy may be all that is left of it. Nor is one that nobody
        has decided on.
        """
        piles = self.piles(number)
        decided_on = self._decided_on(number)
        sure = decided_on & ((piles == SURE) | (piles == PROBLEM))
        not_sure = decided_on & ~sure & (self._columns[number].copy[: len(piles)] > 0)
        return self.photos.ids(np.flatnonzero(sure)).tolist(), self.photos.ids(np.flatnonzero(not_sure)).tolist()
