"""Photos to check that show like faces, as blocks that one answer decides; worked out on a worker."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from facesorter.domain.models import Pile
from facesorter.groups.blocks import in_blocks
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.results import Results
from facesorter.ui.review.run import Run
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

AFTER_MS = 200
"""Quiet time after a change before blocks are worked out for photos that came to *Check*."""

FEW, FEW_NEW = 500, 0.05
"""In a larger pile fewer new photos than this part of it stand alone: 10,000 faces take three seconds to group."""

MOST = 24
"""Photos of a block: as many as can be looked at before one answer is given to all."""


class Blocks(QObject):
    """Knows the blocks of a run's photos to check; `changed` when there are others."""

    changed = Signal()

    def __init__(self, jobs: Jobs, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._run = run
        self._about: Results | None = None
        self._numbers: dict[int, NDArray[np.int64]] = {}
        self._known: dict[int, NDArray[np.bool_]] = {}
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self._work_out)
        run.sorted_anew.connect(self._timer.start)
        run.state_changed.connect(self._timer.start)

    def arranged(self, number: int, rows: Rows) -> Rows:
        """Rows of *Check* with like faces side by side, the strongest first; what was answered comes last."""
        results = self._run.results
        if results is None:
            return rows
        unsure = ~results.undecided(number)[rows]
        asked, later = rows[~unsure], rows[unsure]
        order = in_blocks(results.similarities(number)[asked], self._of(number, asked))
        return np.concatenate([asked[order], later])

    def block(self, number: int, row: int) -> Rows:
        """The rows in *Check* that show the same face as this one, itself included; alone if there are none."""
        results = self._run.results
        if results is None or row < 0 or not results.undecided(number)[row]:
            return np.array([row], np.intp)
        rows = results.rows(number, Pile.CHECK, by_similarity=True)
        rows = rows[results.undecided(number)[rows]]
        which = int(self._of(number, np.array([row]))[0])
        return rows[self._of(number, rows) == which] if which >= 0 else np.array([row], np.intp)

    def _of(self, number: int, rows: Rows) -> NDArray[np.int64]:
        numbers = self._numbers.get(number) if self._about is self._run.results else None
        found = np.full(len(rows), -1, np.int64)
        if numbers is not None:
            there = rows < len(numbers)
            found[there] = numbers[rows[there]]
        return found

    def _work_out(self) -> None:
        """Look at the faces in *Check* once photos came to it; those that are known already are looked at with them."""
        results = self._run.results
        if results is not self._about:
            self._about, self._numbers, self._known = results, {}, {}
        if results is None or self._job is not None or not self._run.over:
            return
        for number in range(len(results.names)):
            rows = results.rows(number, Pile.CHECK, by_similarity=True)
            rows = rows[results.undecided(number)[rows]]
            known = self._known.get(number, np.zeros(0, np.bool_))
            known = np.concatenate([known, np.zeros(len(results) - len(known), np.bool_)])
            new = int((~known[rows]).sum())
            if len(rows) > 1 and new and (len(rows) <= FEW or new >= FEW_NEW * len(rows)):
                known[rows] = True
                self._known[number] = known
                self._look(results, number, rows)
                return

    def _look(self, results: Results, number: int, rows: Rows) -> None:
        session = self._run.begun
        faces = results.faces(number, rows)

        def steps() -> Iterator[dict[int, int]]:
            yield session.alike(faces)

        def keep(found: list[dict[int, int]]) -> None:
            if results is self._run.results:
                self._numbers[number] = _numbered(results, rows, found[0])
                self.changed.emit()

        self._job = self._jobs.run(steps)
        self._job.reported.connect(keep)
        self._job.failed.connect(self._run.failed)
        self._job.finished.connect(self._ended)

    def _ended(self) -> None:
        self._job = None
        self._timer.start()


def _numbered(results: Results, rows: Rows, found: dict[int, int]) -> NDArray[np.int64]:
    """The block of every row (-1: none), given the number of each photo (id); `rows` are the most similar first."""
    numbers = np.full(len(results), -1, np.int64)
    count: dict[int, int] = {}
    following = max(found.values(), default=0) + 1
    for row, photo_id in zip(rows.tolist(), results.photos.ids(rows).tolist(), strict=True):
        number = found.get(photo_id)
        if number is not None:
            place = count[number] = count.get(number, -1) + 1
            numbers[row] = number + place // MOST * following
    return numbers
