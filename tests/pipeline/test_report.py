"""Reports: a page that stands alone, a table a spreadsheet can read, and never over an existing file."""

import csv
import re
from html import unescape
from pathlib import Path

import pytest

from facesorter.domain.models import Decision, Photo, Pile
from facesorter.pipeline.report import ReportLine, write_report

JPEG = b"\xff\xd8 a small picture \xff\xd9"


def line(name, pile, similarity=0.0, decision=None, reason="", person="Anna"):
    return ReportLine(person, pile, Photo(1, f"/photos/{name}", 1, 1), similarity, decision, reason)


LINES = [
    line("maybe.jpg", Pile.CHECK, 61.2),
    line("b & <i>b</i>.jpg", Pile.SURE, 97.25, Decision.YES),
    line("other.jpg", Pile.NOT_THEM, 12.0),
    line("sea.jpg", Pile.NO_FACE),
    line("bad.jpg", Pile.PROBLEM, reason="This file is damaged."),
    line("b & <i>b</i>.jpg", Pile.SURE, 88.0, person="Ben"),
]


def test_the_table_has_every_photo(tmp_path):
    written = write_report(str(tmp_path / "r.csv"), [], LINES, lambda photo: None)
    with open(written, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(LINES)
    assert rows[1] == {
        "person": "Anna",
        "pile": "sure",
        "similarity": "97.2",
        "your answer": "yes",
        "photo": "/photos/b & <i>b</i>.jpg",
        "problem": "",
    }
    assert [row["similarity"] for row in rows] == ["61.2", "97.2", "12.0", "", "", "88.0"]
    assert rows[4]["problem"] == "This file is damaged."


def test_the_page_stands_alone_and_shows_who_may_be_there(tmp_path):
    asked = []

    def picture(photo):
        asked.append(photo.path)
        return JPEG if "maybe" not in photo.path else None

    written = write_report(str(tmp_path / "r.html"), ["Anna: 5 photos <all>"], LINES, picture)
    page = Path(written).read_text("utf-8")
    assert asked == ["/photos/b & <i>b</i>.jpg", "/photos/maybe.jpg", "/photos/bad.jpg", "/photos/b & <i>b</i>.jpg"]
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Anna: Sure", "Anna: To check", "Anna: Problems", "Ben: Sure"]
    assert "<i>" not in page
    assert "/photos/b & <i>b</i>.jpg" in unescape(page)
    assert "5 photos &lt;all&gt;" in page
    assert page.count("data:image/jpeg;base64,") == 3
    assert all(address.startswith("data:") for address in re.findall(r'(?:src|href)="([^"]*)', page))
    assert "97 %, you said yes" in page
    assert "This file is damaged." in page
    assert "sea.jpg" not in page


@pytest.mark.parametrize("suffix", [".csv", ".html"])
def test_nothing_is_overwritten(tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    path.write_text("mine")
    written = write_report(str(path), [], LINES, lambda photo: None)
    assert written == str(tmp_path / f"r (1){suffix}")
    assert path.read_text() == "mine"


def test_names_that_are_no_text_do_not_stop_it(tmp_path):
    for suffix in (".csv", ".html"):
        write_report(str(tmp_path / f"r{suffix}"), [], [line("caf\udce9.jpg", Pile.SURE, 90.0)], lambda photo: None)
