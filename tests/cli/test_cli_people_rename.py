"""`facesorter people rename --with-folder`: the folder of copies follows, or everything stays as it was."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import skimage.data
from PIL import Image

from tests.cli.program import facesorter


@pytest.fixture
def sorted_once(tmp_path: Path) -> Path:
    """A folder with a profile in which photos of Anna were copied to `out`."""
    face = Image.fromarray(skimage.data.astronaut()).crop((100, 0, 400, 420))
    (tmp_path / "photos").mkdir()
    face.save(tmp_path / "photos/a.jpg")
    face.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "photos/b.jpg")
    sort(tmp_path)
    return tmp_path


def sort(folder: Path, name: str = "Anna") -> dict[str, object]:
    words = ("sort", "--name", name, "--headshot", folder / "photos/a.jpg", folder / "photos", "--to", folder / "out")
    result = facesorter(*words, "--json", profile=folder / "profile")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def rename(folder: Path, *words: object) -> tuple[int, str]:
    result = facesorter("people", "rename", *words, "--with-folder", profile=folder / "profile")
    return result.returncode, result.stderr


def folders(folder: Path) -> list[str]:
    return sorted(os.listdir(folder / "out"))


def test_the_folder_follows_and_check_sort_and_undo_know_where_it_is(sorted_once: Path) -> None:
    assert rename(sorted_once, "Anna", "Berta") == (0, "")
    assert folders(sorted_once) == ["PhotosWithBerta"]
    assert not (sorted_once / "profile/renaming.json").exists()
    checked = facesorter("check", profile=sorted_once / "profile")
    assert checked.returncode == 0, checked.stdout
    again = sort(sorted_once, "Berta")
    assert (again["copied"], again["already_there"]) == (0, 2)
    undone = facesorter("undo", 1, profile=sorted_once / "profile")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert folders(sorted_once) == []


def test_nothing_changes_if_the_new_name_is_not_free(sorted_once: Path) -> None:
    (sorted_once / "out/PhotosWithBerta").mkdir()
    code, said = rename(sorted_once, "Anna", "Berta")
    assert (code, "PhotosWithBerta" in said) == (2, True)
    assert folders(sorted_once) == ["PhotosWithAnna", "PhotosWithBerta"]
    assert facesorter("people", "show", "Anna", profile=sorted_once / "profile").returncode == 0
    assert not list((sorted_once / "out/PhotosWithBerta").iterdir())


def test_a_folder_that_the_user_made_does_not_follow(tmp_path: Path) -> None:
    face = Image.fromarray(skimage.data.astronaut()).crop((100, 0, 400, 420))
    (tmp_path / "photos").mkdir()
    (tmp_path / "out/PhotosWithAnna").mkdir(parents=True)
    face.save(tmp_path / "photos/a.jpg")
    sort(tmp_path)
    assert rename(tmp_path, "Anna", "Berta")[0] == 2
    assert folders(tmp_path) == ["PhotosWithAnna"]
    assert facesorter("people", "show", "Anna", profile=tmp_path / "profile").returncode == 0


def test_a_folder_that_was_deleted_does_not_hinder(sorted_once: Path) -> None:
    shutil.rmtree(sorted_once / "out/PhotosWithAnna")
    assert rename(sorted_once, "Anna", "Berta") == (0, "")
    assert sort(sorted_once, "Berta")["copied"] == 2
    assert folders(sorted_once) == ["PhotosWithBerta"]


def test_what_a_kill_left_half_renamed_is_taken_back(sorted_once: Path) -> None:
    old, new = (str(sorted_once / "out" / name) for name in ("PhotosWithAnna", "PhotosWithBerta"))
    os.rename(old, new)
    intent = {"person": 1, "folder": "PhotosWithBerta", "moved": {old: new}}
    (sorted_once / "profile/renaming.json").write_text(json.dumps(intent))
    assert facesorter("people", "show", "Anna", profile=sorted_once / "profile").returncode == 0
    assert folders(sorted_once) == ["PhotosWithAnna"]
    assert not (sorted_once / "profile/renaming.json").exists()
