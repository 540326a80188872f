"""What belongs to a photo by its name, and what it is called beside a copy that has another name."""

from __future__ import annotations

import time

import pytest

from facesorter.domain.companions import EDITED, Companions, stem_of_all

LONG = "a-name-of-a-photo-that-is-longer-than-takeout-likes.jpg"


def found(photo: str, *names: str) -> list[str]:
    return sorted(companion.name for companion in Companions([photo, *names]).of(photo))


def renamed(photo: str, companion: str, new: str) -> str:
    (one,) = Companions([photo, companion]).of(photo)
    return one.name_beside(photo, new)


@pytest.mark.parametrize(
    ("photo", "companion", "beside"),
    [
        ("IMG_1.HEIC", "IMG_1.MOV", "IMG_1 (1).MOV"),
        ("IMG_1.HEIC", "img_1.mov", "IMG_1 (1).mov"),
        ("IMG_1.HEIC", "IMG_1_HEVC.MOV", "IMG_1 (1)_HEVC.MOV"),
        ("IMG_1.jpg", "IMG_1.MP4", "IMG_1 (1).MP4"),
        ("IMG_1.JPG", "IMG_1.CR2", "IMG_1 (1).CR2"),
        ("IMG_1.JPG", "IMG_1.aae", "IMG_1 (1).aae"),
        ("IMG_1.JPG", "IMG_1.xmp", "IMG_1 (1).xmp"),
        ("IMG_1.JPG", "IMG_1.JPG.xmp", "IMG_1 (1).JPG.xmp"),
        ("IMG_1234.HEIC", "IMG_E1234.JPG", "IMG_E1234 (1).JPG"),
        ("IMG_1234.HEIC", "IMG_E1234.MOV", "IMG_E1234 (1).MOV"),
        ("IMG_1234.HEIC", "IMG_O1234.aae", "IMG_O1234 (1).aae"),
        ("a.jpg", "a-edited.jpg", "a (1)-edited.jpg"),
        ("a.jpg", "a-bearbeitet.jpg", "a (1)-bearbeitet.jpg"),
        ("a(2).jpg", "a-edited(2).jpg", "a(2) (1)-edited.jpg"),
        ("a.jpg", "a.jpg.json", "a (1).jpg.json"),
        ("a.jpg", "a.jpg.supplemental-metadata.json", "a (1).jpg.supplemental-metadata.json"),
        ("a.jpg", "a.jpg.supplemental-meta.json", "a (1).jpg.supplemental-metadata.json"),
        ("a(1).jpg", "a.jpg(1).json", "a(1) (1).jpg.json"),
        ("a(1).jpg", "a(1).jpg.json", "a(1) (1).jpg.json"),
        ("a(1).jpg", "a.jpg.supplemental-metadata(1).json", "a(1) (1).jpg.supplemental-metadata.json"),
        (LONG, f"{LONG[:46]}.json", f"{LONG[:-4]} (1).jpg.json"),
        (LONG, f"{LONG[:51]}.json", f"{LONG[:-4]} (1).jpg.json"),
        ("PXL_1.MP.jpg", "PXL_1.MP", "PXL_1.MP (1)"),
        ("PXL_1.jpg", "PXL_1.MP", "PXL_1 (1).MP"),
    ],
)
def test_what_belongs_to_a_photo_gets_its_name(photo: str, companion: str, beside: str) -> None:
    stem, dot, suffix = photo.rpartition(".")
    assert found(photo, companion) == [companion]
    assert renamed(photo, companion, photo) == companion
    assert renamed(photo, companion, f"{stem} (1){dot}{suffix}") == beside


@pytest.mark.parametrize(
    ("photo", "other"),
    [
        ("IMG_1.JPG", "IMG_10.xmp"),
        ("IMG_1.JPG", "IMG_1.txt"),
        ("IMG_1.JPG", "IMG_1.HEIC"),
        ("IMG_1.CR2", "IMG_1.JPG"),
        ("IMG_1.JPG", "IMG_1.avi"),
        ("IMG_1.JPG", "IMG_E2.JPG"),
        ("a.jpg", "a-cut.jpg"),
        ("a.jpg", "a.jpg(1).json"),
        ("a(1).jpg", "a.jpg.json"),
        ("a.jpg", "ab.jpg.json"),
        ("a.jpg", "metadata.json"),
        ("a-edited.jpg", "a.jpg"),
    ],
)
def test_what_does_not(photo: str, other: str) -> None:
    assert found(photo, other) == []


def test_notes_of_raw_files_and_edits_come_with_them() -> None:
    names = ("IMG_1.CR2", "IMG_1.CR2.xmp", "IMG_E1.JPG", "IMG_E1.JPG.xmp", "IMG_E1.xmp")
    assert found("IMG_1.JPG", *names) == sorted(names)
    beside = {one.name: one.name_beside("IMG_1.JPG", "IMG_1 (3).JPG") for one in Companions(names).of("IMG_1.JPG")}
    assert beside["IMG_1.CR2.xmp"] == "IMG_1 (3).CR2.xmp"
    assert beside["IMG_E1.JPG.xmp"] == "IMG_E1 (3).JPG.xmp"


def test_names_that_differ_in_case_alone_are_of_two_photos() -> None:
    names = ("IMG_1.JPG", "IMG_1.xmp", "img_1.JPG", "img_1.xmp")
    assert found("IMG_1.JPG", *names) == ["IMG_1.xmp"]
    assert found("img_1.JPG", *names) == ["img_1.xmp"]


@pytest.mark.parametrize("word", EDITED)
def test_edits_in_every_language(word: str) -> None:
    assert found("a.jpg", f"a{word}.jpg") == [f"a{word}.jpg"]
    assert Companions(["a.jpg", f"a{word}.jpg"]).is_one(f"a{word}.jpg")


def test_which_photos_are_companions_themselves() -> None:
    folder = Companions(
        ["a.jpg", "a.dng", "b.dng", "IMG_1.HEIC", "IMG_E1.JPG", "IMG_E2.JPG", "c-edited(1).jpg", "c(1).jpg"]
    )
    names = ["a.jpg", "a.dng", "b.dng", "IMG_1.HEIC", "IMG_E1.JPG", "IMG_E2.JPG", "c-edited(1).jpg", "c(1).jpg"]
    assert [name for name in names if folder.is_one(name)] == ["a.dng", "IMG_E1.JPG", "c-edited(1).jpg"]


def test_time_grows_with_the_number_of_files_and_not_with_its_square() -> None:
    def seconds(photos: int) -> float:
        stems = [f"IMG_20210102_{number:06}" for number in range(photos)]
        suffixes = (".jpg", ".jpg.supplemental-metadata.json", ".MOV", ".CR2")
        names = [stem + suffix for stem in stems for suffix in suffixes]
        began = time.process_time()
        folder = Companions(names)
        assert all(len(folder.of(f"{stem}.jpg")) == 3 and folder.is_one(f"{stem}.CR2") for stem in stems)
        return time.process_time() - began

    assert seconds(8000) < 8 * max(0.02, min(seconds(2000) for _ in range(3)))


@pytest.mark.parametrize(
    "photo", ["IMG_1.HEIC", "IMG_1.CR2", "IMG_E1.JPG", "IMG_O1.JPG", "IMG_1-edited.jpg", "IMG_1-bearbeitet.jpg"]
)
def test_photos_of_one_name_have_one_stem(photo: str) -> None:
    assert stem_of_all(photo) == "IMG_1"
