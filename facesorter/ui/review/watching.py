"""Keeps the folders of a run up to date while the window is open: new photos are sorted as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from facesorter.domain.errors import UserError
from facesorter.domain.events import Event, RunPaused
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Person
from facesorter.domain.places import kind_of
from facesorter.ui.review.run import Run
from facesorter.ui.review.run_log import told
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services


class KeepUpToDate(QCheckBox):
    """Offered after a run on this computer; a paid one is not watched, because each photo would cost money, nor is S3.

    Photos that wait for the user's click are copied by that click alone, so it can be begun only when there are none.
    Whatever else is begun ends it. `failed` carries what ended it otherwise, or what stands in its way just now.
    """

    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, run: Run) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._run = run
        self._job: Job | None = None
        self._heard: Job | None = None
        self._alive: set[Job] = set()
        self._trouble = ""
        self._permitted = True
        self.toggled.connect(self._toggled)
        run.overtaken.connect(self.stop)
        run.state_changed.connect(self.refresh)
        run.copies.planned.connect(self.refresh)
        self.refresh()

    @property
    def working(self) -> bool:
        """Whether photos may still be looked at and copied: for a while also after `stop`."""
        return bool(self._alive)

    def permit(self, *, permitted: bool) -> None:
        """Whether it may go on at all: prices are worked out on the worker that it would keep to itself."""
        self._permitted = permitted
        if not permitted:
            self.stop()
        self.refresh()

    def refresh(self) -> None:
        """Show what is so now."""
        run = self._run
        if run.busy and self._job is None:
            self._heard = None
        request = run.request
        free = (
            request is not None
            and request.terms is None
            and any(kind_of(one).can_be_watched for one in request.folders)
        )
        people = [person.folder_name for person in self._people()]
        self.setVisible(free and run.state is State.FINISHED and bool(people))
        waits = run.copies.waits_for_click and not self.isChecked()
        self.setEnabled(self._permitted and not waits)
        count = len(people)
        wording = ngettext("Keep {} up to date", "Keep {} folders up to date", count)
        self.setText(wording.format(words.as_written(people[0]) if count == 1 else words.number(count)))
        self.setToolTip(self._trouble or self._explanation(waits=waits))

    def _explanation(self, *, waits: bool) -> str:
        if not self._permitted:
            return _("Available only when faces are compared on this computer.")
        if waits:
            return _("Copy the photos that are waiting first.")
        return _("While this window is open, new photos are sorted and copied as they arrive.")

    def _people(self) -> list[Person]:
        results = self._run.results
        if results is None:
            return []
        found = (results.person(number) for number in range(len(results.names)))
        return [person for person in found if person is not None]

    def _toggled(self, checked: bool) -> None:
        if checked:
            self._start()
        else:
            self.stop()
        self.refresh()

    def _start(self) -> None:
        run = self._run
        session = run.session
        if run.request is None or run.results is None or session is None:
            return
        request = replace(run.request, threshold=run.results.threshold, dry_run=False)
        stopped = threading.Event()

        def steps() -> Iterator[Event]:
            return told(session.watch(request, self._jobs.executor, stopped))

        job = self._job = self._heard = self._jobs.select(steps, stopped=stopped)
        self._alive.add(job)
        job.reported.connect(partial(self._take, job))
        job.failed.connect(self.failed)
        job.finished.connect(partial(self._ended, job))

    def begin_anew(self) -> None:
        """Go on with the request as it is now, if it goes on."""
        if self._job is not None:
            self.stop()
            self.setChecked(True)

    def stop(self) -> None:
        """No more; what was copied stays."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._trouble = ""
        self.setChecked(False)

    def _take(self, job: Job, events: list[Event]) -> None:
        """What was done is shown, even if it is told only after `stop`; but not once it is being undone."""
        if job is not self._heard:
            return
        if job is self._job:
            pauses = [event for event in events if isinstance(event, RunPaused)]
            for event in pauses[-1:]:
                if event.reason != self._trouble:
                    self.failed.emit(UserError(event.reason))
            self._trouble = pauses[-1].reason if pauses else ""
        self._run.take_in(events)

    def _ended(self, job: Job) -> None:
        self._alive.discard(job)
        if job is self._job:
            self.stop()
