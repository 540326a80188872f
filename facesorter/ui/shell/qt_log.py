"""Qt's own messages go to the log, where somebody can find them: without a terminal they would be lost."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.DEBUG,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_qt_messages() -> None:
    """Write down whatever Qt says from now on, until `stop_logging_qt_messages`."""
    qInstallMessageHandler(_write_down)


def stop_logging_qt_messages() -> None:
    """Let Qt write to the terminal again: what it says at the very end, nobody is left to hear."""
    qInstallMessageHandler(None)


def _write_down(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    category = context.category or "default"
    log.log(_LEVELS.get(kind, logging.WARNING), "Qt (%s): %s", category, message)
