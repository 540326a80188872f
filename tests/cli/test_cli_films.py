"""Films among photos, as a user sorts them: a process, real pictures, the engine on this computer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from film_making import make_film
from PIL import Image
from skimage import data as pictures

from tests.cli.program import facesorter


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A headshot, films of which one shows that person for two of six seconds, and photos with and without films."""
    folder = tmp_path_factory.mktemp("album")
    person = Image.fromarray(pictures.astronaut())
    person.crop((140, 20, 320, 220)).save(folder / "head.png")
    photos = folder / "photos"
    photos.mkdir()
    shown, cup = np.asarray(person), np.asarray(Image.fromarray(pictures.coffee()).resize((512, 512)))
    make_film(photos / "party.mp4", [cup, shown, cup])
    make_film(photos / "coffee.MOV", [cup, cup], rotation=90)
    cut = make_film(photos / "cut.mkv", [shown, cup], codec="mpeg4")
    cut.write_bytes(cut.read_bytes()[:-3000])
    person.save(photos / "IMG_1.jpg")
    make_film(photos / "IMG_1.MOV", [shown])  # two seconds: what a Live Photo has beside it
    Image.fromarray(pictures.coffee()).save(photos / "IMG_2.jpg")
    make_film(photos / "IMG_2.MOV", [shown], seconds=6)  # a film of its own
    make_film(photos / "hidden.mov", [shown]).rename(photos / "._hidden.mov")
    return folder


def sorted_films(album: Path, tmp_path: Path, *options: str) -> list[dict[str, Any]]:
    arguments = ["sort", "--name", "Eileen", "--headshot", album / "head.png", album / "photos"]
    result = facesorter(*arguments, "--to", tmp_path / "out", "--json", *options, profile=tmp_path / "profile")
    assert result.returncode in (0, 1), result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def verdicts_of(lines: list[dict[str, Any]]) -> dict[str, str]:
    return {os.path.basename(line["photo"]): line["verdict"] for line in lines if line["event"] == "verdict"}


def test_films_are_looked_through_copied_checked_and_undone(album: Path, tmp_path: Path) -> None:
    lines = sorted_films(album, tmp_path)
    assert verdicts_of(lines) == {
        "party.mp4": "sure",
        "coffee.MOV": "no-face",
        "IMG_1.jpg": "sure",
        "IMG_2.jpg": "no-face",
        "IMG_2.MOV": "sure",
    }
    [problem] = [line for line in lines if line["event"] == "problem"]
    assert os.path.basename(problem["photo"]) == "cut.mkv"
    assert problem["reason"] == "The video is damaged or incomplete."
    assert (lines[-1]["found"], lines[-1]["copied"], lines[-1]["problems"]) == (6, 3, 1)
    copies = tmp_path / "out" / "PhotosWithEileen"
    assert sorted(os.listdir(copies)) == ["IMG_1.jpg", "IMG_2.MOV", "party.mp4"]
    assert (copies / "party.mp4").read_bytes() == (album / "photos" / "party.mp4").read_bytes()

    again = sorted_films(album, tmp_path)
    assert (again[-1]["copied"], again[-1]["already_there"]) == (0, 3)
    assert facesorter("check", profile=tmp_path / "profile").returncode == 0
    assert facesorter("undo", "1", profile=tmp_path / "profile").returncode == 0
    assert not copies.exists()


def test_films_are_left_out_on_request(album: Path, tmp_path: Path) -> None:
    lines = sorted_films(album, tmp_path, "--no-films")
    assert verdicts_of(lines) == {"IMG_1.jpg": "sure", "IMG_2.jpg": "no-face"}
    assert lines[-1]["found"] == 2


def test_one_film_alone(album: Path, tmp_path: Path) -> None:
    result = facesorter(
        *("sort", "--name", "Eileen", "--headshot", album / "head.png", album / "photos" / "party.mp4"),
        *("--to", tmp_path / "out"),
        profile=tmp_path / "profile",
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "PhotosWithEileen" / "party.mp4").exists()
