"""The copies of a run: what a change of mind would do to them, doing that, and taking all of them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from facesorter.domain.errors import UserError
from facesorter.domain.events import CopyKept, Event, RunPaused
from facesorter.domain.planning import CopyPlan
from facesorter.ui.review.run_log import told
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import SessionService
    from facesorter.ui.review.results import Results

PLAN_AFTER_MS = 150
"""Quiet time after a change of mind before its consequences are worked out."""


class RunCopies(QObject):
    """Plans for the copies of one run that is over, and what was done of them. While a run goes on it has no results.

    Signals: `planned` when it is known what a change of mind would do, or not known any more; `stood` when photos
    turned out to be there already; `changing_changed` when copying or taking back begins or ends; `changed` when the
    piles hold other photos by it; `taking_back` before that begins; `failed` with the exception that ended it.
    """

    planned = Signal()
    stood = Signal()
    changing_changed = Signal()
    changed = Signal()
    taking_back = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._results: Results | None = None
        self._session: SessionService | None = None
        self.changing = False
        self.plans: tuple[CopyPlan, ...] = ()
        self.kept: tuple[CopyKept, ...] = ()
        """Copies that were not taken back, and why."""
        self._timer = QTimer(self, singleShot=True, interval=PLAN_AFTER_MS)
        self._timer.timeout.connect(self._plan)
        self._plan_number = 0

    def about(self, results: Results | None, session: SessionService | None, kept: tuple[CopyKept, ...] = ()) -> None:
        """Forget what was planned; these are the results of a run that is over, None while there are none."""
        self._results, self._session = results, session
        self.plans, self.kept = (), kept
        self._plan_number += 1

    def plan_soon(self) -> None:
        """Something has changed: plan anew once it is quiet."""
        self.plans = ()
        self._plan_number += 1
        self._timer.start()
        self.planned.emit()

    def _plan(self) -> None:
        if self._results is None or self._session is None or self.changing:
            return
        results, session, plan_number = self._results, self._session, self._plan_number
        wanted = [
            (number, person, *results.sure_and_not(number), results.waiting(number))
            for number in range(len(results.names))
            if (person := results.person(number)) is not None
        ]

        def plan() -> dict[int, CopyPlan]:
            plans: dict[int, CopyPlan] = {}
            for number, person, sure, gone, waiting in wanted:
                made = session.plan(person, sure, gone)
                untold = tuple((photo_id, target) for photo_id, target in made.standing if photo_id in waiting)
                plans[number] = replace(made, standing=untold)
            return plans

        def keep(plans: dict[int, CopyPlan]) -> None:
            if plan_number != self._plan_number or self.changing:
                return
            for number, made in plans.items():
                results.stand(number, made.standing)
            self.plans = tuple(plans.values())
            self.planned.emit()
            self.stood.emit()

        self._jobs.look(plan, keep).failed.connect(self.failed)

    @property
    def to_copy(self) -> int:
        return sum(len(plan.to_copy) for plan in self.plans)

    @property
    def to_take_back(self) -> int:
        return sum(len(plan.to_take_back) for plan in self.plans)

    @property
    def waits_for_click(self) -> bool:
        """Whether photos may be copied that nobody asked to copy; where copying failed, it was asked for."""
        if self._results is None or not self.plans:
            return True
        return self.to_copy > sum(map(self._results.failed_copies, range(len(self._results.names))))

    def carry_out(self) -> None:
        """Do what `plans` says."""
        plans, session = self.plans, self._begun

        def steps() -> Iterator[Event]:
            for plan in plans:
                yield from told(session.carry_out(plan))

        self._change(self._jobs.run(steps))

    def undo(self) -> None:
        """Take back the copies of this run, and those made for it since."""
        self.taking_back.emit()
        session = self._begun
        # On the worker, because only there has whoever kept the folders up to date copied the last photo.
        self._change(self._jobs.select(lambda: told(session.undo())))

    @property
    def _begun(self) -> SessionService:
        if self._session is None:
            raise RuntimeError("No run is over.")
        return self._session

    def _change(self, job: Job) -> None:
        self.changing, self.plans, self.kept = True, (), ()

        def take(events: list[Event]) -> None:
            self._take(job, events)

        job.reported.connect(take)
        job.failed.connect(self.failed)
        job.finished.connect(self._ended)
        self.changing_changed.emit()
        self.planned.emit()

    def _take(self, job: Job, events: list[Event]) -> None:
        if self._results is None:
            return
        self._results.apply(events)
        self.kept += tuple(event for event in events if isinstance(event, CopyKept))
        for event in events:
            if isinstance(event, RunPaused):
                self.failed.emit(UserError(event.reason))
                job.cancel()
        self.changed.emit()

    def _ended(self) -> None:
        self.changing = False
        self.changing_changed.emit()
        self.changed.emit()
        self.plan_soon()
