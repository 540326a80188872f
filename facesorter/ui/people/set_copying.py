"""Copies the photos of a set of people into a folder of its own, as `PhotosWithAnnaAndBen`, and keeps it up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CopyFailed, CopyTakenBack, PhotoCopied, RunPaused
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.places import below, kind_of
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.sets import PeopleSet
    from facesorter.domain.planning import CopyPlan


class SetCopying(QPushButton):
    """A link that says what a click does: copy them, bring the folder up to date, open it, or stop copying.

    `done` carries a sentence, what to do about it, and a button's text with its action; `failed` what ended it.
    """

    done = Signal(str, str, object)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._app, self._jobs, self._busy = app, jobs, busy
        self._wanted: PeopleSet | None = None
        self._plan: CopyPlan | None = None
        self._job: Job | None = None
        self._ended: list[Any] = []
        self.setProperty("kind", "link")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._act)
        self.be_about(None)

    def be_about(self, wanted: PeopleSet | None) -> None:
        """Offer to copy the photos of this set; nothing without one."""
        self._wanted, self._plan = wanted, None
        self._refresh()
        if wanted is None:
            return

        def plan() -> CopyPlan | None:
            try:
                return self._app.albums.plan_set(wanted)
            except WrongUse:
                return None  # it is told once it is asked for

        def keep(found: CopyPlan | None) -> None:
            if wanted is self._wanted:
                self._plan = found
                self._refresh()

        self._jobs.look(plan, keep).failed.connect(self.failed)

    @property
    def _folder(self) -> str:
        return "" if self._wanted is None else self._wanted.folder_name

    @property
    def _up_to_date(self) -> bool:
        plan = self._plan
        return plan is not None and bool(plan.standing) and not plan.to_copy and not plan.to_take_back

    def _refresh(self) -> None:
        if self._job is None:
            self.setVisible(self._wanted is not None)
            self.setText(words.as_written(self._offer()))
            self.setToolTip("" if words.in_a_sentence(self._folder) == self._folder else self._folder)

    def _offer(self) -> str:
        plan, folder = self._plan, words.in_a_sentence(self._folder)
        if self._up_to_date:
            return _("{folder} is up to date").format(folder=folder)
        if plan is None or not (plan.standing or plan.to_take_back):
            return _("Copy them to {folder}").format(folder=folder)
        more, less = len(plan.to_copy), len(plan.to_take_back)
        figures = {"folder": folder, "more": words.number(more), "less": words.number(less)}
        if not less:
            return _("{folder}: copy {more} more").format(**figures)
        if not more:
            return _("{folder}: take back {less}").format(**figures)
        return _("{folder}: copy {more} more, take back {less}").format(**figures)

    def _act(self) -> None:
        if self._job is not None:
            self._job.cancel()
        elif self._up_to_date:
            self._open(self._folder)
        elif self._wanted is not None:
            self._copy(self._wanted)

    def _open(self, name: str) -> None:
        folder = below(self._app.settings.destination_folder, name)
        if kind_of(folder).has_files:
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _copy(self, wanted: PeopleSet) -> None:
        if self._busy():
            self.failed.emit(
                WrongUse(_("Photos are being searched just now."), _("Wait until it has ended, or stop it."))
            )
            return
        self._ended = []
        self._job = self._jobs.select(
            lambda: self._app.albums.copy_set(wanted), waits_after=lambda event: isinstance(event, RunPaused)
        )
        self._job.reported.connect(self._take)
        self._job.failed.connect(self.failed)
        self._job.finished.connect(partial(self._finish, wanted))
        self.setText(_("Copying… Stop"))

    def _take(self, events: list[Any]) -> None:
        self._ended += events
        copied = sum(isinstance(event, PhotoCopied) for event in self._ended)
        self.setText(_("{photos} copied. Stop").format(photos=words.photos(copied)))
        if self._job is not None and any(isinstance(event, RunPaused) for event in events):
            self._job.cancel()  # the disk is full: a click goes on once there is room

    def _finish(self, wanted: PeopleSet) -> None:
        job, self._job = self._job, None
        if job is not None and job.error is None:
            self._tell(wanted.folder_name, self._ended)
        self.be_about(self._wanted)

    def _tell(self, folder: str, events: Sequence[Any]) -> None:
        copied = sum(isinstance(event, PhotoCopied) for event in events)
        gone = sum(isinstance(event, CopyTakenBack) for event in events)
        sentence = ngettext(
            "{count} photo was copied to {folder}.", "{count} photos were copied to {folder}.", copied
        ).format(count=words.number(copied), folder=folder)
        more: list[str] = []
        if gone:
            more.append(
                ngettext("{} copy was taken back.", "{} copies were taken back.", gone).format(words.number(gone))
            )
        more += [event.reason for event in events if isinstance(event, RunPaused)]
        failed = [event for event in events if isinstance(event, CopyFailed)]
        more += [f"{words.file_name(event.photo.path)}: {event.reason}" for event in failed[:3]]
        self.done.emit(sentence, " ".join(more), (_("Open folder"), partial(self._open, folder)))
