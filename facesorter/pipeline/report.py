"""Writes what a run found as a page to look at or a table to reckon with.

The page is one file with its pictures inside, so that it can be sent; the table has every photo, the page shows only
those that somebody may be in, for a hundred thousand pictures would make it unreadable.
"""

from __future__ import annotations

import base64
import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import IO

from facesorter.domain.models import Decision, Photo, Pile
from facesorter.domain.narration import shown

SHOWN = {Pile.SURE: "Sure", Pile.CHECK: "To check", Pile.PROBLEM: "Problems"}
"""The piles on the page, in order, with their headings."""

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 1rem; }
ul, li { padding: 0; list-style: none; }
img { width: 100%; height: 8rem; object-fit: cover; border-radius: 6px; background: #8884; }
small { display: block; overflow-wrap: anywhere; opacity: .75; }
"""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One photo and one person. `reason` says why it is a problem, "" if it is none."""

    person: str
    pile: Pile
    photo: Photo
    similarity: float
    decision: Decision | None
    reason: str


def write_report(
    path: str, summaries: Sequence[str], found: Iterable[ReportLine], picture: Callable[[Photo], bytes | None]
) -> str:
    """Write the report as CSV if `path` ends so, else as HTML; the path written to.

    That is `path`, or the next free `path (1)`, as nothing is ever overwritten. `picture` gives a small JPEG, None
    where the photo cannot be shown. `summaries` are sentences for the top of the page. Raises `OSError`.
    """
    with _new_file(path) as file:
        if path.lower().endswith(".csv"):
            _write_table(file, found)
        else:
            file.writelines(_page(summaries, found, picture))
        return file.name


def _new_file(path: str) -> IO[str]:
    stem, suffix = os.path.splitext(path)
    encoding = "utf-8-sig" if suffix.lower() == ".csv" else "utf-8"
    number = 0
    while True:
        try:
            free = f"{stem} ({number}){suffix}" if number else path
            return open(free, "x", encoding=encoding, newline="")
        except FileExistsError:
            number += 1


def _write_table(file: IO[str], found: Iterable[ReportLine]) -> None:
    table = csv.writer(file)
    table.writerow(("person", "pile", "similarity", "your answer", "photo", "problem"))
    for line in found:
        similarity = "" if line.pile in (Pile.NO_FACE, Pile.PROBLEM) else f"{line.similarity:.1f}"
        table.writerow((line.person, line.pile, similarity, line.decision or "", shown(line.photo.path), line.reason))


def _page(
    summaries: Sequence[str], found: Iterable[ReportLine], picture: Callable[[Photo], bytes | None]
) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>FaceSorter report</title>\n'
    yield f"<style>{STYLE}</style>\n<h1>FaceSorter report</h1>\n"
    for summary in summaries:
        yield f"<p>{escape(summary)}</p>\n"
    order = list(SHOWN)
    chosen = sorted(
        (line for line in found if line.pile in SHOWN), key=lambda line: (line.person, order.index(line.pile))
    )
    for (person, pile), lines in groupby(chosen, key=lambda line: (line.person, line.pile)):
        yield f"<h2>{escape(person)}: {SHOWN[pile]}</h2>\n<ul>\n"
        for line in lines:
            yield _figure(line, picture(line.photo))
        yield "</ul>\n"
    yield "</html>\n"


def _figure(line: ReportLine, jpeg: bytes | None) -> str:
    path = escape(shown(line.photo.path))
    image = f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}">' if jpeg else ""
    said = f", you said {line.decision}" if line.decision else ""
    text = escape(line.reason) if line.reason else f"{line.similarity:.0f} %{said}"
    return f'<li title="{path}">{image}<b>{text}</b><small>{path}</small></li>\n'
