"""The button that leads to what is left to check of everybody, and the count of it."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services

LONG_SECONDS = 3
"""A count that takes longer is not repeated before 20 times as long has passed."""


class CheckEverybody(QObject):
    """`button` is shown while something is left; `asked` carries of whom (`Unfinished`)."""

    asked = Signal(list)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._jobs = app, jobs
        self._left: list[Unfinished] = []
        self._counting: Job | None = None
        self._count_again = 0.0
        self.button = button("", "", _("Shows what all searches left to check, of everybody you know"))
        self.button.setToolTip(self.button.accessibleDescription())
        self.button.clicked.connect(self._ask)
        self.button.hide()

    def count(self) -> None:
        """Work out, from the catalog alone, how much is left to check; where that takes long, not at every visit."""
        if self._counting is not None and not self._counting.done and not self._counting.error:
            self._counting.cancel()
        elif monotonic() < self._count_again:
            return

        def steps() -> Iterator[list[Unfinished]]:
            began = monotonic()
            found = self._app.left_of_everybody(self._app.settings.threshold)
            spent = monotonic() - began
            self._count_again = monotonic() + (20 * spent if spent > LONG_SECONDS else 0)
            yield found

        self._counting = self._jobs.run(steps)
        self._counting.reported.connect(self._show)
        self._counting.failed.connect(self.failed)

    def _show(self, found: list[list[Unfinished]]) -> None:
        self._left = found[-1]
        photos = sum(one.photos for one in self._left)
        self.button.setText(ngettext("Check {} photo", "Check {} photos", photos).format(whole(photos)))
        self.button.setVisible(bool(photos))

    def _ask(self) -> None:
        self.asked.emit(self._left)
