"""What every package of FaceSorter says of it, in one place; the version is that of the code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent

APP_ID = "io.github.facesorter.FaceSorter"
"""Names the desktop file, the icons and the AppStream metadata on Linux and the bundle on macOS."""

NAME = "FaceSorter"
SUMMARY = "Find the photos that show a person"
PUBLISHER = "The FaceSorter project"

MOST_UNPACKED_BYTES = 260_000_000
MOST_PACKED_BYTES = 100_000_000

_HEADING = re.compile(r"^## (?P<version>\d+\.\d+\.\d+)(?: \((?P<date>\d{4}-\d{2}-\d{2})\))?$", re.MULTILINE)


class Release(NamedTuple):
    """A section of the changelog; the coming version has no date yet."""

    version: str
    date: date | None
    changes: tuple[str, ...]


def version() -> str:
    """As in `facesorter/__init__.py`. Raises `LookupError` if it is not there."""
    found = re.search(r'^__version__ = "([^"]+)"$', (ROOT / "facesorter" / "__init__.py").read_text("utf-8"), re.M)
    if found is None:
        raise LookupError("facesorter/__init__.py has no line with __version__.")
    return found[1]


def releases() -> list[Release]:
    """The sections of the changelog, newest first; each change without the marks of Markdown."""
    text = (PACKAGING / "CHANGELOG.md").read_text("utf-8")
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return [
        Release(
            heading["version"],
            date.fromisoformat(heading["date"]) if heading["date"] else None,
            tuple(_changes(text[heading.end() : end])),
        )
        for heading, end in zip(headings, ends, strict=True)
    ]


def _changes(section: str) -> list[str]:
    items = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    return [re.sub(r"[`*]|\s+(?=\s)", "", " ".join(item.split())) for item in items]
