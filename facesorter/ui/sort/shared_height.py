"""How the height of the Sort page is shared out between the steps, the results and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from facesorter.ui.shell.log_pane import LogPane
from facesorter.ui.sort.below_steps import BelowSteps
from facesorter.ui.sort.search_form import SearchForm

if TYPE_CHECKING:
    from facesorter.ui.review.outcome import Outcome

LINES_WITH_LOG = 28
"""A page of fewer lines of its font shows results without the log."""

SHORT_PX = 680
"""In a page lower than this the log shows one line."""


class SharedHeight(QObject):
    """Once a run has begun, it gets the height: the steps are a line, and in a low window the log is left out.

    Not if something is to be done in one of the steps, or the user has opened them; a look back needs none of them.
    Where it would not do for all of them, the steps have it. A photo in the large view has the whole of it.
    """

    def __init__(self, form: SearchForm, below: BelowSteps, log: LogPane, page: QWidget) -> None:
        super().__init__(page)
        self._form = form
        self._below = below
        self._log = log
        self._page = page
        self._outcome: Outcome | None = None
        self._steps_wanted = False
        form.steps.opened.connect(self._open_steps)
        form.steps.folded.connect(self._fold_steps)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Something on the page needs more room, or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().eventFilter(watched, event)

    def _make_room(self) -> None:
        """While the steps are being filled in, first the log and then the results give way to them."""
        steps, page, layout = self._form.steps, self._page, self._page.layout()
        beside = page.height() // page.fontMetrics().lineSpacing() >= LINES_WITH_LOG
        fits = True
        if layout is not None and self._outcome is not None and not (steps.isHidden() or steps.shrunk):
            room = page.contentsRect().marginsRemoved(layout.contentsMargins())
            needed = steps.height_in(room.width()) + layout.spacing() + self._below.minimumSizeHint().height()
            fits = needed <= room.height()
            beside &= needed + layout.spacing() + self._log.minimumSizeHint().height() <= room.height()
        self._below.setVisible(fits)
        large = self._outcome is not None and self._outcome.review.large.on
        self._log.setVisible(not large and (beside or self._outcome is None))

    def share(self, outcome: Outcome | None) -> None:
        """Between the steps and these results; None while there are none."""
        self._outcome = outcome
        steps, page = self._form.steps, self._page
        large = outcome is not None and outcome.review.large.on
        needs_steps = outcome is None or not (outcome.run.busy or outcome.looks_back)
        todo = needs_steps and self._form.needs_attention
        steps.setVisible(not large)
        shrunk = outcome is not None and not (todo or self._steps_wanted)
        steps.shrink(shrunk=shrunk, foldable=outcome is not None and not todo)
        self._log.be_short(short=page.height() < SHORT_PX)
        self._make_room()

    def forget_steps(self) -> None:
        """The user has opened the steps for what is over now: the next results get the height again."""
        self._steps_wanted = False

    def _open_steps(self) -> None:
        self._steps_wanted = True
        self.share(self._outcome)
        self._form.who.fields.name.setFocus()

    def _fold_steps(self) -> None:
        self._steps_wanted = False
        self.share(self._outcome)
        self._form.steps.summary.change.setFocus()
