"""Starts the window: the one place of the user interface that builds things."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QObject, QSocketNotifier, Qt, QTimer, QTranslator
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from facesorter.domain import messages
from facesorter.domain.errors import StorageUnavailable, UserError
from facesorter.domain.messages import gettext as _
from facesorter.paths import AppPaths, resource
from facesorter.ui.shell.in_steps import import_places, take_steps
from facesorter.ui.shell.interpreter import be_brief
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.late_app import LateApp
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.qt_log import log_qt_messages, stop_logging_qt_messages
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.theme import STYLE, Theme

if TYPE_CHECKING:
    from facesorter.app.services import Services

log = logging.getLogger(__name__)


def run_window(
    paths: AppPaths | None = None,
    opened: Sequence[str] = (),
    begin: Callable[[MainWindow], object] | None = None,
) -> int:
    """Show the window until it is closed; the exit code. `opened` are folders and headshots, chosen in it or
    in one that is open already.

    `begin` is called with the window once it is shown.
    """
    paths = AppPaths.default() if paths is None else paths
    application = QApplication([*sys.argv[:1], *STYLE])
    application.setApplicationName("FaceSorter")
    application.setDesktopFileName("io.github.facesorter.FaceSorter")
    late = LateApp(paths)
    _translate(application, late.settings.languages)
    app = cast("Services", late)
    relay = LogRelay()
    logging.getLogger().addHandler(relay)
    jobs = Jobs()
    window = MainWindow(app, jobs, Theme(application, late.settings.look), relay)
    opening = _Opening(application, window, paths, opened)
    window.sort.opened.begin_with(opened)
    window.show()

    def open_app() -> Iterator[None]:
        start_logging(paths)
        late.build()
        log.info("FaceSorter is ready.")
        # Read in here, where nobody waits for it: the first run needs it, and the window's thread would be held up.
        importlib.import_module("facesorter.ui.review.outcome")
        yield None

    def furnish() -> None:
        """What may come after the window."""
        be_brief(application)
        application.setWindowIcon(QIcon(str(resource("icons/facesorter.svg"))))
        close_on_signals(application)
        job = jobs.write(open_app)
        job.reported.connect(opening.listen)
        job.failed.connect(opening.refuse)
        if begin is not None:
            begin(window)

    QTimer.singleShot(0, furnish)
    code = application.exec() or opening.exit_code
    application.processEvents()  # the window leaves the screen before anybody waits for what is still to be written
    stopped = jobs.quit()
    stop_logging_qt_messages()
    logging.getLogger().removeHandler(relay)
    if not stopped:
        # A worker is held by something that cannot be interrupted, such as a network drive that went away. What it
        # was about to do is in the journal, and the next start makes it good.
        log.warning("Something could not be stopped; leaving all the same.")
        logging.shutdown()
        os._exit(code)
    late.close()
    return code


class _Opening(QObject):
    """What follows from having the profile, or from not having it."""

    def __init__(self, application: QApplication, window: MainWindow, paths: AppPaths, opened: Sequence[str]) -> None:
        super().__init__(window)
        self._opened = opened
        application.installEventFilter(self)
        self._application = application
        self._window = window
        self._paths = paths
        self.exit_code = 0

    def listen(self) -> None:
        """The profile is ours: later starts call this window, and a run can begin."""
        from facesorter.ui.shell.first_window import FirstWindow

        first = FirstWindow(self._paths.profile, self)
        first.called.connect(self._come_forward)
        self._application.aboutToQuit.connect(first.close)
        from facesorter.ui.shell.run_manners import RunManners

        manners = RunManners(self._window.sort.prepare(), self._window)
        self._application.aboutToQuit.connect(manners.end)
        self._window.sort.continuing.look()
        take_steps(import_places(), self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """macOS gives a program what was opened with it, or dropped onto its icon, by events."""
        if event.type() != QEvent.Type.FileOpen:
            return False
        self._take([cast("QFileOpenEvent", event).file()])
        return True

    def _come_forward(self, opened: list[str]) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()
        if opened:
            self._take(opened)

    def _take(self, opened: list[str]) -> None:
        self._window.go_to(Route.SORT)
        self._window.sort.take_opened(opened)

    def refuse(self, error: BaseException) -> None:
        """Leave it to the window that has the profile; without one, say why FaceSorter cannot start, and end."""
        from PySide6.QtWidgets import QMessageBox

        from facesorter.ui.shell.first_window import call_first_window

        self._window.forget()
        if isinstance(error, StorageUnavailable) and call_first_window(self._paths.profile, self._opened):
            self._window.close()
            return
        self.exit_code = error.exit_code if isinstance(error, UserError) else 1
        what = error.what_happened if isinstance(error, UserError) else _("FaceSorter could not start.")
        box = QMessageBox(QMessageBox.Icon.Information, "FaceSorter", what, parent=self._window)
        box.setInformativeText(error.what_to_do if isinstance(error, UserError) else str(error))
        box.exec()
        self._window.close()


def _translate(application: QApplication, languages: Sequence[str] | None) -> None:
    """Speak the language of the settings, or else the system's; numbers and dates follow it."""
    if languages is None:
        languages = [code.replace("-", "_") for code in QLocale().uiLanguages()]
    elif QLocale().name().split("_")[0] != languages[0]:  # a country's own form of the same language stays
        QLocale.setDefault(QLocale(languages[0]))
    messages.speak(languages, resource("locale"))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(messages.language()), "qtbase", "_", folder):
        application.installTranslator(translator)


def start_logging(paths: AppPaths) -> None:
    """Log to the file and the terminal from now on, crashes too. Raises as `require_plain_files`."""
    from facesorter import logs

    paths.require_plain_files()
    logs.start(paths.log, terminal=logging.INFO)
    logs.catch_crashes()
    log_qt_messages()


def close_on_signals(application: QApplication) -> None:
    """Close the window properly on Ctrl+C and on a polite kill.

    Python's own handlers would wait for the event loop to end, so the signals arrive as bytes in a socket.
    """
    import signal
    import socket

    reading, writing = socket.socketpair()
    writing.setblocking(False)  # noqa: FBT003 - the socket module has no other way to say it
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(application.closeAllWindows)
    notifier.setProperty("sockets", (reading, writing))
