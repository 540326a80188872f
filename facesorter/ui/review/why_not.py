"""Answers why a photo is not among a person's, and takes what the user says of it then."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QWidget

from facesorter.ui.people.why_dialog import Question, WhyDialog
from facesorter.ui.review.run import Run
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme

if TYPE_CHECKING:
    from facesorter.app.services import Services


class WhyNot:
    """Asks about photos of one run."""

    def __init__(self, app: Services, jobs: Jobs, run: Run, theme: Theme) -> None:
        self._app = app
        self._jobs = jobs
        self._run = run
        self._theme = theme

    def ask(self, row: int, number: int, parent: QWidget) -> None:
        """Show why the photo of this row is not in the person's pile of sure ones."""
        results = self._run.results
        person = None if results is None else results.person(number)
        if results is None or person is None:
            return
        question = Question(person, [results.photos.path(row)], results.threshold, self._run.begun.queries_here())
        dialog = WhyDialog(self._app, self._jobs, self._theme, question, parent)
        dialog.deciding.connect(partial(self._run.decisions.decide, number, np.array([row])))
        dialog.open()
