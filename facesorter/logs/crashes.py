"""Reports of what went wrong that should not have, for the user to read and to send if they like.

They are written by a handler of the log, as every front end and every thread logs what it did not expect. No full
path is in them: folders tell whose photos they are.
"""

from __future__ import annotations

import logging
import os
import platform
import re
import sys
import traceback
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path

from facesorter import __version__
from facesorter.domain.errors import UserError
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.logs.redaction import redacted

LAST_LINES = 40
MOST_REPORTS = 5
"""Reports of one program: what goes wrong again and again need not be told each time."""

_PACKAGES = ("onnxruntime", "numpy", "pillow", "pillow-heif", "rawpy", "PySide6-Essentials", "boto3")
_INTRODUCTION = N_(
    """\
FaceSorter met something that it was not made for. This report was not sent anywhere: read it, and send it to those
who look after FaceSorter if you want it mended. It holds no picture, no face and no full path.
"""
)
_PATH_BEGINS = re.compile(r"(?:^|(?<=[\s'\"“(\[=,]))(?=/[^\s/]|~[/\\]|[A-Za-z]:[/\\]|\\\\|s3://|file://)")


class CrashReporter(logging.Handler):
    """Remembers the last lines, and writes a report into `folder` for each error that comes with an exception."""

    def __init__(self, folder: Path, formatter: logging.Formatter) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(formatter)
        self.last_report: Path | None = None
        self._folder = folder
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._left = MOST_REPORTS

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the line, or write a report."""
        self._lines.append(self.format(record).splitlines()[0])
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno < logging.ERROR or error is None or isinstance(error, UserError) or not self._left:
            return
        self._left -= 1
        file = self._folder / f"crash-{datetime.now():%Y%m%d-%H%M%S}.txt"
        try:
            with file.open("x", encoding="utf-8", errors="backslashreplace") as report:
                report.write(_report(error, self._lines))
        except OSError:
            return  # the log has it all the same; a second report within a second would say the same
        self.last_report = file


def without_paths(text: str) -> str:
    """The text with every full path cut to its last part, as `<path>/photo.jpg`; so is what looks like one."""
    return "\n".join(_line_without_paths(line) for line in text.splitlines())


def _line_without_paths(line: str) -> str:
    home = os.path.expanduser("~")
    if len(home) > 1:  # not the root of everything
        line = line.replace(home, "~/~")
    begin, *paths = _PATH_BEGINS.split(line)
    # Blanks may be part of a path: whatever comes before a last separator is taken for its folders.
    return begin + "".join(re.sub(r".*[/\\]", "<path>/", path) for path in paths)


def _report(error: BaseException, lines: deque[str]) -> str:
    trace = "".join(traceback.format_exception(error))
    parts = [
        _(_INTRODUCTION),
        ", ".join((f"FaceSorter {__version__}", f"Python {platform.python_version()}", platform.platform())),
        ", ".join(_versions()),
        "",
        without_paths(re.sub(r'^(\W*File ")(.*)(", line)', _shorter_frame, trace, flags=re.MULTILINE)),
        "",
        "Before that:",
        *map(without_paths, lines),
        "",
    ]
    return redacted("\n".join(parts))


def _shorter_frame(found: re.Match[str]) -> str:
    """Code is named from the folder it is imported from, as `facesorter/pipeline/sort.py`."""
    file = found[2]
    roots = sorted((root for root in sys.path if root and file.startswith(root)), key=len)
    return found[1] + (file[len(roots[-1]) :].lstrip("/\\") if roots else Path(file).name) + found[3]


def _versions() -> Iterator[str]:
    for name in _PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"no {name}"
