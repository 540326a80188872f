"""A comparison that goes on: its job, how far it is, and what becomes of what it reports."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from facesorter.domain.errors import BudgetReached
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.models import Photo
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.spending import Cost
from facesorter.pipeline.compare import PictureCompared
from facesorter.pipeline.enrol import Headshot
from facesorter.ui.compare.compared_faces import FacesModel
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services

log = logging.getLogger("facesorter.run")


class State(Enum):
    """How far it is; `NOTHING` was compared before the first start."""

    NOTHING = "nothing"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


class Comparing(QObject):
    """Fills the model. `changed` after every change of state or figures, `failed` with the error that ended it.

    `ended` comes when it is over, however it ended.
    """

    changed = Signal()
    ended = Signal()
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, model: FacesModel) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._model = model
        self._job: Job | None = None
        self._paid_work: PaidWork | None = None
        self.state = State.NOTHING
        self.found = 0

    @property
    def busy(self) -> bool:
        return self.state in (State.RUNNING, State.STOPPING)

    @property
    def spent(self) -> Cost | None:
        """What it has cost so far; None on this computer."""
        return self._paid_work and self._paid_work.spent

    def start(self, source: Headshot, place: str, paid_work: PaidWork | None, *, folder: bool) -> None:
        """Compare a face with a picture, or with every picture of a folder; what was compared before is forgotten.

        For paid work, Amazon Rekognition is asked.
        """
        self.forget()
        self._paid_work = paid_work
        comparisons, executor = self._app.comparisons, self._jobs.executor

        def steps() -> Iterator[Any]:
            if folder:
                return comparisons.compare_with_folder(source, place, executor, paid_work)
            return iter([PictureCompared(Photo(1, place, 0, 0), (comparisons.compare(source, place, paid_work),))])

        self.state, self.found = State.RUNNING, 0 if folder else 1
        job = self._job = self._jobs.run(steps, stopped=paid_work and paid_work.stopped)

        def take(events: list[Any]) -> None:
            if job is self._job:
                self._take(events)

        def fail(error: BaseException) -> None:
            if job is self._job:
                self.state = State.STOPPED if isinstance(error, BudgetReached) else State.FAILED
                self.failed.emit(error)

        def end() -> None:
            if paid_work is not None:
                log.info("Compared by Amazon Rekognition: %s", words.spent(paid_work.spent))
            if job is self._job:
                self._job = None
                if self.state is State.STOPPING:
                    self.state = State.STOPPED
                elif self.state is State.RUNNING:
                    self.state = State.DONE
                self.ended.emit()
                self.changed.emit()

        job.reported.connect(take)
        job.failed.connect(fail)
        job.finished.connect(end)
        self.changed.emit()

    def _take(self, events: list[Any]) -> None:
        for event in events:
            match event:
                case PhotosFound():
                    self.found = event.total
                case PictureCompared() | PhotoFailed():
                    self._model.add(event)
                case _:
                    pass
        self._model.counted.emit()
        self.changed.emit()

    def stop(self) -> None:
        """Compare no more; what was found stays. Asked again, nothing that is under way is waited for."""
        if self._job is not None and self.busy:
            self.state = State.STOPPING
            self._job.cancel()
            self.changed.emit()

    def forget(self) -> None:
        """Nothing was compared."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._paid_work = None
        self.state = State.NOTHING
        self._model.clear()
        self.changed.emit()
