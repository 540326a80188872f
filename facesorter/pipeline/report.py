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
from pathlib import PurePath
from typing import IO
from urllib.parse import quote

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Photo, Pile
from facesorter.domain.narration import shown
from facesorter.domain.places import kind_of, name_of

SHOWN = (Pile.SURE, Pile.CHECK, Pile.PROBLEM)
"""The piles on the page, in order."""

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
header { display: flex; align-items: center; gap: 1rem; margin-top: 2rem; }
header img { width: 6rem; height: 6rem; object-fit: cover; border-radius: 50%; }
header h2 { margin: 0; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; }
ul, li { padding: 0; list-style: none; }
li img { width: 100%; aspect-ratio: 4 / 3; object-fit: contain; border-radius: 6px; background: #8884; }
a { color: inherit; }
small { display: block; overflow-wrap: anywhere; opacity: .75; }
"""


@dataclass(frozen=True, slots=True)
class ReportHead:
    """A person at the top of the page: what was found in a sentence, and a headshot (JPEG), if there is one."""

    name: str
    summary: str
    headshot: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One photo and one person; `face_index` is the face that decided. `reason` says why it is a problem, or is ""."""

    person: str
    pile: Pile
    photo: Photo
    similarity: float
    decision: Decision | None
    reason: str
    face_index: int | None = None


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A small JPEG that shows the face, None where the photo cannot be shown; and the day of the photo in words."""

    jpeg: bytes | None
    day: str = ""


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What the reader's language and country decide: today's date, and what the piles are called."""

    today: str
    piles: dict[Pile, str]


def write_report(
    path: str,
    heads: Sequence[ReportHead],
    found: Iterable[ReportLine],
    picture: Callable[[ReportLine], ReportPicture],
    words: ReportWords,
) -> str:
    """Write the report as CSV if `path` ends so, else as HTML; the path written to.

    That is `path`, or the next free `path (1)`, as nothing is ever overwritten. Raises `OSError`.
    """
    with _new_file(path) as file:
        if path.lower().endswith(".csv"):
            _write_table(file, found)
        else:
            file.writelines(_page(heads, found, picture, words))
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
    """Similarities are rounded down, as they are everywhere people read them; a spreadsheet wants no sign."""
    table = csv.writer(file)
    table.writerow(("person", "pile", "similarity", "your decision", "photo", "problem"))
    for line in found:
        similarity = "" if line.pile in (Pile.NO_FACE, Pile.PROBLEM) else int(line.similarity)
        table.writerow((line.person, line.pile, similarity, line.decision or "", shown(line.photo.path), line.reason))


def _page(
    heads: Sequence[ReportHead],
    found: Iterable[ReportLine],
    picture: Callable[[ReportLine], ReportPicture],
    words: ReportWords,
) -> Iterator[str]:
    title = escape(_("FaceSorter report"))
    yield f'<!doctype html>\n<html>\n<meta charset="utf-8">\n<title>{title}</title>\n'
    yield f"<style>{STYLE}</style>\n<h1>{title}</h1>\n<p>{escape(words.today)}</p>\n"
    names = [head.name for head in heads]
    chosen = sorted(
        (line for line in found if line.pile in SHOWN),
        key=lambda line: (names.index(line.person), SHOWN.index(line.pile)),
    )
    lines = {name: list(group) for name, group in groupby(chosen, key=lambda line: line.person)}
    for head in heads:
        image = _image(head.headshot, _("Headshot of {}").format(head.name))
        yield f"<header>{image}<div><h2>{escape(head.name)}</h2>{escape(head.summary)}</div></header>\n"
        for pile, group in groupby(lines.get(head.name, []), key=lambda line: line.pile):
            yield f"<h3>{escape(words.piles[pile])}</h3>\n<ul>\n"
            for line in group:
                yield _figure(line, picture(line))
            yield "</ul>\n"
    yield "</html>\n"


def _image(jpeg: bytes | None, alternative: str = "") -> str:
    if not jpeg:
        return ""
    return f'<img alt="{escape(alternative)}" src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}">'


def _figure(line: ReportLine, picture: ReportPicture) -> str:
    path = escape(shown(line.photo.path))
    address = _address(line.photo.path)
    image, name = _image(picture.jpeg, shown(name_of(line.photo.path))), f"<small>{path}</small>"
    opened, closed = (f'<a href="{escape(address)}">', "</a>") if address else ("", "")
    image = f"{opened}{image}{closed}" if image else ""
    day = f"<small>{escape(picture.day)}</small>" if picture.day else ""
    return f'<li title="{path}">{image}<b>{escape(_said(line))}</b>{day}{opened}{name}{closed}</li>\n'


def _said(line: ReportLine) -> str:
    if line.reason:
        return line.reason
    sentences = {
        Decision.YES: _("{}, you said yes"),
        Decision.NO: _("{}, you said no"),
        Decision.UNSURE: _("{}, you were not sure"),
        None: "{}",
    }
    return sentences[line.decision].format(percent(line.similarity))


def _address(path: str) -> str:
    """Where a browser finds the photo; "" if it cannot: in S3, it would have to sign in."""
    if not kind_of(path).has_files:
        return ""
    if os.name == "nt":
        return PurePath(path).as_uri()
    return "file://" + quote(os.fsencode(path))
