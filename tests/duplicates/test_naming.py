"""Whose picture it is, and that nobody is guessed."""

from __future__ import annotations

import pytest

from facesorter.domain.errors import WrongUse
from facesorter.duplicates.naming import by_file, by_folder, by_list


@pytest.mark.parametrize(
    ("key", "name"),
    [("Hans_Blix/1.jpg", "Hans_Blix"), ("2009/Zoë Ann/a.jpg", "Zoë Ann"), ("a.jpg", None), ("a/b/c/d.jpg", "c")],
)
def test_a_folder_names_its_pictures(key: str, name: str | None) -> None:
    assert by_folder(key) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("x/Hans_Blix_0006.jpg", "Hans_Blix"), ("Ann_1.jpeg", "Ann"), ("Ann__1.jpg", "Ann"),
        ("Jean-Luc_D_12.x.jpg", None),
        ("Hans_Blix.jpg", None), ("Ann-1.jpg", None), ("_1.jpg", None), ("1.jpg", None), ("Zoë Ann_٣.jpg", None),
    ],
)  # fmt: skip
def test_a_file_is_named_by_what_stands_before_its_number(key: str, name: str | None) -> None:
    assert by_file(key) == name


def test_a_list_names_what_it_lists() -> None:
    naming = by_list('\ufeffpicture,name\r\na/1.jpg,Ann\r\n\r\nb\\2.jpg, Ben \r\n"c,3.jpg",Ann\r\na/1.jpg,Ann\r\n')
    assert [naming(key) for key in ("a/1.jpg", "b/2.jpg", "c,3.jpg", "d.jpg")] == ["Ann", "Ben", "Ann", None]


@pytest.mark.parametrize("text", ["a.jpg\n", "a.jpg,\n", ",Ann\n", "a.jpg,Ann\na.jpg,Ben\n"])
def test_a_list_that_says_nothing_or_two_things_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        by_list(text)
