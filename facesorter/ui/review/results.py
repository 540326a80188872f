"""What a run's columns come to at its threshold: piles, counts and the balance of each person, and what was decided.

The piles of 100,000 photos are worked out anew in a millisecond, so that the slider re-sorts while it is dragged.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import Decision, Person, Photo, Pile, Score
from facesorter.ui.review.decision_codes import Decisions, code_of, decision_of, same_decision
from facesorter.ui.review.person_columns import LiveBalance
from facesorter.ui.review.photo_table import PhotoTable, Rows
from facesorter.ui.review.pile_codes import CHECK, PILES, PROBLEM, SURE
from facesorter.ui.review.run_columns import RunColumns

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
        self.threshold = threshold
        self._found = RunColumns(names, capacity)
        self._piles: dict[int, tuple[float, NDArray[np.uint8]]] = {}
        self._said_faces: dict[tuple[int, int], frozenset[int]] = {}
        """By person and row the faces that the user said are theirs, in these results."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the people, in the order of the request."""
        return self._found.names

    @property
    def photos(self) -> PhotoTable:
        return self._found.photos

    def __len__(self) -> int:
        return len(self.photos)

    def apply(self, events: Iterable[object]) -> None:
        """Take in what happened; a later verdict of a photo replaces the earlier one."""
        self._piles.clear()
        self._found.apply(events)

    def still(self) -> Results:
        """Everything as it stands now, for a worker to read while this one changes."""
        made = copy.copy(self)
        made._found, made._piles = self._found.still(), {}
        return made

    def waiting(self, number: int) -> frozenset[int]:
        """Ids of sure photos of which no copy is known."""
        piles = self.piles(number)
        rows = np.flatnonzero((piles == SURE) & (self._found.people[number].copy[: len(piles)] == 0))
        return frozenset(self.photos.ids(rows).tolist())

    def stand(self, number: int, copies: Iterable[tuple[int, str]]) -> None:
        """These photos (ids) turned out to have copies (paths): a run that is stopped tells not of its last ones."""
        self._found.stand(number, copies)

    def person(self, number: int) -> Person | None:
        """Who this is to the catalog; None until the first verdict."""
        return self._found.people[number].person

    def rename(self, before: str, person: Person) -> int | None:
        """Whoever had this name before has another one now; their number, None if they were not looked for by it."""
        return self._found.rename(before, person)

    def verdict(self, row: int, number: int) -> tuple[Score, Decision | None]:
        """The score of one person in one photo, and what the user said of it."""
        columns = self._found.people[number]
        face = int(columns.face[row])
        decision = decision_of(int(columns.decision[row]))
        return Score(float(columns.similarity[row]), None if face < 0 else face), decision

    def pile_of(self, row: int, number: int) -> Pile:
        """Where one photo is for one person."""
        return PILES[int(self.piles(number)[row])]

    def reason(self, row: int, number: int) -> str:
        """Why a photo is a problem for a person; "" if it is none."""
        if self._found.failed[row]:
            return self._found.reasons[row]
        return self._found.people[number].reasons[row] if self.pile_of(row, number) is Pile.PROBLEM else ""

    def answerable(self, rows: Rows) -> Rows:
        """Those of the photos that could be read: there is nothing to say of the others."""
        return rows[~self._found.failed[rows]]

    def decide(self, number: int, rows: Rows, decisions: Decisions) -> None:
        """Take in what the user said of these photos; verdicts that come later know no better."""
        columns = self._found.people[number]
        columns.decision[rows] = decisions
        columns.has_decision[rows] = True
        self._piles.clear()
        for key in [key for key in self._said_faces if key[0] == number and key[1] in rows]:
            del self._said_faces[key]

    def differing(self, person: Person, said: Mapping[bytes, Decision | None]) -> tuple[int, Rows, Decisions] | None:
        """What was said elsewhere of a person in pictures, where it is not what is known here.

        The person's number, rows, and what holds of them; None if it changes nothing here.
        """
        known = enumerate(self._found.people)
        number = next((number for number, one in known if one.person is not None and one.person.id == person.id), None)
        if number is None:
            return None
        rows = self.answerable(np.array(self.photos.rows_known_by(said), np.intp))
        told = (said.get(photo.content or photo.object or b"") for photo in map(self.photos.at, rows.tolist()))
        decisions = np.array([code_of(one) for one in told], np.uint8)
        other = self.decisions(number, rows) != decisions
        return (number, rows[other], decisions[other]) if other.any() else None

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
        if self._found.people[number].has_decision[row]:
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
        columns, rows = self._found.people[self._found.number(scores.person)], scores.rows
        changed = not np.array_equal(columns.similarity[rows], scores.similarity)
        columns.similarity[rows] = scores.similarity
        columns.face[rows] = scores.face
        self._piles.clear()
        return changed

    def similarities(self, number: int) -> NDArray[np.float64]:
        """How similar (0-100) each photo is to a person, as it stands now."""
        return self._found.people[number].similarity[: len(self)].copy()

    def faces(self, number: int, rows: Rows) -> dict[int, int]:
        """By the ids of these photos the face in each that is most like a person; photos without one are missing."""
        faces = self._found.people[number].face[rows]
        return dict(zip(self.photos.ids(rows)[faces >= 0].tolist(), faces[faces >= 0].tolist(), strict=True))

    def undecided(self, number: int) -> NDArray[np.bool_]:
        """Which photos could be read, show a face, and were not answered about a person."""
        columns = self._found.people[number]
        return (
            (columns.decision[: len(self)] == 0) & (columns.face[: len(self)] >= 0) & ~self._found.failed[: len(self)]
        )

    def left(self, number: int) -> int:
        """How many photos of a person are to check and were not answered."""
        return int(np.sum((self.piles(number) == CHECK) & self.undecided(number)))

    def decided(self, rows: Rows, decisions: Decisions) -> Iterator[tuple[Photo, Decision | None]]:
        """Photos with what was said of them."""
        for row, code in zip(rows.tolist(), decisions.tolist(), strict=True):
            yield self.photos.at(row), decision_of(code)

    def decisions(self, number: int, rows: Rows) -> Decisions:
        """What the user said of these photos, for `decide` to say again."""
        return self._found.people[number].decision[rows]

    def piles(self, number: int) -> NDArray[np.uint8]:
        """The pile of every photo, as its place in `Pile`: `domain.matching.pile` for all of them at once."""
        threshold, piles = self._piles.get(number, (-1.0, None))
        if piles is None or threshold != self.threshold:
            piles = self._found.people[number].piles(self.threshold, self._found.failed[: len(self)])
            self._piles[number] = self.threshold, piles
        return piles

    def failed_copies(self, number: int) -> int:
        """How many photos would be sure if they could be copied."""
        return int(np.sum((self.piles(number) == PROBLEM) & self._decided_on(number)))

    def _decided_on(self, number: int) -> NDArray[np.bool_]:
        """What was looked at and decided on; a problem of such a photo is its copy's."""
        return ~self._found.failed[: len(self)] & ~self._found.people[number].unjudged[: len(self)]

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
            rows = rows[np.argsort(-self._found.people[number].similarity[rows], kind="stable")]
        return rows

    def balance(self, number: int) -> LiveBalance:
        """The sum of everything found."""
        return self._found.people[number].balance(self.piles(number), self._found.copies.companions(number))

    def sure_and_not(self, number: int) -> tuple[list[int], list[int]]:
        """Photo ids of what is sure, though its copying may have failed, and of what is so no longer but has a copy.

        A photo that cannot be read any more is neither: its copy may be all that is left of it. Nor is one that nobody
        has decided on.
        """
        piles = self.piles(number)
        decided_on = self._decided_on(number)
        sure = decided_on & ((piles == SURE) | (piles == PROBLEM))
        not_sure = decided_on & ~sure & (self._found.people[number].copy[: len(piles)] > 0)
        return self.photos.ids(np.flatnonzero(sure)).tolist(), self.photos.ids(np.flatnonzero(not_sure)).tolist()
