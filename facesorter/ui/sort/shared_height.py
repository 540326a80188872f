"""How the height of the Sort page is shared out between the steps, the results and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from facesorter.ui.shell.log_pane import LogPane
from facesorter.ui.sort.search_form import SearchForm

if TYPE_CHECKING:
    from facesorter.ui.review.outcome import Outcome

LINES_WITH_LOG = 28
"""A page of fewer lines of its font shows results without the log."""

SHORT_PX = 680
"""In a page lower than this the log shows one line."""


class SharedHeight(QObject):
    """Once a run has begun, it gets the height: the steps are a line, and in a low window the log is left out.

    Not if something is to be done in one of the steps, or the user has opened them; a look back needs none of them. A
    photo in the large view has the whole of it.
    """

    def __init__(self, form: SearchForm, log: LogPane, page: QWidget) -> None:
        super().__init__(page)
        self._form = form
        self._log = log
        self._page = page
        self._outcome: Outcome | None = None
        self._steps_wanted = False
        form.steps.opened.connect(self._open_steps)
        form.steps.folded.connect(self._fold_steps)

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
        roomy = page.height() // page.fontMetrics().lineSpacing() >= LINES_WITH_LOG
        self._log.be_short(short=page.height() < SHORT_PX)
        self._log.setVisible(not large and (roomy or outcome is None))

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
