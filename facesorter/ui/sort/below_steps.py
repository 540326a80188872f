"""What stands below the steps of the Sort page: a welcome until there are results, then what becomes of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.welcome import Welcome

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.ui.review.outcome import Outcome


class BelowSteps(QWidget):
    """`outcome` is None until the first run, and after its results were closed.

    `made` carries the outcome when it has been made, which is once, for its signals to be connected.
    """

    made = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, welcome: Welcome) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._theme = theme
        self._welcome = welcome
        self._prepared: Outcome | None = None
        self.outcome: Outcome | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(welcome)

    def hasHeightForWidth(self) -> bool:
        """It takes what is left: a layout takes the height that results would like for the least they can do with."""
        return False

    def prepare(self) -> Outcome:
        """Make what the first run is shown by, between the window and that run: it would hold up either."""
        if self._prepared is None:
            from facesorter.ui.review.outcome import Outcome

            self._prepared = Outcome(self._app, self._jobs, self._theme)
            self._stack.addWidget(self._prepared)
            self.made.emit(self._prepared)
        return self._prepared

    def show_outcome(self) -> Outcome:
        """In place of the welcome."""
        if self.outcome is None:
            self.outcome = self.prepare()
            self.outcome.review.slider.show_threshold(self._app.settings.threshold)
            self._stack.removeWidget(self._welcome)
            self._welcome.hide()
        return self.outcome

    def close_results(self) -> None:
        """Show the welcome again, and nothing of the last run any more."""
        if self.outcome is not None:
            self.outcome.close_results()
            self.outcome = None
            self._stack.addWidget(self._welcome)
            self._stack.setCurrentWidget(self._welcome)
