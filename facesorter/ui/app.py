"""Starts the window: the one place of the user interface that builds things."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys

from PySide6.QtCore import QLibraryInfo, QLocale, QSocketNotifier, QTranslator
from PySide6.QtWidgets import QApplication

from facesorter import logs
from facesorter.bootstrap import Workshop
from facesorter.domain.errors import UserError
from facesorter.paths import AppPaths, resource
from facesorter.ui.jobs import Jobs
from facesorter.ui.log_pane import LogRelay
from facesorter.ui.main_window import MainWindow
from facesorter.ui.theme import Theme

log = logging.getLogger(__name__)


def run_window(paths: AppPaths | None = None) -> int:
    """Show the window until it is closed; the exit code."""
    paths = AppPaths.default() if paths is None else paths
    application = QApplication(sys.argv[:1])
    application.setApplicationName("FaceSorter")
    application.setDesktopFileName("facesorter")
    _translate(application)
    workshop = Workshop(paths)
    theme = Theme(application, workshop.settings.look)
    try:
        workshop.open()
        logs.start(paths.log, terminal=logging.INFO)
    except UserError as error:
        return _refuse(error)
    logs.catch_crashes()
    relay = LogRelay()
    logging.getLogger().addHandler(relay)
    jobs = Jobs()
    window = MainWindow(workshop, jobs, theme, relay)
    notifier = _quit_on_signals(application)
    window.show()
    code = application.exec()
    notifier.setEnabled(False)
    stopped = jobs.quit()
    logging.getLogger().removeHandler(relay)
    if not stopped:
        # A worker is held by something that cannot be interrupted, such as a network drive that went away. What it
        # was about to do is in the journal, and the next start makes it good.
        log.warning("Something could not be stopped; leaving all the same.")
        logging.shutdown()
        os._exit(code)
    workshop.close()
    return code


def _translate(application: QApplication) -> None:
    """Speak the user's language where there is a translation."""
    shipped = str(resource("translations"))
    for name, folder in (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("facesorter", shipped),
    ):
        translator = QTranslator(application)
        if translator.load(QLocale(), name, "_", folder):
            application.installTranslator(translator)


def _refuse(error: UserError) -> int:
    """Say why the window cannot open."""
    from PySide6.QtWidgets import QMessageBox

    log.warning("%s", error)
    box = QMessageBox(QMessageBox.Icon.Information, "FaceSorter", error.what_happened)
    box.setInformativeText(error.what_to_do)
    box.exec()
    return error.exit_code


def _quit_on_signals(application: QApplication) -> QSocketNotifier:
    """Close the window properly on Ctrl+C and on a polite kill.

    Python's own handlers would wait for the event loop to end, so the signals arrive as bytes in a socket.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)  # noqa: FBT003 - the socket module has no other way to say it
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(application.closeAllWindows)
    notifier.setProperty("sockets", (reading, writing))
    return notifier
