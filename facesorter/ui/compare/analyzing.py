"""An analysis that goes on: what the engine knows of the faces of one picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from facesorter.domain.paid_work import PaidWork
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services

Details = list[dict[str, Any]]
"""One `FaceDetail` a face."""


class Analyzing(QObject):
    """`told` carries the details of every face, `failed` the error that ended it; `changed` as it begins and ends.

    It is `busy` while a service is asked; this computer answers at once.
    """

    told = Signal(list)
    failed = Signal(object)
    changed = Signal()

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._job: Job | None = None
        self.paid_work: PaidWork | None = None

    @property
    def busy(self) -> bool:
        return self._job is not None and self.paid_work is not None

    def start(self, path: str, paid_work: PaidWork | None) -> None:
        """Look at the faces of this picture; what another look would say is not heard any more."""
        self.stop()
        self.paid_work = paid_work

        def steps() -> Iterator[Details]:
            yield self._app.comparisons.analyze(path, paid_work)

        job = self._job = self._jobs.run(steps, stopped=paid_work and paid_work.stopped)

        def tell(results: list[Details]) -> None:
            if job is self._job:
                self.told.emit(results[0])

        def fail(error: BaseException) -> None:
            if job is self._job:
                self.failed.emit(error)

        def end() -> None:
            if job is self._job:
                self._job = None
                self.changed.emit()

        job.reported.connect(tell)
        job.failed.connect(fail)
        job.finished.connect(end)
        self.changed.emit()

    def stop(self) -> None:
        """Look no more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.changed.emit()
