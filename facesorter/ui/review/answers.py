"""What the user's answers teach while a run is looked through: after each, photos are scored anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.models import Decision, Person, Photo
from facesorter.domain.threshold import ENOUGH, Answer, suggested_threshold
from facesorter.ui.review.decision_codes import Decisions
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.results import NewScores, Results
from facesorter.ui.review.run import Run
from facesorter.ui.review.threshold_slider import LOOSEST, STRICTEST
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

QUIET_MS = 1500
"""Time after the last answer until photos that were like nobody are looked at, too: some seconds for 100,000."""

_YES_OR_NO = {1: True, 2: False}
"""By their places in `Decisions`."""


class Moved(NamedTuple):
    """Photos that nobody answered: the rows of those that are sure by the answers, and how many left *Check*."""

    found: Rows
    left: int

    @classmethod
    def none(cls) -> Moved:
        return cls(np.empty(0, np.intp), 0)


class Suggestion(NamedTuple):
    """A threshold that fits the answers, how many they are, and how many photos would leave *Check* or come to it."""

    threshold: int
    answers: int
    fewer: int
    more: int


class Answers(QObject):
    """Passes each answer on to the session, and takes in what follows. `taught` when there is something new to tell.

    What is shown changes at most once a photo is scored: answers that come meanwhile are taken together.
    """

    taught = Signal()

    def __init__(self, jobs: Jobs, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._run = run
        self._about: Results | None = None
        self._before: list[NDArray[np.float64]] = []
        self._answers: list[dict[int, Answer]] = []
        self._said: list[tuple[Person, Photo, Decision | None]] = []
        self._job: Job | None = None
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._look_at_all)
        run.answered.connect(self._take)
        run.state_changed.connect(self._go_on)

    def _take(self, number: int, rows: Rows, decisions: Decisions) -> None:
        results = self._run.results
        if results is None:
            return
        if results is not self._about:
            people = range(len(results.names))
            self._about, self._said = results, []
            self._before = [results.similarities(person) for person in people]
            self._answers = [{} for _ in people]
        person = results.person(number)
        if person is None:
            return
        now, answers = results.similarities(number), self._answers[number]
        for row, code in zip(rows.tolist(), decisions.tolist(), strict=True):
            first = answers.pop(row, None)  # a photo that was answered is more like the person for that
            if code in _YES_OR_NO:
                similarity = float(now[row]) if first is None else first.similarity
                answers[row] = Answer(similarity, _YES_OR_NO[code])
        self._said += [(person, photo, said) for photo, said in results.decided(rows, decisions)]
        self._go_on()

    def _go_on(self) -> None:
        """Score anew, unless that is being done; answers given while photos are searched wait for the end."""
        if self._run.results is not self._about:
            self._about, self._said = None, []
        if self._said and self._job is None and self._run.over:
            said, self._said = self._said, []
            self._quiet.start()
            self._score(said, all_photos=False)

    def _look_at_all(self) -> None:
        if self._job is not None or self._said:
            self._quiet.start()
        elif self._about is not None and self._about is self._run.results and self._run.over:
            self._score([], all_photos=True)

    def _score(self, said: list[tuple[Person, Photo, Decision | None]], *, all_photos: bool) -> None:
        session, results = self._run.begun, self._about
        threshold = 0.0 if results is None else results.threshold

        def steps() -> Iterator[list[NewScores]]:
            scored = session.reconsider(said, threshold, all_photos=all_photos)
            yield [] if results is None else [results.placed(one) for one in scored]

        def take_in(reported: list[list[NewScores]]) -> None:
            if results is self._run.results:
                for scores in reported:
                    self._run.rescore(scores)
                self.taught.emit()

        self._job = self._jobs.run(steps)
        self._job.reported.connect(take_in)
        self._job.failed.connect(self._run.failed)
        self._job.finished.connect(self._scored)

    def _scored(self) -> None:
        self._job = None
        self._go_on()

    @property
    def _results(self) -> Results | None:
        """Those that something was answered about, if they are shown still."""
        return self._about if self._about is self._run.results else None

    def moved(self, number: int) -> Moved:
        """What the answers moved of a person, at the threshold as it stands."""
        results = self._results
        if results is None:
            return Moved.none()
        now, threshold = results.similarities(number), results.threshold
        before = now.copy()
        before[: len(self._before[number])] = self._before[number]
        undecided = results.undecided(number)
        found = undecided & (now >= threshold) & (before < threshold)
        least = min(CHECK_FROM, threshold)
        left = undecided & (before >= least) & (before < threshold) & (now < least)
        return Moved(np.flatnonzero(found), int(left.sum()))

    def suggestion(self, number: int) -> Suggestion | None:
        """A threshold that would have spared the user most of their answers about a person, if it changes anything."""
        results = self._results
        if results is None or len(self._answers[number]) < ENOUGH:
            return None
        answers = list(self._answers[number].values())
        threshold = suggested_threshold(answers, results.threshold, LOOSEST, STRICTEST)
        if threshold is None:
            return None
        now = results.similarities(number)[results.undecided(number)]
        sure, then_sure = now >= results.threshold, now >= threshold
        in_check = now >= min(CHECK_FROM, threshold)
        fewer, more = int((~sure & then_sure).sum()), int((sure & ~then_sure & in_check).sum())
        return Suggestion(threshold, len(answers), fewer, more) if fewer or more else None
