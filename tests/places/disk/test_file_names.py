"""Names as a folder has them already."""

from __future__ import annotations

from pathlib import Path

import pytest

from facesorter.places.disk.file_names import as_it_is_there

COMPOSED, DECOMPOSED = "PhotosWithZo\u00eb", "PhotosWithZoe\u0308"


@pytest.mark.parametrize("there", [COMPOSED, DECOMPOSED])
def test_a_folder_is_used_in_the_form_in_which_it_is_there(tmp_path: Path, there: str) -> None:
    (tmp_path / there).mkdir()
    assert (tmp_path / as_it_is_there(str(tmp_path), COMPOSED)).samefile(tmp_path / there)


def test_of_both_forms_the_one_that_was_asked_for_is_used(tmp_path: Path) -> None:
    for name in (COMPOSED, DECOMPOSED):
        (tmp_path / name).mkdir(exist_ok=True)
    assert as_it_is_there(str(tmp_path), COMPOSED) == COMPOSED


def test_what_is_no_folder_or_another_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "PhotosWithZoe").mkdir()
    (tmp_path / "elsewhere").mkdir()
    assert as_it_is_there(str(tmp_path), COMPOSED) == COMPOSED
    (tmp_path / DECOMPOSED).symlink_to(tmp_path / "elsewhere")
    assert as_it_is_there(str(tmp_path), COMPOSED) == COMPOSED
    (tmp_path / DECOMPOSED).unlink()
    (tmp_path / DECOMPOSED).write_text("a file")
    assert as_it_is_there(str(tmp_path), COMPOSED) == COMPOSED


@pytest.mark.parametrize("folder", ["missing", "s3://bucket/prefix"])
def test_where_nothing_can_be_listed_the_name_stays(tmp_path: Path, folder: str) -> None:
    assert as_it_is_there(str(tmp_path / folder), COMPOSED) == COMPOSED
