"""`facesorter why` as a user runs it, on a real album."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.program import facesorter


@pytest.fixture
def album(data: Path, tmp_path: Path) -> Path:
    """Photos of Barack and Joe, sorted for both; one with a face that is not found, and one that no run looks at."""
    folder = tmp_path / "photos"
    (folder / ".hidden").mkdir(parents=True)
    for name in ("obama1.jpg", "obama_and_biden.jpg"):
        shutil.copy(data / "album" / "photos" / "2009" / name, folder)
    shutil.copy(folder / "obama1.jpg", folder / ".hidden" / "away.jpg")
    Image.open(folder / "obama1.jpg").resize((30, 40)).resize((60, 80)).save(folder / "tiny.jpg")
    Image.new("RGB", (640, 480), "gray").save(folder / "back.jpg")
    (folder / "broken.jpg").write_bytes((folder / "obama1.jpg").read_bytes()[:2000])
    sort(data, tmp_path, "Barack", "obama.jpg")
    sort(data, tmp_path, "Joe", "biden.jpg")
    return folder


def sort(data: Path, tmp_path: Path, name: str, headshot: str, *more: object) -> str:
    photo = data / "album" / "heads" / name / headshot
    words = ("--name", name, "--headshot", photo, "--to", tmp_path / "out", tmp_path / "photos", *more)
    result = facesorter("sort", *words, profile=tmp_path / "profile")
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


def asked(photo: Path, tmp_path: Path, *words: object, person: str = "Barack") -> dict[str, Any]:
    result = facesorter("why", photo, "--person", person, "--json", *words, profile=tmp_path / "profile")
    assert result.returncode in (0, 1), result.stderr
    told = json.loads(result.stdout)
    assert (result.returncode == 1) == (told["pile"] == "problem")
    return told


def test_each_hindrance_is_told_with_the_faces(album: Path, tmp_path: Path) -> None:
    both = asked(album / "obama_and_biden.jpg", tmp_path)
    assert (both["pile"], both["hindrances"]) == ("sure", [])
    told = [(face["person"], face["hindrances"]) for face in both["faces"]]
    assert told.count(("Joe", ["somebody-else"])) == told.count((None, [])) == 1
    of_joe = asked(album / "obama1.jpg", tmp_path, person="Joe")
    assert (of_joe["pile"], of_joe["faces"][0]["person"]) == ("not-them", "Barack")

    stricter = asked(album / "obama1.jpg", tmp_path, "--threshold", 100)
    assert (stricter["pile"], stricter["faces"][0]["hindrances"][0]) == ("check", "below-threshold")
    assert any("99" in way for way in stricter["decide"])
    assert asked(album / "back.jpg", tmp_path)["hindrances"] == ["no-face"]
    assert asked(album / "broken.jpg", tmp_path)["hindrances"][-1] == "unreadable"
    tiny = asked(album / "tiny.jpg", tmp_path)
    assert "small" in tiny["faces"][0]["hindrances"] or tiny["pile"] == "sure"

    hidden = asked(album / ".hidden" / "away.jpg", tmp_path)
    assert (hidden["pile"], hidden["hindrances"]) == ("sure", ["passed-over"])
    copy = next((tmp_path / "out" / "PhotosWithBarack").iterdir())
    assert asked(copy, tmp_path)["hindrances"] == ["passed-over"]
    shutil.copy(album / "obama1.jpg", tmp_path / "elsewhere.jpg")
    assert asked(tmp_path / "elsewhere.jpg", tmp_path)["hindrances"] == ["not-looked-through"]
    shutil.copy(album / "back.jpg", album / "obama1.jpg")
    assert asked(album / "obama1.jpg", tmp_path)["hindrances"] == ["not-looked-through", "no-face"]


def test_what_was_decided_holds_in_the_next_run(album: Path, data: Path, tmp_path: Path) -> None:
    copies = tmp_path / "out" / "PhotosWithBarack"
    assert asked(album / "back.jpg", tmp_path, "--yes-at", "0.4,0.2,0.1,0.15")["drawn"] == [[0.4, 0.2, 0.1, 0.15]]
    no = asked(album / "obama1.jpg", tmp_path, "--no", 1)
    assert (no["pile"], no["hindrances"], no["decision"]) == ("not-them", ["decided"], "no")
    before = {one.name for one in copies.iterdir()}
    sort(data, tmp_path, "Barack", "obama.jpg")
    assert {one.name for one in copies.iterdir()} == before | {"back.jpg"}
    assert asked(album / "obama1.jpg", tmp_path, "--yes", 1)["pile"] == "sure"
    shown = facesorter("people", "show", "Barack", "--json", profile=tmp_path / "profile").stdout.splitlines()
    boxes = {Path(one["photo"]).name: one["box"] for one in map(json.loads, shown)}
    assert boxes["back.jpg"] == [0.4, 0.2, 0.1, 0.15]


def test_a_photo_from_before_the_birth_is_told(album: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "1950:05:14 10:00:00"
    Image.open(album / "obama1.jpg").save(album / "old.jpg", exif=exif)
    assert facesorter("people", "born", "Barack", "1961-08-04", profile=profile).returncode == 0
    old = asked(album / "old.jpg", tmp_path)
    assert (old["pile"], old["hindrances"]) == ("not-them", ["not-looked-through", "before-birth"])
    assert asked(album / "old.jpg", tmp_path, "--yes", 1)["pile"] == "sure"


def test_it_is_told_in_words_and_wrong_use_is_refused(album: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    told = facesorter("why", album / "back.jpg", "--person", "Barack", profile=profile)
    assert told.stdout.splitlines() == [
        "This photo does not seem to show Barack.",
        "  No face was found in it.",
        "If Barack is in it: --yes-at BOX says where.",
    ]
    photo = album / "obama1.jpg"
    for words, sentence in (
        (("--person", "Nobody"), "nobody named Nobody"),
        (("--person", "Barack", "--yes", 2), "no face 2"),
        (("--person", "Barack", "--yes-at", "0.9,0,0.2,0.2"), "not a place in a picture"),
        (("--person", "Barack", "--threshold", 101), "from 0 to 100"),
    ):
        refused = facesorter("why", photo, *words, profile=profile)
        assert (refused.returncode, sentence in refused.stderr) == (2, True), refused.stderr
