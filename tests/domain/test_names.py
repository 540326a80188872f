"""Names of people: each becomes one harmless child of the destination, or is refused with a reason."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.errors import WrongUse
from facesorter.domain.names import LONGEST_FOLDER_NAME, distinct, family_key, folder_name, merging_key, one_spelling

FORBIDDEN = set('<>:"/\\|?*') | set(map(chr, range(32))) | {chr(127)}
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Anna", "PhotosWithAnna"),
        ("  Anna   Maria\t", "PhotosWithAnna Maria"),
        ("../../x", "PhotosWith.._.._x"),
        ("CON", "PhotosWithCON"),
        ("nul .txt", "PhotosWithnul .txt"),
        ("Ann.", "PhotosWithAnn"),
        ("Ann .. .", "PhotosWithAnn"),
        ("a\x07b\nc", "PhotosWitha_b c"),
        ("a\u202egpj.b\u2066", "PhotosWithagpj.b"),
        ("x\ud800y", "PhotosWithx_y"),
        ("\udcff-y", "PhotosWith_-y"),
        ("C:\\Windows", "PhotosWithC__Windows"),
        ("Zoe\u0308", "PhotosWithZo\u00eb"),
        ("\u0301 anna", "PhotosWithanna"),
        ("\U0001f469\u200d\U0001f467", "PhotosWith\U0001f469\u200d\U0001f467"),
        ("नेपाल", "PhotosWithनेपाल"),
        ("می\u200cر", "PhotosWithمی\u200cر"),
        ("\ufffey", "PhotosWith_y"),
        ("\ufdd0y", "PhotosWith_y"),
    ],
)
def test_folder_name(name: str, folder: str) -> None:
    assert folder_name(name) == folder


@pytest.mark.parametrize(
    "name", ["Zo\u00eb Ann", "Zoe\u0308 Ann", " Zo\u00eb Ann", "Zo\u00eb Ann\n", "Zo\u00eb\u00a0 \tAnn"]
)
def test_names_that_read_the_same_have_one_spelling(name: str) -> None:
    assert one_spelling(name) == "Zo\u00eb Ann"


@given(st.text(st.characters(codec=None), max_size=12))
def test_one_spelling_is_spelled_like_that_and_leads_to_the_same_folder(name: str) -> None:
    spelled = one_spelling(name)
    assert one_spelling(spelled) == spelled
    try:
        folder = folder_name(name)
    except WrongUse:
        return
    assert folder_name(spelled) == folder


@pytest.mark.parametrize("name", ["", " ", ".", "..", "...", "/", "//", "?", "\u200d", "\u202e", "\u0301", "a\0b", "_"])
def test_names_of_nothing_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(WrongUse) as refusal:
        folder_name(name)
    assert refusal.value.what_happened
    assert refusal.value.what_to_do


@pytest.mark.parametrize("letter", ["a", "é", "漢", "\U0001f600"])
def test_a_very_long_name_is_cut_between_characters(letter: str) -> None:
    folder = folder_name(letter * 300)
    assert LONGEST_FOLDER_NAME - 4 < len(folder.encode()) <= LONGEST_FOLDER_NAME
    assert set(folder) == set("PhotosWith" + letter)


@given(st.text(st.characters(exclude_categories=()), max_size=300) | st.text("./\\ :\u200d\u0301\u202ea", max_size=12))
def test_any_name_is_one_harmless_child_or_refused(name: str) -> None:
    try:
        folder = folder_name(name)
    except WrongUse:
        return
    assert folder.startswith("PhotosWith")
    assert len(folder) > len("PhotosWith")
    assert not set(folder) & (FORBIDDEN | TURNING)
    assert folder[-1] not in ". "
    assert folder == unicodedata.normalize("NFC", folder)
    assert len(folder.encode("utf-8")) <= LONGEST_FOLDER_NAME
    assert os.path.basename(os.path.normpath(os.path.join("/to", folder))) == folder


@given(st.lists(st.text("aAßsSeë\u0308\u200d\u017fµμ\u03c3ς", min_size=1, max_size=3), max_size=12))
def test_distinct_names_never_merge(names: list[str]) -> None:
    try:
        folders = distinct(names, ["PhotosWithA"])
    except WrongUse:
        return
    assert len(folders) == len(names)
    assert len({merging_key(folder) for folder in [*folders, "PhotosWithA"]}) == len(names) + 1


def test_case_and_unicode_form_are_kept_apart() -> None:
    assert distinct(["Ann", "ann", "Zo\u00eb", "Zoe\u0308", "Zoe"], []) == [
        "PhotosWithAnn",
        "PhotosWithann (2)",
        "PhotosWithZo\u00eb",
        "PhotosWithZo\u00eb (2)",
        "PhotosWithZoe",
    ]


@pytest.mark.parametrize(
    ("name", "other"),
    [("Straße", "STRASSE"), ("Νίκος", "ΝΊΚΟΣ"), ("I", "\u0131"), ("S", "\u017f"), ("ab", "a\u200db"), ("2", "\u00b2")],
)
def test_what_any_file_system_merges_is_kept_apart(name: str, other: str) -> None:
    assert distinct([name, other], []) == [folder_name(name), folder_name(other) + " (2)"]


def test_a_taken_folder_is_kept_apart() -> None:
    assert distinct(["ann"], ["PhotosWithAnn", "photoswithANN (2)"]) == ["PhotosWithann (3)"]


def test_long_names_that_are_cut_alike_are_kept_apart() -> None:
    first, second = distinct(["a" * 200 + "x", "a" * 200 + "y"], [])
    assert first != second
    assert len(second.encode()) <= 143


def test_every_folder_can_be_made(tmp_path: Path) -> None:
    names = ["../../x", "CON", "nul .txt", "a\u202eb", "x\ud800y", "\U0001f600", "é" * 300, "a\nb", "Ann", "ann"]
    for folder in distinct(names, []):
        (tmp_path / folder).mkdir()
    assert len(list(tmp_path.iterdir())) == len(names)


@pytest.mark.parametrize(
    "name",
    ["a.JPG", "A (1).jpg", "a (1) (2).jpg", "a.jpg. ", "\u202ea.jpg", "a\u200d.jpg", "\u00aa.jpg"],
)
def test_photos_whose_copies_may_bear_one_name_are_a_family(name: str) -> None:
    assert family_key(name) == family_key("a.jpg")


def test_photos_whose_copies_are_cut_to_one_name_are_a_family() -> None:
    assert family_key("\u00e9" * 120 + "1.jpg") == family_key("\u00e9" * 120 + "2.jpg")


def test_other_photos_are_no_family() -> None:
    names = ["a.jpg", "a.png", "b.jpg", "a1.jpg", "a(1).jpg", "(1).jpg", ".jpg"]
    assert len(set(map(family_key, names))) == len(names)


@given(st.text("aAz9 _.()-", min_size=1, max_size=8) | st.text(max_size=8))
def test_the_short_way_to_a_family_is_the_long_one(name: str) -> None:
    assert family_key(name) == family_key("\u202e" + name)
