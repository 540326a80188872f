"""Offers to go on with what earlier searches left to check: a button for each of the last people, with their number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services


class ContinueChecking(QWidget):
    """Looks back once the program is there; `asked` carries those that the user wants to go on with (`Unfinished`)."""

    asked = Signal(list)

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.hide()

    def look(self) -> None:
        """Work out on a worker what is left, from the catalog alone."""

        def steps() -> Iterator[list[Unfinished]]:
            yield self._app.unfinished(self._app.settings.threshold)

        self._jobs.run(steps).reported.connect(self._show)

    def _show(self, found: list[list[Unfinished]]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for one in found[-1]:
            text = _("Continue checking {name} ({count})").format(
                name=words.as_written(one.person.name), count=words.number(one.photos)
            )
            press = button(text)
            press.setAccessibleDescription(_("Shows what earlier searches left to check; nothing is searched for that"))
            press.clicked.connect(partial(self.asked.emit, [one]))
            self._lines.addWidget(press, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setVisible(bool(found[-1]))
