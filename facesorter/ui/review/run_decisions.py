"""What the user says of the photos of a run: decided at once, written by a job, taken back one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from facesorter.domain.models import Decision, Person
from facesorter.ui.review.decision_codes import common_decision, same_decision
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import SessionService
    from facesorter.ui.review.decision_codes import Decisions
    from facesorter.ui.review.photo_table import Rows
    from facesorter.ui.review.results import Results
    from facesorter.ui.review.said_faces import SaidFaces

    Said = tuple[int, Rows, Decisions, SaidFaces | None]
    """A person's number, rows, and what was said of them before; of a single photo perhaps also of which faces."""


class RunDecisions(QObject):
    """The decisions about one run's results. `begun` gives the session of these.

    Signals: `answered` carries a person's number, rows, and what was said of them, also when it is taken back;
    `failed` the exception if it could not be written.
    """

    answered = Signal(int, object, object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, begun: Callable[[], SessionService], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._begun = begun
        self._results: Results | None = None
        self._made: list[Said] = []

    def about(self, results: Results | None, made: tuple[Said, ...] = ()) -> None:
        """Decide about these from now on; `made` are earlier decisions about them that can be taken back."""
        self._results, self._made = results, list(made)

    @property
    def made(self) -> tuple[Said, ...]:
        """What can be taken back, the oldest first."""
        return tuple(self._made)

    @property
    def can_undo(self) -> bool:
        return bool(self._made)

    def decide(self, number: int, rows: Rows, decision: Decision) -> None:
        """The user's decision about these photos; it can be taken back with `undo`."""
        if self._results is None:
            return
        rows = self._results.without_said_faces(number, self._results.answerable(rows), decision)
        if len(rows):
            self._made.append((number, rows, self._results.decisions(number, rows), None))
            self._apply(self._results, number, rows, same_decision(decision, len(rows)))

    def say_faces(self, number: int, row: int, now: SaidFaces, before: SaidFaces) -> None:
        """These faces of a photo, and no others, are the person's; `before` is what the user had said of it."""
        if self._results is not None:
            rows = np.array([row])
            self._made.append((number, rows, self._results.decisions(number, rows), before))
            self._apply_faces(self._results, number, row, now)

    def take_in(self, person: Person, said: Mapping[bytes, Decision | None]) -> None:
        """The user said this of a person in pictures elsewhere, where it can be taken back too; it is written."""
        told = None if self._results is None else self._results.differing(person, said)
        if self._results is not None and told is not None:
            self._results.decide(*told)
            self.answered.emit(*told)

    def undo(self) -> tuple[int, Rows] | None:
        """Take the last decision back; the person and the rows it was about."""
        if not self._made or self._results is None:
            return None
        number, rows, before, faces = self._made.pop()
        if faces is not None and common_decision(before) is Decision.YES:
            self._apply_faces(self._results, number, int(rows[0]), faces)
        else:
            self._apply(self._results, number, rows, before)
        return number, rows

    def _apply_faces(self, results: Results, number: int, row: int, said: SaidFaces) -> None:
        results.say_faces(number, row, said.faces)
        person, photo = results.person(number), results.photos.at(row)
        if person is not None:
            asked, session = person, self._begun()
            job = self._jobs.remember(lambda: session.decide_faces(asked, photo, said.boxes))
            job.failed.connect(self.failed)
        rows = np.array([row])
        self.answered.emit(number, rows, results.decisions(number, rows))

    def _apply(self, results: Results, number: int, rows: Rows, decisions: Decisions) -> None:
        results.decide(number, rows, decisions)
        person = results.person(number)
        if person is not None:
            asked, session = person, self._begun()

            def write() -> None:
                session.decide(asked, results.decided(rows, decisions))

            self._jobs.remember(write, decisions=len(rows)).failed.connect(self.failed)
        self.answered.emit(number, rows, decisions)
