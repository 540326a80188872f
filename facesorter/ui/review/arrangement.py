"""In which order the results are shown: asked for by the user, worked out on a worker, remembered by the settings."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from facesorter.domain.models import Pile
from facesorter.ui.review.order import Order, by_date, by_folder, by_name
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.results import Results
from facesorter.ui.review.run import Run
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs


class Arrangement(QObject):
    """Knows the rows of a pile in the order that was chosen; `changed` when that order is known anew.

    Photos that come after it was worked out stand at the end; when the run is over, all are put in order.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs, run: Run, order: Order, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._run = run
        self.order = order
        self._known: tuple[Results, Order, Rows] | None = None
        self._job: Job | None = None

    @property
    def is_known(self) -> bool:
        """Whether the chosen order of all photos is known, as far as it must be worked out."""
        known = self._known
        return self.order is Order.SIMILARITY or (
            known is not None and known[:2] == (self._run.results, self.order) and len(known[2]) == self._run.done
        )

    def choose(self, order: Order) -> None:
        """Show photos in this order from now on."""
        self.order = order
        self.changed.emit()

    def rows(self, results: Results, number: int, which: Pile) -> Rows:
        """The photos of a pile for a person."""
        running = self._run.state is State.RUNNING
        before, order, known = self._known or (None, Order.SIMILARITY, np.empty(0, np.intp))
        if self.order is not Order.SIMILARITY:
            current = before is results and order is self.order
            if not current or (not running and len(known) < len(results)):
                self._work_out(results)
            if before is results:  # in the order of before, until the one that was chosen is known
                return results.rows_in(known, number, which)
        alike = not running and which not in (Pile.NO_FACE, Pile.PROBLEM)
        return results.rows(number, which, by_similarity=alike)

    def _work_out(self, results: Results) -> None:
        if self._job is not None:
            return  # what it finds is looked at again, and if it is not what is wanted by then, asked for anew
        order, session = self.order, self._run.session
        paths, facts = results.photos.listing()

        def work_out() -> Rows:
            if order is Order.DATE:
                return by_date(facts[:, 0], facts[:, 2], {} if session is None else session.taken_at())
            return (by_name if order is Order.NAME else by_folder)(paths)

        def keep(rows: Rows) -> None:
            self._known = results, order, rows

        def could_not(error: BaseException) -> None:
            """Say so, and leave photos as they came: it would fail again."""
            self._known = results, order, np.arange(len(paths))
            self._run.failed.emit(error)

        def ended() -> None:
            self._job = None
            self.changed.emit()

        self._job = self._jobs.look(work_out, keep)
        self._job.failed.connect(could_not)
        self._job.finished.connect(ended)
