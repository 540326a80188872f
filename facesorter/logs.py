"""Where log lines go: a rotating file in the profile, and the terminal.

botocore is kept at INFO, because its DEBUG lines hold session tokens, signatures and the pictures themselves; should
somebody turn them on all the same, what is secret is taken out of each line.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import re
import sys
import threading
from pathlib import Path
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("botocore", "boto3", "urllib3", "s3transfer", "PIL")

log = logging.getLogger("facesorter")


_SECRETS = re.compile(
    r"(?P<kept>(?:secret|token|password|signature|credential)\w*['\"]?\s*[:=]\s*b?['\"]?)[^\s'\",&]{8,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"  # access keys of AWS
    r"|[A-Za-z0-9+/_\-]{200,}={0,2}"  # session tokens, and pictures in base64
    r"|(?:\\x[0-9a-f]{2}[^\\]{0,4}){20,}",  # pictures as Python shows bytes
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """The text without keys, tokens, signatures and pictures, whoever put them there."""
    return _SECRETS.sub(lambda found: f"{found['kept'] or ''}[...]", text)


class _Discreet(logging.Formatter):
    """Keeps secrets out of whatever is logged, tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Calm(_Discreet):
    """Leaves tracebacks to the file."""

    def formatException(self, ei: object) -> str:  # noqa: N802
        del ei
        return "The details are in the log."

    def format(self, record: logging.LogRecord) -> str:
        # The file's handler keeps the whole traceback in `exc_text`, where any later formatter would find it.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept


def start(file: Path, *, terminal: int | None = logging.WARNING, level: int = logging.INFO) -> None:
    """Log to `file` (5 files of 1 MB) from `level` on, and to the terminal's error stream from `terminal` on."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rotating = logging.handlers.RotatingFileHandler(
        file, maxBytes=1_000_000, backupCount=4, encoding="utf-8", errors="backslashreplace"
    )
    rotating.setFormatter(_Discreet(FORMAT))
    rotating.setLevel(level)
    handlers: list[logging.Handler] = [rotating]
    if terminal is not None:
        stream = logging.StreamHandler(sys.stderr)
        stream.setFormatter(_Calm("%(levelname)s: %(message)s"))
        stream.setLevel(terminal)
        handlers.append(stream)
    root = logging.getLogger()
    root.setLevel(min(handler.level for handler in handlers))
    for handler in handlers:
        root.addHandler(handler)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.INFO)


def stop() -> None:
    """Log to no file any more, so that it can be deleted."""
    root = logging.getLogger()
    for handler in root.handlers.copy():
        if isinstance(handler, logging.FileHandler):
            root.removeHandler(handler)
            handler.close()


def catch_crashes() -> None:
    """Send what nobody caught, on any thread, to the log; a crash of the interpreter itself to the error stream.

    Both hooks run on the thread that failed, so they only log.
    """
    if sys.stderr is not None and not faulthandler.is_enabled():  # pyright: ignore[reportUnnecessaryComparison]
        faulthandler.enable()

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
