"""What the window shows under People: everybody, or one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from facesorter.domain.changes import Change
from facesorter.domain.models import Person
from facesorter.ui.people.people_page import PeoplePage
from facesorter.ui.people.person_page import PersonPage
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme

if TYPE_CHECKING:
    from facesorter.app.services import Services


class PeoplePlace(QStackedWidget):
    """A click on somebody leads to their page, and from there back to everybody.

    `busy` says whether photos are searched elsewhere in the window. `check_asked` carries of whom photos are left to
    check (`Unfinished`), `sort_asked` says that somebody is to be found by a headshot.
    """

    check_asked = Signal(list)
    sort_asked = Signal()

    def __init__(
        self, app: Services, jobs: Jobs, theme: Theme, busy: Callable[[], bool], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.everybody = PeoplePage(app, jobs, theme, self)
        self.one = PersonPage(app, jobs, theme, lambda: busy() or self.everybody.scanning, self)
        self.addWidget(self.everybody)
        self.addWidget(self.one)
        self.everybody.opened.connect(self.open)
        self.everybody.asked_why.connect(self._ask_why)
        self.everybody.sort_asked.connect(self.sort_asked)
        self.one.left.connect(self.show_everybody)
        self.everybody.check.counted.connect(self.one.check.show_left)
        self._to_count = False
        self.one.later.seen.connect(self._count)
        for page in (self.everybody, self.one):
            page.check_asked.connect(self.check_asked)

    def open(self, person: Person, year: tuple[int | None] | None = None, other: str = "") -> None:
        """Show a person's page, with the photos of a year (None: without a date), or with somebody else, if told so."""
        self.everybody.check.rest()
        self.one.open(person, year, other)
        self._to_count = True
        self.setCurrentWidget(self.one)
        self.one.grid.setFocus()

    def _count(self) -> None:
        """What is left to check can wait until the photos are seen: both at once would take twice as long."""
        if self._to_count and not self.everybody.check.counts:
            self.everybody.check.count()
        self._to_count = False

    def _ask_why(self, person: Person, paths: list[str]) -> None:
        self.open(person)
        self.one.ask_why(paths)

    def follow(self, change: Change) -> None:
        """What was written elsewhere is shown at once, of everybody or of whoever is in view."""
        if self.everybody.isVisible():
            self.everybody.follow()
        elif self.one.isVisible():
            self.one.follow(change)
            self.everybody.check.count()

    def show_everybody(self) -> None:
        """Show who is known now."""
        self.everybody.load()
        self.setCurrentWidget(self.everybody)
