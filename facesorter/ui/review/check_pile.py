"""The photos to check, the strongest first and like ones side by side, so that keys alone answer them."""

from __future__ import annotations

from time import monotonic

import numpy as np
from PySide6.QtCore import QObject, Signal

from facesorter.domain.models import Pile
from facesorter.ui.review.answers import Answers
from facesorter.ui.review.answers_bar import AnswersBar
from facesorter.ui.review.blocks import MOST, Blocks
from facesorter.ui.review.photo_grid import PhotoGrid
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.results import Results
from facesorter.ui.review.run import Run
from facesorter.ui.shell.jobs import Jobs

OPENING_SECONDS = 1.0
"""As long after it was opened a pile counts as being opened: which photos are alike may not be known before."""


class CheckPile(QObject):
    """Arranges and chooses photos in a grid while it shows *Check*; `changed` when they shall be shown anew.

    What is chosen changes by itself only while the pile is opened, and when what was chosen is answered: whoever
    presses a key answers what they see.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs, run: Run, grid: PhotoGrid, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._grid = grid
        self._opened: tuple[Results | None, int, Pile, bool] | None = None
        self._alone: tuple[int, float] | None = None
        """The photo (row) that was chosen alone because nobody knew yet what is like it, and when (seconds)."""
        self.answers = Answers(jobs, run, self)
        self.blocks = Blocks(jobs, run, self)
        self.bar = AnswersBar()
        self.answers.taught.connect(self.changed)
        self.blocks.changed.connect(self.changed)

    def arranged(self, number: int, which: Pile, rows: Rows) -> Rows:
        """The rows of a pile for a person as they are shown, given the most similar first."""
        return self.blocks.arranged(number, rows) if which is Pile.CHECK and self._run.over else rows

    def shown(self, number: int, which: Pile) -> None:
        """A pile is shown; once it is opened after the end of a run, its first photos are chosen."""
        opened = self._run.results, number, which, self._run.over
        fresh, self._opened = opened != self._opened, opened
        rows = self._grid.pile_model.rows
        if fresh:
            self._alone = None
        if fresh and which is Pile.CHECK and self._run.over and len(rows) and self._grid.nobody_chose:
            self._choose_first(number, int(rows[0]), monotonic())
        elif self._alone is not None and self._grid.selected_rows().tolist() == [self._alone[0]]:
            self._choose_first(number, *self._alone)
        self.refresh(number, which)

    def _choose_first(self, number: int, row: int, since: float) -> None:
        if monotonic() - since >= OPENING_SECONDS:
            self._alone = None
            return
        block = self.blocks.block(number, row)
        self._alone = (row, since) if len(block) == 1 else None
        self._grid.choose_rows(block)

    def refresh(self, number: int, which: Pile) -> None:
        """Show what there is to say about the chosen photo, and about the answers so far."""
        results = self._run.results
        if self._alone is not None and self._grid.selected_rows().tolist() != [self._alone[0]]:
            self._alone = None  # the user has chosen others, or answered
        if results is None or which is not Pile.CHECK or not self._run.over:
            self.bar.hide()
            return
        row = self._grid.current_row
        block = self.blocks.block(number, row)
        chosen = int(np.isin(block, self._grid.selected_rows()).sum())
        suggestion = self.answers.suggestion(number)
        self.bar.show_what(self.answers.moved(number), suggestion, (len(block), chosen))

    def choose_block(self, number: int) -> None:
        """Choose all photos that look like the current one."""
        self._grid.choose_rows(self.blocks.block(number, self._grid.current_row))
        self._grid.setFocus()

    def alike(self, number: int, which: Pile, rows: Rows) -> Rows:
        """The rows in *Check* that look like one of these."""
        found = [self.blocks.block(number, int(row)) for row in rows[:MOST]] if which is Pile.CHECK else []
        return np.concatenate([rows, *found])

    def next_person(self, number: int, which: Pile) -> int | None:
        """Who is to check once nothing is left of this person: the next one of whom something is.

        What the user was not sure of is left no more, though it stays in the pile.
        """
        results = self._run.results
        if which is not Pile.CHECK or results is None or not self._run.over or results.left(number):
            return None
        people = len(results.names)
        others = [(number + step) % people for step in range(1, people)]
        return next((other for other in others if results.left(other)), None)

    def choose_next(self, number: int, which: Pile, following: Rows, before: Rows) -> None:
        """After an answer choose the first of these rows that is left, or the first of all, and all that look like it.

        Whoever answers one of several alike (the rows `before`) gets the next one of them alone.
        """
        if which is not Pile.CHECK:
            self._grid.choose_next(following)
            return
        self._grid.choose_next(np.concatenate([following, self._grid.pile_model.rows]))
        row = self._grid.current_row
        if row >= 0 and row not in before:
            self._grid.choose_rows(self.blocks.block(number, row))
