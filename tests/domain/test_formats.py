"""What counts as a photo and what as a film, by name."""

from __future__ import annotations

import pytest

from facesorter.domain.formats import (
    AS_SPELLED,
    FILM_SUFFIXES,
    SUFFIXES,
    count_suffixes,
    films_among,
    is_film,
    is_photo,
    is_photo_or_film,
)


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


@pytest.mark.parametrize("name", ["a.jpg", "a.JPG", "a.Jpg", "a.jPg", "a.b.heic", "a.MOV"])
def test_photos_and_films_are_looked_at(name: str) -> None:
    assert is_photo_or_film(name)


@pytest.mark.parametrize("name", [".jpg", "jpg", "jpg.", "._a.jpg", ".a.JPG", "a.txt", "", ".a.mov"])
def test_what_is_hidden_or_neither_photo_nor_film_is_not(name: str) -> None:
    assert not is_photo_or_film(name)


def test_every_spelling_of_a_suffix_is_a_photos() -> None:
    assert {".jpg", ".JPG", ".Jpg", ".j2k", ".J2K", ".J2k"} < AS_SPELLED
    assert all(is_photo(f"a{suffix}") for suffix in AS_SPELLED)


def test_the_places_of_films_are_told() -> None:
    assert films_among([b"a.jpg", b"b.MOV", b"mov", b".c.mov", b"d.m2ts", b"Zo\xeb.mp4", b"e.mts.txt"]) == [1, 4, 5]
    assert films_among([b"a.jpg", b"mp4"]) == []


def test_suffixes_are_counted_in_lower_case_however_long_the_name_and_the_suffix() -> None:
    names = ["a.jpg", "b.JPG", "c.x.jpeg", "d.m2ts", "e.supplemental", "f.Supplemental", "a name without", ".h", "i."]
    assert count_suffixes(names) == {
        ".jpg": 2,
        ".jpeg": 1,
        ".m2ts": 1,
        ".supplemental": 2,
        "": 1,
        ".h": 1,
        ".": 1,
    }
    assert not count_suffixes([])
