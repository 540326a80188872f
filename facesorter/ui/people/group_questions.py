"""Finds out who the groups on the People page may be, once they are shown, and keeps what the user answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from facesorter.ui.people import suggested
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.suggestions import Answered, Suggestion
    from facesorter.domain.groups import UnknownGroup


class GroupQuestions(QObject):
    """One look at a time; what was found before an answer, or of groups that are not the last ones, is passed over.

    `found` carries the suggestions by the numbers of the groups, `changed` comes after an answer, `done` carries a
    sentence and what takes the answer back, `failed` what could not be done.
    """

    found = Signal(object)
    changed = Signal()
    done = Signal(str, object)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._jobs = app, jobs
        self._looking = False
        self._wanted: tuple[Sequence[UnknownGroup], Set[int]] | None = None
        """What is to be looked at next."""
        self._is_current = True

    def look(self, groups: Sequence[UnknownGroup], people: Set[int]) -> None:
        """Find out which of these people (ids) these groups may be."""
        self._wanted, self._is_current = (groups, people), False
        if not self._looking:
            self._go_on()

    def _go_on(self) -> None:
        self._looking = self._wanted is not None
        if self._wanted is None:
            return
        (groups, people), self._wanted, self._is_current = self._wanted, None, True

        def keep(suggestions: list[Suggestion]) -> None:
            if self._is_current:
                self.found.emit({one.group.number: one for one in suggestions if one.person.id in people})

        job = self._jobs.look(lambda: self._app.suggestions.of_groups(groups), keep)
        job.failed.connect(self.failed)
        job.finished.connect(self._go_on)

    def answer(self, asked: Suggestion, *, agrees: bool) -> None:
        """The group is the person it was suggested to be, or is not."""
        service = self._app.suggestions

        def tell(answered: Answered) -> None:
            self.done.emit(suggested.after(asked, agrees=agrees), partial(self._undo, answered))

        self._write(lambda: service.agree(asked) if agrees else service.refuse(asked), tell)

    def _undo(self, answered: Answered) -> None:
        self._write(lambda: self._app.suggestions.undo(answered), lambda _nothing: None)

    def _write(self, change: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self._is_current = False
        job = self._jobs.remember(change, then)
        job.failed.connect(self.failed)
        job.finished.connect(self.changed)
