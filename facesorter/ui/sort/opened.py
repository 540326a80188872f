"""What FaceSorter was opened with: pictures are headshots, folders are searched; what comes during a run waits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.sort.where_card import WhereCard
from facesorter.ui.sort.who_card import WhoCard
from facesorter.ui.widgets.drops import Dropped, named, sort_out


class Opened(QObject):
    """Hands paths to the two cards. `waits` carries what happened, and when it will go on."""

    waits = Signal(str, str)

    def __init__(self, who: WhoCard, where: WhereCard, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._who = who
        self._where = where
        self._jobs = jobs
        self._waiting: list[str] = []

    def begin_with(self, paths: Sequence[str]) -> None:
        """Existing pictures instead of the people of last time, existing folders instead of its folders.

        A worker looks which is which: a share that is gone would hold up the window before it is there.
        """

        def take(folders: list[str]) -> None:
            pictures = [path for path in paths if path not in folders]
            if pictures:
                self._who.choose_only(pictures)
            if folders:
                self._where.choose_only(folders)

        if paths:
            self._jobs.look(lambda: [path for path in paths if os.path.isdir(path)], take)

    def take(self, paths: list[str], *, busy: bool) -> None:
        """These, too; while a run goes on they are kept for `take_waiting`."""
        if busy:
            self._waiting += paths
            self.waits.emit(
                _("Also opened with FaceSorter: {}").format(named(paths)),
                _("This will be added when the search has finished."),
            )
        elif paths:
            self._jobs.look(lambda: sort_out(paths), self._share)

    def take_waiting(self) -> None:
        """The run has ended."""
        waiting, self._waiting = self._waiting, []
        self.take(waiting, busy=False)

    def _share(self, found: Dropped) -> None:
        if found.pictures:
            self._who.open(found.pictures)
        self._where.take(replace(found, pictures=[]))
