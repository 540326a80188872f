"""What a run does to the desktop around the window: no sleep meanwhile, progress by the icon, a notice at the end."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from facesorter.desktop.awake import Awake
from facesorter.desktop.notices import notify
from facesorter.desktop.taskbar import TaskbarProgress, progress_beside_icon
from facesorter.domain.messages import gettext as _
from facesorter.ui.review.outcome import Outcome
from facesorter.ui.review.run_state import State

LONG_SECONDS = 20
"""A run that took longer may have been left alone; its end is worth a notice, if nobody looks at the window."""


class RunManners(QObject):
    """Follows the runs of one `Outcome` for the window that shows it."""

    def __init__(self, outcome: Outcome, window: QWidget) -> None:
        super().__init__(window)
        self._outcome = outcome
        self._run = outcome.run
        self._window = window
        self._awake: Awake | None = None
        self._progress: TaskbarProgress | None = None
        self._percent: int | None = None
        self._state = State.READY
        self._began = 0.0
        self._tray: QSystemTrayIcon | None = None
        self._run.state_changed.connect(self._state_changed)
        self._run.progressed.connect(self._progressed)
        self._run.restored.connect(self._restored)

    @property
    def _works(self) -> bool:
        return self._run.state in (State.RUNNING, State.STOPPING) or self._run.copies.changing

    def _state_changed(self) -> None:
        before, self._state = self._state, self._run.state
        if self._works and self._awake is None:
            self._awake = Awake(_("Photos are being searched or copied."))
        elif not self._works and self._awake is not None:
            self._awake.end()
            self._awake = None
        if self._state is before:
            return
        if self._state is State.RUNNING and before is not State.PAUSED:
            self._began = time.monotonic()
        waits = self._state is State.PAUSED and bool(self._run.progress.pause_reason)
        if waits or self._run.over:
            self._tell()
        self._progressed()

    def _restored(self) -> None:
        """How an earlier run ended was told then."""
        self._state = self._run.state

    def _progressed(self) -> None:
        """Show a whole percentage, and only when it is another one."""
        running = self._state in (State.RUNNING, State.PAUSED, State.STOPPING)
        percent = min(100, 100 * self._run.done // max(1, self._run.progress.total)) if running else None
        if percent == self._percent:
            return
        self._percent = percent
        if self._progress is None and percent is not None:
            self._progress = progress_beside_icon(int(self._window.winId()))
        if self._progress is not None:
            self._progress.show(percent)
        elif sys.platform == "darwin":
            QGuiApplication.setBadgeNumber(percent or 0)
        if percent is None and self._progress is not None:
            self._progress.close()
            self._progress = None

    def _tell(self) -> None:
        """Tell whoever does something else meanwhile that the run has ended, or waits for them."""
        if self._window.isActiveWindow() or time.monotonic() - self._began < LONG_SECONDS:
            return
        QApplication.alert(self._window)
        title = _("FaceSorter is waiting for you.") if self._state is State.PAUSED else _("The search has ended.")
        self.show_notice(title, self._outcome.told())

    def show_notice(self, title: str, text: str) -> None:
        """By the system's own notices."""
        if sys.platform == "linux":
            notify(title, text)
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.messageClicked.connect(self._window.activateWindow)
        self._tray.show()
        self._tray.showMessage(title, text, self._window.windowIcon())

    def end(self) -> None:
        """The window goes: let go of everything."""
        if self._awake is not None:
            self._awake.end()
        if self._progress is not None:
            self._progress.close()
