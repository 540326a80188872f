"""One run as the window sees it: its job, its results, and how it ends.

What the user says of the results is in `run_decisions`, what that does to the copies in `run_copies`. Everything here
runs in the window's thread and takes a few milliseconds; what blocks is handed to jobs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from facesorter.domain.errors import BudgetReached, UserError
from facesorter.domain.events import CopyKept, Event, HeadshotFailed, RunPaused
from facesorter.domain.models import Person
from facesorter.domain.spending import StopSignal
from facesorter.ui.review.run_copies import RunCopies
from facesorter.ui.review.run_decisions import RunDecisions
from facesorter.ui.review.run_log import told
from facesorter.ui.review.run_progress import RunProgress
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services, SessionService
    from facesorter.pipeline.sort_request import SortRequest
    from facesorter.ui.review.decision_codes import Decisions
    from facesorter.ui.review.photo_table import Rows
    from facesorter.ui.review.results import NewScores, Results
    from facesorter.ui.review.run_decisions import Said

_OF_A_RUN = ("state", "request", "results", "session", "progress")
"""What `start` makes anew, and what comes back if nothing comes of it."""


class Run(QObject):
    """A run and what can be done with it.

    Signals: `state_changed` for buttons; `progressed` when photos and figures came in; `sorted_anew` when the piles
    hold other photos for another reason; `failed` with
    the exception that ended the run or a change; `remarked` with a sentence about a headshot that was left out;
    `overtaken` before something is done that must not be done again by whoever keeps the folders up to date;
    `answered` carries a person's number, rows, and what was said of them, also when it is taken back;
    `restored` when a run ended before its first photo, and the results of the one before are back.
    """

    state_changed = Signal()
    progressed = Signal()
    sorted_anew = Signal()
    answered = Signal(int, object, object)
    failed = Signal(object)
    remarked = Signal(str)
    overtaken = Signal()
    restored = Signal()

    def __init__(self, app: Services, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._jobs = jobs
        self.state = State.READY
        self.results: Results | None = None
        self.request: SortRequest | None = None
        self.session: SessionService | None = None
        """What the results are of; there as soon as there are results."""
        self.progress = RunProgress()
        self.changes = 0
        """Counts runs, photos taken in, and decisions made or taken back: what was worked out before may be wrong."""
        self._before: dict[str, Any] = {"results": None}
        self._said_before: tuple[Said, ...] = ()
        self._kept_before: tuple[CopyKept, ...] = ()
        self._job: Job | None = None
        self.decisions = RunDecisions(jobs, lambda: self.begun, self)
        self.decisions.answered.connect(self._answered)
        self.decisions.failed.connect(self.failed)
        self.copies = RunCopies(jobs, self)
        self.copies.changing_changed.connect(self.state_changed)
        self.copies.taking_back.connect(self.overtaken)
        self.copies.changed.connect(self.sorted_anew)
        self.copies.stood.connect(self.progressed)
        self.copies.failed.connect(self.failed)

    def start(self, request: SortRequest, *, looks_back: bool = False) -> None:
        """Look through the photos of this request, or back at all that is known, forgetting the run before."""
        from facesorter.ui.review.results import Results

        self.overtaken.emit()
        self._before = {name: getattr(self, name) for name in _OF_A_RUN}
        self._said_before, self._kept_before = self.decisions.made, self.copies.kept
        self.request = request
        self.results = Results([person.name for person in request.people], request.threshold)
        self.session, self.progress = None, RunProgress()
        self.decisions.about(self.results)
        self.copies.about(None, None)
        self.changes += 1
        stopped = StopSignal()

        def steps() -> Iterator[Event]:
            session = self.session = self._app.session()
            if looks_back:
                return session.look_back(request)
            return told(session.run(request, self._jobs.executor, stopped=stopped), dry_run=request.dry_run)

        self._job = self._jobs.select(steps, lambda event: isinstance(event, RunPaused), stopped)
        self._job.reported.connect(self._reported)
        self._job.failed.connect(self._failed)
        self._job.finished.connect(self._finished)
        self._become(State.RUNNING)
        self.sorted_anew.emit()

    def pause(self) -> None:
        """Wait before the next photo."""
        if self._job is not None and self.state is State.RUNNING:
            self._job.pause()
            self._tick()
            self._become(State.PAUSED)

    def resume(self) -> None:
        """Go on; where the run paused itself, try again."""
        if self._job is not None and self.state is State.PAUSED:
            self.progress.go_on()
            self._job.resume()
            self._become(State.RUNNING)

    def stop(self) -> None:
        """Stop; what was found and copied stays. Asked again, nothing that is under way is waited for."""
        if self._job is not None and self.state in (State.RUNNING, State.PAUSED, State.STOPPING):
            self._tick()
            self._job.cancel()
            self._become(State.STOPPING)

    @property
    def begun(self) -> SessionService:
        """The session of these results. Only for results: before there are any, there may be none."""
        if self.session is None:
            raise RuntimeError("No session was begun.")
        return self.session

    @property
    def busy(self) -> bool:
        return self.state in (State.RUNNING, State.PAUSED, State.STOPPING) or self.copies.changing

    @property
    def over(self) -> bool:
        """Whether there was a run, however it ended: what it found can be looked through, copied and taken back."""
        return self.state in (State.FINISHED, State.STOPPED, State.FAILED)

    @property
    def done(self) -> int:
        return 0 if self.results is None else len(self.results)

    def _tick(self) -> None:
        if self.state is State.RUNNING:
            self.progress.rate.note(self.done)

    def _reported(self, events: list[Event]) -> None:
        if self.results is None:
            return
        self.results.apply(events)
        for event in events:
            self.progress.take(event)
            if isinstance(event, RunPaused):
                self._tick()
                self._become(State.PAUSED)
            elif isinstance(event, HeadshotFailed):
                self.remarked.emit(event.reason)
        self._tick()
        self.progressed.emit()

    def take_in(self, events: list[Event]) -> None:
        """What happened after the run was over, when photos were added."""
        if self.results is None:
            return
        self.results.apply(events)
        self.changes += 1
        self._sorted_differently()
        self.state_changed.emit()

    def _failed(self, error: BaseException) -> None:
        """The end of the money is a stop like any other: what was found can be looked through and copied."""
        if isinstance(error, BudgetReached):
            self.failed.emit(error)
        elif self.state is not State.STOPPING or isinstance(error, UserError):
            self._become(State.FAILED)
            self.failed.emit(error)

    def _finished(self) -> None:
        self._job = None
        if self.progress.costs and self.session is not None:
            self.progress.spent = self.session.spent
        again = self._found_nothing_new()
        self._close(self.session if again else self._before.get("session"))
        if again:
            self._restore()
        else:
            self.copies.about(self.results, self.session)
        if not again and self.state is not State.FAILED:
            self._tick()
            self._become(State.FINISHED if self.progress.complete else State.STOPPED)
        self._before = {"results": None}
        self.progressed.emit()
        self.sorted_anew.emit()
        self.copies.plan_soon()

    def _close(self, session: SessionService | None) -> None:
        """What a session selected takes room until it is let go of, on a worker."""
        if session is None:
            return

        def steps() -> Iterator[None]:
            yield session.close()

        self._jobs.run(steps)

    def _found_nothing_new(self) -> bool:
        """Whether the run ended before its first photo, for nothing, and there are the results of another one."""
        spent = self.progress.spent is not None and self.progress.spent.calls > 0
        return not (self.progress.complete or self.done or spent) and bool(self._before["results"])

    def _restore(self) -> None:
        """What was found before stays: a search that could not start has found nothing better."""
        for name, value in self._before.items():
            setattr(self, name, value)
        self.decisions.about(self.results, self._said_before)
        self.copies.about(self.results, self.session, self._kept_before)
        self.changes += 1
        self.restored.emit()
        self.state_changed.emit()

    def is_about(self, person: Person) -> bool:
        """Whether this person was looked for."""
        results = self.results
        if results is None:
            return False
        found = (results.person(number) for number in range(len(results.names)))
        return any(one is not None and one.id == person.id for one in found)

    def rename(self, before: str, person: Person) -> bool:
        """Somebody has another name: it is asked for by that from now on. Whether they were looked for."""
        number = self.results.rename(before, person) if self.results is not None else None
        if number is None or self.request is None:
            return False
        people = list(self.request.people)
        people[number] = replace(people[number], name=person.name)
        self.request = replace(self.request, people=tuple(people))
        return True

    def leave(self) -> None:
        """Let go of the results: nothing can be said of them any more."""
        self.overtaken.emit()
        self._close(self.session)
        self.results = self.request = self.session = None
        self.progress = RunProgress()
        self.decisions.about(None)
        self.copies.about(None, None)
        self._before = {"results": None}
        self.changes += 1
        self._become(State.READY)

    def _become(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()

    def set_threshold(self, threshold: float) -> None:
        """Sort anew from the stored scores."""
        if self.results is not None and self.results.threshold != threshold:
            self.overtaken.emit()
            self.results.threshold = threshold
            self._sorted_differently()

    def _answered(self, number: int, rows: Rows, decisions: Decisions) -> None:
        self.changes += 1
        self.answered.emit(number, rows, decisions)
        self._sorted_differently()

    def rescore(self, scored: Sequence[NewScores]) -> None:
        """Take in what answers taught."""
        changed = [self.results.rescore(one) for one in scored] if self.results is not None else []
        if any(changed):
            self._sorted_differently()

    def _sorted_differently(self) -> None:
        self.sorted_anew.emit()
        self.copies.plan_soon()

    @property
    def left(self) -> int:
        """How many photos are to check and were not answered, of all people together."""
        return 0 if self.results is None else sum(map(self.results.left, range(len(self.results.names))))
