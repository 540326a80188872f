"""Where log lines go: a rotating file in the profile, the terminal, and a report where something crashed.

Libraries are heard from WARNING on: botocore's DEBUG lines hold session tokens, signatures and the pictures themselves,
and its INFO lines, such as where it found credentials, mean nothing to whoever reads what happens to their photos.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TextIO

from facesorter.domain.messages import gettext as _
from facesorter.logs.crashes import CrashReporter
from facesorter.logs.redaction import redacted

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("botocore", "boto3", "urllib3", "s3transfer", "PIL")

log = logging.getLogger("facesorter")


class _Redacting(logging.Formatter):
    """Lets nothing secret through, whoever logged it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Calm(_Redacting):
    """Leaves tracebacks to the file."""

    def formatException(self, ei: object) -> str:  # noqa: N802
        del ei
        return _("The details are in the log.")

    def format(self, record: logging.LogRecord) -> str:
        # The file's handler keeps the whole traceback in `exc_text`, where any later formatter would find it.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept


def start(file: Path, *, terminal: int | None = logging.WARNING, level: int = logging.INFO) -> None:
    """Log to `file` (5 files of 1 MB) from `level` on, and to the terminal's error stream from `terminal` on.

    Reports of crashes go into the folder above. Where neither can be written, the terminal is told.
    """
    logging.raiseExceptions = False  # a full disk is reported once, not with a traceback at every line
    root = logging.getLogger()
    if terminal is not None:
        stream = logging.StreamHandler(sys.stderr)
        stream.setFormatter(_Calm("%(levelname)s: %(message)s"))
        stream.setLevel(terminal)
        root.addHandler(stream)
    try:
        for folder in (file.parent.parent, file.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        rotating = logging.handlers.RotatingFileHandler(
            file, maxBytes=1_000_000, backupCount=4, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as error:
        log.warning("No log is written: %s", error)
    else:
        rotating.setFormatter(_Redacting(FORMAT))
        rotating.setLevel(level)
        root.addHandler(rotating)
        root.addHandler(CrashReporter(file.parent.parent, _Redacting(FORMAT)))
    root.setLevel(min(level, logging.INFO if terminal is None else terminal))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def crash_report() -> Path | None:
    """The report of what crashed last."""
    reporters = (handler for handler in logging.getLogger().handlers if isinstance(handler, CrashReporter))
    return next((reporter.last_report for reporter in reporters), None)


def stop() -> None:
    """Write no file any more, so that all of them can be deleted."""
    root = logging.getLogger()
    for handler in root.handlers.copy():
        if isinstance(handler, logging.FileHandler | CrashReporter):
            root.removeHandler(handler)
            handler.close()
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        faulthandler.disable()


def catch_crashes() -> None:
    """Send what nobody caught, on any thread, to the log; a crash of the interpreter itself to the error stream.

    Where there is no such stream (a program with a window only), it goes to `faults.txt` beside the log. The hooks
    run on the thread that failed, so they only log.
    """
    if not faulthandler.is_enabled():
        stream = sys.stderr or _faults_file()
        if stream is not None:  # pyright: ignore[reportUnnecessaryComparison]
            faulthandler.enable(stream)

    def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("Something went wrong that should not have.", exc_info=(kind, error, trace))

    def log_thread_crash(crash: threading.ExceptHookArgs) -> None:
        if crash.exc_value is not None:
            log_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)

    sys.excepthook = log_crash
    threading.excepthook = log_thread_crash


def _faults_file() -> TextIO | None:
    files = [handler for handler in logging.getLogger().handlers if isinstance(handler, logging.FileHandler)]
    return Path(files[0].baseFilename).with_name("faults.txt").open("a", encoding="utf-8") if files else None
