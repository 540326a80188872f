"""Asks whether somebody of a name that is known is another one, where the headshots do not show who is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.names import one_spelling
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.sort.drafts import Draft, Identity
from facesorter.ui.widgets.card import button
from facesorter.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from facesorter.app.namesakes import WhoItIs
    from facesorter.app.services import Services


class NamesakeQuestion(QWidget):
    """Two answers, shown while the draft that is followed needs one. `changed` when more is known of a draft."""

    changed = Signal()

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__()
        self._app, self._jobs = app, jobs
        self._draft: Draft | None = None
        self.another, self.same = button(_("Another person"), "link"), button(_("The same person"), "link")
        self.another.clicked.connect(self._is_another)
        self.same.clicked.connect(self._is_same)
        flow = FlowLayout(self, 12, 2)
        for one in (self.another, self.same):
            flow.addWidget(one)
        self.hide()

    def follow(self, drafts: Sequence[Draft], current: Draft) -> None:
        """Find out of those of whom something else is known now, and ask about the current one if that is needed."""
        for draft in drafts:
            self._look_up(draft)
        self._draft = current
        self.setVisible(current.identity is Identity.ANOTHER)

    def _look_up(self, draft: Draft) -> None:
        name, shots = one_spelling(draft.name), tuple((shot.path, shot.chosen) for shot in draft.usable)
        ready = bool(name and shots) and not draft.is_pending
        wanted = (name, shots) if ready else ()
        if draft.looked_up == wanted:
            return
        draft.looked_up = wanted
        draft.identity = Identity.LOOKING if ready else Identity.CLEAR
        if not ready:
            return

        def look() -> WhoItIs:
            from facesorter.pipeline.enrol import Headshot, PersonRequest

            return self._app.namesakes.who_is(PersonRequest(name, tuple(Headshot(*shot) for shot in shots)))

        def keep(found: WhoItIs) -> None:
            if draft.looked_up != wanted:
                return
            draft.free_name = found.free
            if found.name is not None and found.name != name and one_spelling(found.name) != name:
                self._call(draft, found.name)  # of several of that name it is this one
            draft.identity = Identity.ANOTHER if found.name is None else Identity.CLEAR
            self.changed.emit()

        def give_up(_error: BaseException) -> None:
            """What is wrong with the name or the pictures is said elsewhere."""
            if draft.looked_up == wanted:
                draft.identity = Identity.CLEAR
                self.changed.emit()

        self._jobs.look(look, keep).failed.connect(give_up)

    def _call(self, draft: Draft, name: str) -> None:
        draft.name, draft.is_named = name, True
        draft.looked_up = (one_spelling(name), *draft.looked_up[1:])

    def _is_another(self) -> None:
        draft = self._draft
        if draft is not None and draft.identity is Identity.ANOTHER:
            self._call(draft, draft.free_name)
            draft.identity = Identity.CLEAR
            self.changed.emit()

    def _is_same(self) -> None:
        if self._draft is not None and self._draft.identity is Identity.ANOTHER:
            self._draft.identity = Identity.SAME
            self.changed.emit()
