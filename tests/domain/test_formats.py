"""What counts as a photo and what as a film, by name."""

from __future__ import annotations

import pytest

from facesorter.domain.formats import FILM_SUFFIXES, SUFFIXES, is_film, is_photo, is_photo_or_film


@pytest.mark.parametrize("name", ["IMG_1.MOV", "a.mp4", "/x/ein film.webm", "s3://b/k/clip.mts", "C:\\films\\a.avi"])
def test_names_of_films(name: str) -> None:
    assert is_film(name)
    assert not is_photo(name)


@pytest.mark.parametrize(
    "name", ["IMG_1.jpg", "._IMG_1.MOV", "/x/._IMG_1.MOV", "mov", ".mov", "code.ts", "a.mp4.txt", ""]
)
def test_names_of_other_files(name: str) -> None:
    assert not is_film(name)


def test_no_suffix_is_both() -> None:
    assert not FILM_SUFFIXES & SUFFIXES


@pytest.mark.parametrize(
    "name",
    [
        ".jpg",
        "jpg",
        "jpg.",
        "._a.jpg",
        ".a.JPG",
        "a.jpg",
        "a.JPG",
        "a.Jpg",
        "a.jPg",
        "a.b.heic",
        "a.txt",
        "",
        "a.MOV",
        ".a.mov",
    ],
)
def test_photos_and_films_are_what_is_either(name: str) -> None:
    assert is_photo_or_film(name) == (is_photo(name) or is_film(name))
