"""`facesorter review` as a user runs it: what is left to check across people and searches."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ROOT, facesorter

STRICT = "99.9"
"""A threshold that leaves nearly everything to check."""


@pytest.fixture
def folders(data: Path, tmp_path: Path) -> list[Path]:
    """The photos of two people who are in several."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person in several[:2]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:4]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    return sorted((tmp_path / "photos").iterdir())


def sort(folders: list[Path], tmp_path: Path) -> None:
    for name, folder in zip(("Anna", "Ben"), folders, strict=True):
        result = facesorter(
            *("sort", "--name", name, "--headshot", sorted(folder.iterdir())[0], "--threshold", STRICT),
            *("--to", tmp_path / "out", folder.parent),
            profile=tmp_path / "profile",
        )
        assert result.returncode == 0, result.stderr


def listed(tmp_path: Path, *options: object) -> list[dict[str, Any]]:
    result = facesorter("review", "--json", "--threshold", STRICT, *options, profile=tmp_path / "profile")
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_is_to_check_is_listed_across_people_and_searches_and_answered_for_good(
    folders: list[Path], tmp_path: Path
) -> None:
    sort(folders, tmp_path)
    found = listed(tmp_path)
    assert {one["person"] for one in found} == {"Anna", "Ben"}
    assert all(list(one) == ["event", "person", "photo", "similarity", "box", "block"] for one in found)
    strongest = [one["similarity"] for one in found if one["block"] is None]
    assert strongest == sorted(strongest, reverse=True)
    of_anna = [one for one in found if one["person"] == "Anna"]
    assert {Path(one["photo"]).parent for one in of_anna} == {folders[0]}
    assert len({one["block"] for one in of_anna}) == 1, "they are one block, for they show one face"

    yes, no = of_anna[0]["photo"], of_anna[1]["photo"]
    told = listed(tmp_path, "--person", "Anna", "--yes", yes, "--no", no)
    assert [one for one in told if one["event"] == "answer"] == [
        {"event": "answer", "person": "Anna", "photo": yes, "decision": "yes"},
        {"event": "answer", "person": "Anna", "photo": no, "decision": "no"},
    ]
    left = {one["photo"] for one in told if one["event"] == "check"}
    assert left.isdisjoint({yes, no})

    moved = tmp_path / "elsewhere"
    folders[0].parent.rename(moved)
    folders = sorted(moved.iterdir())
    sort(folders, tmp_path)
    again = {
        Path(one["photo"]).name for one in listed(tmp_path, "--person", "Anna") if moved in Path(one["photo"]).parents
    }
    assert again.isdisjoint({Path(yes).name, Path(no).name}), "answers are of the picture, wherever it lies"
    copies = {one.name for one in (tmp_path / "out" / "PhotosWithAnna").iterdir()}
    assert Path(yes).name in copies
    assert Path(no).name not in copies


def test_it_is_said_in_words_too(folders: list[Path], tmp_path: Path) -> None:
    nothing = facesorter("review", profile=tmp_path / "profile")
    assert (nothing.returncode, nothing.stdout) == (0, "Nothing to check.\n")
    sort(folders, tmp_path)
    told = facesorter("review", "--person", "Anna", "--threshold", STRICT, profile=tmp_path / "profile")
    *lines, total, how = told.stdout.splitlines()
    assert all(line.startswith("Anna? ") and line.endswith(".jpg") for line in lines)
    assert total == f"Anna: {len(lines)} photos to check"
    assert how == "To answer: facesorter review --person NAME --yes PHOTO... or --no PHOTO..."


def test_wrong_use_is_told(folders: list[Path], tmp_path: Path) -> None:
    sort(folders, tmp_path)
    for options in (
        ("--yes", folders[0] / "none.jpg"),
        ("--person", "Nobody"),
        ("--person", "Anna", "--yes", folders[0] / "none.jpg"),
        ("--threshold", "101"),
    ):
        result = facesorter("review", *options, profile=tmp_path / "profile")
        assert result.returncode == 2, options
        assert result.stderr.startswith("facesorter: ")
        assert result.stdout == ""


def test_an_answer_that_was_told_outlives_a_kill(folders: list[Path], tmp_path: Path) -> None:
    sort(folders, tmp_path)
    first = listed(tmp_path, "--person", "Anna")[0]["photo"]
    options = [
        "--profile-dir",
        tmp_path / "profile",
        "--json",
        "--threshold",
        STRICT,
        "--person",
        "Anna",
        "--no",
        first,
    ]
    command = [sys.executable, "-m", "facesorter", "review", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        assert program.stdout is not None
        told = json.loads(program.stdout.readline())
        program.kill()
    assert told == {"event": "answer", "person": "Anna", "photo": first, "decision": "no"}
    assert first not in {one["photo"] for one in listed(tmp_path, "--person", "Anna")}
