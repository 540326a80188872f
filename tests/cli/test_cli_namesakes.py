"""A second Anna: two people of one name are never mixed without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.program import facesorter


@pytest.fixture
def album(data: Path, tmp_path: Path) -> Path:
    """Headshots `one-0.jpg`, `one-1.jpg`, `two-0.jpg`, `two-1.jpg` of two people, and a photo of each in `photos`."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    (tmp_path / "photos").mkdir()
    for name, person in zip(("one", "two"), several, strict=False):
        first, second, third, *_ = sorted(person.iterdir())
        shutil.copy(first, tmp_path / f"{name}-0.jpg")
        shutil.copy(second, tmp_path / f"{name}-1.jpg")
        shutil.copy(third, tmp_path / "photos" / f"{name}.jpg")
    return tmp_path


def sort(album: Path, headshot: str, *more: object) -> tuple[int, str]:
    """What `sort --name Anna` ends with and complains of."""
    out = album / "out"
    result = facesorter(
        *("sort", "--name", "Anna", "--headshot", album / headshot, album / "photos", "--to", out, *more),
        profile=album / "profile",
    )
    return result.returncode, result.stderr


def copied(album: Path, folder: str) -> set[str]:
    return {photo.name for photo in (album / "out" / folder).iterdir()} if (album / "out" / folder).exists() else set()


def test_another_anna_is_refused_unless_the_user_says_who_she_is(album: Path) -> None:
    assert sort(album, "one-0.jpg")[0] == 0
    code, complaint = sort(album, "two-0.jpg")
    assert code == 2
    assert "--new-person" in complaint
    assert "--same-person" in complaint
    assert copied(album, "PhotosWithAnna") == {"one.jpg"}

    assert sort(album, "two-0.jpg", "--new-person")[0] == 0
    assert copied(album, "PhotosWithAnna") == {"one.jpg"}
    assert copied(album, "PhotosWithAnna (2)") == {"two.jpg"}

    shutil.rmtree(album / "out")
    assert sort(album, "two-1.jpg")[0] == 0, "she is known by now"
    assert copied(album, "PhotosWithAnna (2)") == {"two.jpg"}
    assert sort(album, "one-1.jpg")[0] == 0
    assert copied(album, "PhotosWithAnna") == {"one.jpg"}


def test_another_anna_is_known_also_when_she_was_merged(album: Path) -> None:
    assert sort(album, "one-0.jpg")[0] == 0
    assert sort(album, "two-0.jpg", "--new-person")[0] == 0
    assert sort(album, "two-0.jpg", "--name", "Bea")[0] == 0
    assert facesorter("people", "merge", "Bea", "Anna (2)", profile=album / "profile").returncode == 0
    shutil.rmtree(album / "out")
    assert sort(album, "two-1.jpg") == (0, "")
    assert copied(album, "PhotosWithBea") == {"two.jpg"}


def test_nobody_is_taken_in_by_a_dry_run_or_a_headshot_that_will_not_do(album: Path, data: Path) -> None:
    (album / "empty.jpg").write_bytes(next((data / "nofaces").glob("*.jpg")).read_bytes())
    assert sort(album, "one-0.jpg")[0] == 0
    assert sort(album, "two-0.jpg", "--same-person", "--dry-run")[0] == 0
    assert sort(album, "two-0.jpg")[0] == 2, "not known as Anna"
    assert sort(album, "empty.jpg", "--new-person")[0] == 2
    people = facesorter("people", "list", profile=album / "profile").stdout
    assert [line.split(":")[0] for line in people.splitlines()] == ["Anna"]
    for _time in range(2):
        assert sort(album, "two-0.jpg", "--new-person", "--dry-run")[0] == 0
    assert sort(album, "two-0.jpg", "--new-person")[0] == 0
    assert copied(album, "PhotosWithAnna (2)") == {"two.jpg"}
    assert not (album / "out" / "PhotosWithAnna (3)").exists()
    assert "Anna (3)" not in facesorter("people", "list", profile=album / "profile").stdout


def test_the_same_anna_is_known_by_both_of_her_faces(album: Path) -> None:
    assert sort(album, "one-0.jpg")[0] == 0
    assert sort(album, "two-0.jpg", "--same-person")[0] == 0
    assert copied(album, "PhotosWithAnna") == {"one.jpg", "two.jpg"}
    assert sort(album, "two-1.jpg")[0] == 0


def test_headshots_that_are_unlike_each_other_are_told_of(album: Path) -> None:
    for name, shots in {"Anna": ("one-0.jpg", "two-0.jpg"), "Ben": ("two-0.jpg", "two-1.jpg")}.items():
        (album / "people" / name).mkdir(parents=True)
        for shot in shots:
            shutil.copy(album / shot, album / "people" / name)
    result = facesorter(
        *("sort", "--people", album / "people", album / "photos", "--to", album / "out", "--dry-run"),
        profile=album / "profile",
    )
    assert "The headshots of Anna may not all show the same person." in result.stderr
    assert "of Ben may not" not in result.stderr
