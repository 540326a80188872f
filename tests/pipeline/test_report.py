"""Reports: a page that stands alone, a table a spreadsheet can read, and never over an existing file."""

import csv
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

from facesorter.domain.models import BoundingBox, Decision, Photo, Pile
from facesorter.images import cut_around
from facesorter.pipeline.report import ReportHead, ReportLine, ReportPicture, ReportWords, write_report

JPEG = b"\xff\xd8 a small picture \xff\xd9"


def line(name, pile, similarity=0.0, decision=None, reason="", person="Anna"):
    return ReportLine(person, pile, Photo(1, f"/photos/{name}", 1, 1), similarity, decision, reason)


WORDS = ReportWords("November 28, 2026", {which: which.name.title() for which in Pile})
HEADS = [ReportHead("Anna", "5 photos <all>", JPEG), ReportHead("Ben", "1 photo")]


def unseen(line):
    return ReportPicture(None)


LINES = [
    line("maybe.jpg", Pile.CHECK, 61.2),
    line("b & <i>b</i>.jpg", Pile.SURE, 97.25, Decision.YES),
    line("other.jpg", Pile.NOT_THEM, 12.0),
    line("sea.jpg", Pile.NO_FACE),
    line("bad.jpg", Pile.PROBLEM, reason="This file is damaged."),
    line("b & <i>b</i>.jpg", Pile.SURE, 88.0, person="Ben"),
]


def test_the_table_has_every_photo(tmp_path):
    written = write_report(str(tmp_path / "r.csv"), [], LINES, unseen, WORDS)
    with open(written, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(LINES)
    assert rows[1] == {
        "person": "Anna",
        "pile": "sure",
        "similarity": "97",
        "your decision": "yes",
        "photo": "/photos/b & <i>b</i>.jpg",
        "problem": "",
    }
    assert [row["similarity"] for row in rows] == ["61", "97", "12", "", "", "88"]
    assert rows[4]["problem"] == "This file is damaged."


def test_the_page_stands_alone_and_shows_who_may_be_there(tmp_path):
    asked = []

    def picture(line):
        asked.append(line.photo.path)
        return ReportPicture(JPEG if "maybe" not in line.photo.path else None, "July 14, 2023")

    written = write_report(str(tmp_path / "r.html"), HEADS, LINES, picture, WORDS)
    page = Path(written).read_text("utf-8")
    assert asked == ["/photos/b & <i>b</i>.jpg", "/photos/maybe.jpg", "/photos/bad.jpg", "/photos/b & <i>b</i>.jpg"]
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Anna", "Ben"]
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["Sure", "Check", "Problem", "Sure"]
    assert "<i>" not in page
    assert "/photos/b & <i>b</i>.jpg" in unescape(page)
    assert "5 photos &lt;all&gt;" in page
    assert "November 28, 2026" in page
    assert page.count("July 14, 2023") == 4
    assert page.count("data:image/jpeg;base64,") == 4  # one of them the headshot
    assert all(address.startswith("data:") for address in re.findall(r'src="([^"]*)', page))
    links = {unquote(urlsplit(unescape(address)).path) for address in re.findall(r'href="([^"]*)', page)}
    assert links == set(asked)
    assert "97%, you said yes" in page
    assert "This file is damaged." in page
    assert "sea.jpg" not in page


def test_photos_in_s3_have_no_link(tmp_path):
    found = [ReportLine("Anna", Pile.SURE, Photo(1, "s3://bucket/a.jpg", 1, 1), 99.0, None, "")]
    page = Path(write_report(str(tmp_path / "r.html"), HEADS, found, unseen, WORDS)).read_text("utf-8")
    assert "s3://bucket/a.jpg" in page
    assert "href" not in page


@pytest.mark.parametrize("suffix", [".csv", ".html"])
def test_nothing_is_overwritten(tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    path.write_text("mine")
    written = write_report(str(path), HEADS, LINES, unseen, WORDS)
    assert written == str(tmp_path / f"r (1){suffix}")
    assert path.read_text() == "mine"


def test_names_that_are_no_text_do_not_stop_it(tmp_path):
    for suffix in (".csv", ".html"):
        found = [line("caf\udce9.jpg", Pile.SURE, 90.0)]
        page = Path(write_report(str(tmp_path / f"r{suffix}"), HEADS, found, unseen, WORDS)).read_text("utf-8")
        assert suffix == ".csv" or 'href="file:///photos/caf%E9.jpg"' in page


@pytest.mark.parametrize(("left", "top"), [(0.0, 0.0), (0.45, 0.02), (0.9, 0.9), (0.4, 0.45)])
def test_a_picture_that_is_cut_holds_the_whole_face(left, top):
    pixels = np.zeros((1000, 1400, 3), np.uint8)
    box = BoundingBox(left, top, 0.1, 0.1)
    face = pixels[round(top * 1000) : round((top + 0.1) * 1000), round(left * 1400) : round((left + 0.1) * 1400)]
    face[:] = 255
    cut = cut_around(pixels, box, 320)
    assert cut.shape[1] == 320
    scale = 320 / (3.0 * 0.1 * 1400)
    assert np.sum(cut > 128) == pytest.approx(3 * 0.1 * 1400 * 0.1 * 1000 * scale**2, rel=0.05)


def test_a_face_that_fills_the_picture_is_not_cut():
    assert cut_around(np.zeros((300, 200, 3), np.uint8), BoundingBox(0.1, 0.1, 0.8, 0.8), 320).shape == (300, 200, 3)
