"""The whole program before pictures, headshots, places and catalogs that are not what they should be."""

from __future__ import annotations

import os
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path

import pytest
import skimage.data
from album import encoded, facesorter, json_lines, run
from PIL import Image, ImageDraw


def png_of(width: int, height: int) -> bytes:
    """A header that promises so many pixels, and nothing behind it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.fixture(scope="module")
def good() -> bytes:
    return encoded(Image.fromarray(skimage.data.astronaut()).resize((240, 240)))


@pytest.fixture
def place(tmp_path: Path, good: bytes) -> Path:
    """A folder with a headshot and a folder of one photo."""
    Image.fromarray(skimage.data.astronaut()).crop((140, 20, 320, 220)).save(tmp_path / "head.png")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "good.jpg").write_bytes(good)
    return tmp_path


def sort(place: Path, *options: str | Path, head: str = "head.png", to: str = "out") -> list[str]:
    arguments = ("--name", "Eileen", "--headshot", place / head, "--to", place / to, "--json", *options)
    return facesorter("sort", place / "photos", *arguments, profile=place / "profile")


def test_bad_pictures_are_problems_with_a_reason_and_the_rest_goes_on(place: Path, good: bytes) -> None:
    bad = {f"cut at {share}.jpg": good[: int(share * len(good))] for share in (0.001, 0.3, 0.9, 0.9999)}
    bad |= {
        "empty.jpg": b"",
        "text.jpg": b"Dear diary, this is not a photo.\n" * 100,
        "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "fits.jpg": b"SIMPLE  =                    T" + b" " * 3000,
        "photoshop.jpg": b"8BPS\0\1" + bytes(60),
        "bomb.png": png_of(60_000, 60_000),
    }
    for name, content in bad.items():
        (place / "photos" / name).write_bytes(content)
    os.symlink(place / "photos", place / "photos" / "loop")
    os.mkfifo(place / "photos" / "pipe.jpg")
    result = run(sort(place))
    assert result.returncode == 1, result.stderr
    *lines, balance = json_lines(result)
    reasons = {os.path.basename(line["photo"]): line["reason"] for line in lines if line["event"] == "problem"}
    assert set(reasons) == {*bad, "pipe.jpg"}
    assert all(reason.endswith(".") for reason in reasons.values())
    assert (balance["found"], balance["copied"], balance["problems"]) == (len(bad) + 2, 1, len(bad) + 1)
    again = json_lines(run(sort(place)))
    assert [line for line in again if line["event"] == "problem"] == [line for line in lines if "reason" in line]


def drawing() -> Image.Image:
    """Of a face, as a child would."""
    image = Image.new("RGB", (400, 400), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((60, 40, 340, 360), outline="black", width=4)
    for x in (140, 260):
        pen.ellipse((x - 10, 155, x + 10, 175), fill="black")
    pen.arc((140, 230, 260, 310), 20, 160, fill="red", width=8)
    return image


@pytest.mark.parametrize("subject", ["drawing", "cat", "damaged", "missing"])
def test_headshots_that_will_not_do_are_told_of_before_anything_is_looked_at(place: Path, subject: str) -> None:
    head = place / f"{subject}.png"
    if subject != "missing":
        (drawing() if subject == "drawing" else Image.fromarray(skimage.data.chelsea())).save(head)
    if subject == "damaged":
        head.write_bytes(head.read_bytes()[:9000])
    result = run(sort(place, head=head.name))
    assert result.returncode == 2
    assert result.stdout == ""
    assert head.name in result.stderr
    assert not (place / "out").exists()


def test_the_destination_may_lie_in_or_around_the_photos_but_not_be_them(place: Path) -> None:
    """Copies are never looked at as if they were photos to sort."""
    for _ in range(2):
        inside = json_lines(run(sort(place, to="photos")))[-1]
        assert (inside["found"], inside["copied"] + inside["already_there"]) == (1, 1)
    around = json_lines(run(sort(place, to=".")))[-1]
    assert (around["found"], around["copied"]) == (1, 1)
    (place / "photos").rename(place / "PhotosWithEileen" / "photos")
    (place / "photos").symlink_to(place / "PhotosWithEileen")
    refused = run(sort(place, to="."))
    assert refused.returncode == 2
    assert "that same folder" in refused.stderr


def test_a_damaged_catalog_is_set_aside_and_nothing_is_copied_twice(place: Path, good: bytes) -> None:
    assert run(sort(place)).returncode == 0
    (place / "profile" / "catalog.db").write_bytes(b"Dear diary, this is not a catalog.\n" * 500)
    result = run(sort(place))
    assert result.returncode == 0, result.stderr
    assert json_lines(result)[-1]["already_there"] == 1
    assert len(list((place / "profile").glob("catalog-damaged-*"))) == 1
    assert (place / "photos" / "good.jpg").read_bytes() == good


def test_a_catalog_of_a_newer_version_is_refused_and_left_alone(place: Path) -> None:
    assert run(sort(place)).returncode == 0
    catalog = place / "profile" / "catalog.db"
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    before = catalog.read_bytes()
    result = run(sort(place))
    assert result.returncode == 3
    assert "newer version" in result.stderr
    assert catalog.read_bytes() == before
