"""Folders for sets of people: all of them, any of them, nobody else, somebody not; kept up to date."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.program import facesorter


@pytest.fixture
def album(data: Path, tmp_path: Path) -> Path:
    """Two people who are known as Anna and Ben, alone and together."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    (tmp_path / "photos").mkdir()
    anna, ben = ([Image.open(photo) for photo in sorted(one.iterdir())[:4]] for one in several[:2])
    for name, pictures in (("anna", anna), ("ben", ben)):
        for number, picture in enumerate(pictures[:3]):
            picture.save(tmp_path / "photos" / f"{name}-{number}.jpg", quality=95)
    together = Image.new("RGB", (500, 250))
    together.paste(anna[3], (0, 0))
    together.paste(ben[3], (250, 0))
    together.save(tmp_path / "photos" / "both.jpg", quality=95)
    profile = tmp_path / "profile"
    lines = facesorter("people", "scan", tmp_path / "photos", "--json", profile=profile).stdout.splitlines()
    groups = [one for one in map(json.loads, lines) if one["event"] == "group"]
    for name in ("anna", "ben"):
        (number,) = {
            one["group"] for one in groups for face in one["faces"] if Path(face["photo"]).name == f"{name}-0.jpg"
        }
        assert facesorter("people", "name", number, name.title(), profile=profile).returncode == 0
    return tmp_path


def copied(album: Path, folder: str, *words: str) -> set[str]:
    result = facesorter("sort", *words, album / "photos", "--to", album / "out", profile=album / "profile")
    assert result.returncode == 0, result.stderr
    return {photo.name for photo in (album / "out" / folder).iterdir()}


def test_sets_of_people_have_folders_that_follow_what_is_said(album: Path) -> None:
    assert copied(album, "PhotosWithAnnaAndBen", "--all-of", "Anna", "--all-of", "Ben") == {"both.jpg"}
    everything = {photo.name for photo in (album / "photos").iterdir()}
    assert copied(album, "PhotosWithAnnaOrBen", "--any-of", "Anna,Ben") == everything
    again = facesorter(
        "sort", "--any-of", "Anna,Ben", album / "photos", "--to", album / "out", profile=album / "profile"
    )
    assert again.stdout == f"PhotosWithAnnaOrBen: {len(everything)} photos (0 copied now, 0 taken back)\n"
    alone = {f"anna-{number}.jpg" for number in range(3)}
    # Behind her in anna-1.jpg there is somebody else.
    assert copied(album, "PhotosWithOnlyAnna", "--only", "Anna") == alone - {"anna-1.jpg"}
    assert copied(album, "PhotosWithAnnaWithoutBen", "--all-of", "Anna", "--without", "Ben") == alone

    split = facesorter("people", "split", "Anna", album / "photos" / "anna-0.jpg", profile=album / "profile")
    assert split.returncode == 0, split.stderr
    assert "anna-0.jpg" not in copied(album, "PhotosWithOnlyAnna", "--only", "Anna")

    (album / "photos" / "sub").mkdir()
    for photo in ("ben-2.jpg", "both.jpg"):
        (album / "photos" / photo).rename(album / "photos" / "sub" / photo)
    of_ben = ("PhotosWithBenWithoutAnna", "--all-of", "Ben", "--without", "Anna")
    assert copied(album, *of_ben) == {"ben-0.jpg", "ben-1.jpg", "ben-2.jpg"}
    assert "ben-2.jpg" in copied(album, *of_ben, "--no-subfolders"), "what a run is not about stays"
    shutil.rmtree(album / "out")
    assert copied(album, *of_ben, "--no-subfolders") == {"ben-0.jpg", "ben-1.jpg"}
    (album / "photos" / "sub").rename(album / "photos" / "moved")
    assert copied(album, "PhotosWithAnnaAndBen", "--all-of", "Anna,Ben") == {"both.jpg"}

    ben = album / "out" / "PhotosWithBen"
    ben.mkdir()
    assert facesorter("people", "merge", "Anna", "Ben", profile=album / "profile").returncode == 0
    theirs = facesorter("sort", "--all-of", "Ben", album / "photos", "--to", album / "out", profile=album / "profile")
    assert (theirs.returncode, "is a person's folder" in theirs.stderr, list(ben.iterdir())) == (2, True, [])

    unknown = facesorter("sort", "--all-of", "Zoe", album / "photos", "--to", album / "out", profile=album / "profile")
    assert unknown.returncode == 2
