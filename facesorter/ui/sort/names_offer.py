"""Tells that the chosen photos name people, and offers to look for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from facesorter.domain.messages import gettext as _
from facesorter.domain.places import kind_of
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button

if TYPE_CHECKING:
    from facesorter.app.services import Services


MOST_LETTERS = 18
"""A longer name is cut."""

MOST_TOLD = 12
"""So many names are in the tool tip."""


class NamesOffer(QObject):
    """A quick look into some of the photos, and `button`, which is shown once somebody is named there.

    `asked` when the user wants these names to be used.
    """

    asked = Signal()

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._jobs = jobs
        self._job: Job | None = None
        self.button = button(_("Use names in the photos…"), "link")
        self.button.setAccessibleDescription(_("Looks for these people by the photos that name them"))
        self.button.clicked.connect(self.asked)
        self.button.hide()

    def look(self, folders: Sequence[str], *, recursive: bool) -> None:
        """Look anew, into photos of these folders; into objects in S3, which cost money to read, not at all."""
        self.stop()
        self.button.hide()
        here = [folder for folder in folders if not kind_of(folder).costs_money]
        if here:
            job = self._job = self._jobs.run(lambda: self._app.names.peek(here, recursive=recursive))
            job.reported.connect(partial(self._take, job))
            job.finished.connect(partial(self._end, job))

    def stop(self) -> None:
        """Somebody is looked for now, and has the disks for themselves."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _take(self, job: Job, found: list[list[str]]) -> None:
        if job is self._job and found[-1]:
            self.button.setText(words.as_written(_sentence(found[-1])))
            self.button.setToolTip("\n".join(found[-1][:MOST_TOLD]))
            self.button.show()

    def _end(self, job: Job) -> None:
        if job is self._job:
            self._job = None


def _sentence(names: Sequence[str]) -> str:
    """Short, as it stands among other things: the first name, as far as there is room, and how many more there are."""
    first = names[0] if len(names[0]) <= MOST_LETTERS else names[0][: MOST_LETTERS - 1].rstrip() + "…"
    return _("Names in the photos: {}").format(first + (f" +{len(names) - 1}" if len(names) > 1 else ""))
