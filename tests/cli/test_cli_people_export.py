"""`facesorter people export` as a user runs it: whole, sized down, without metadata, as a folder and as a ZIP file."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
import skimage.data
from PIL import Image, ImageCms, ImageEnhance

from tests.cli.program import facesorter

TURNED, WIDTH, HEIGHT = 6, 300, 420
"""An orientation that is mended by turning a quarter, and the upright size of all photos."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile in which Eileen is known in photos of which two have names that some file systems take for one."""
    folder = tmp_path_factory.mktemp("known")
    face = Image.fromarray(skimage.data.astronaut()).crop((100, 0, 400, 420))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for number, name in enumerate(("one/a.jpg", "two/A.JPG", "one/b.png")):
        exif = Image.Exif()
        exif[0x0112] = TURNED
        exif.get_ifd(0x8769)[0x9003] = "2010:02:03 04:05:06"
        exif.get_ifd(0x8825)[1] = "N"
        target = folder / "photos" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        picture = ImageEnhance.Brightness(face).enhance(1 - number / 20)
        if name.endswith(".png"):
            picture.save(target)
        else:
            picture.transpose(Image.Transpose.ROTATE_90).save(target, "JPEG", exif=exif, icc_profile=profile)
    shutil.copy(folder / "photos/one/a.jpg", folder / "photos/two/again.jpg")
    scan = facesorter("people", "scan", folder / "photos", "--json", profile=folder / "profile")
    largest = next(json.loads(line) for line in scan.stdout.splitlines() if '"group"' in line)
    assert len(largest["faces"]) == 4, scan.stdout
    named = facesorter("people", "name", largest["group"], "Eileen", profile=folder / "profile")
    assert named.returncode == 0, named.stderr
    return folder


def bytes_of(*paths: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in paths)


def test_photos_are_exported_byte_for_byte_once_each_under_names_that_differ_everywhere(
    known: Path, tmp_path: Path
) -> None:
    result = facesorter("people", "export", "Eileen", tmp_path / "out", "--json", profile=known / "profile")
    assert result.returncode == 0, result.stderr
    *each, done = [json.loads(line) for line in result.stdout.splitlines()]
    out = sorted((tmp_path / "out").iterdir())
    photos = known / "photos"
    assert bytes_of(*out) == bytes_of(photos / "one/a.jpg", photos / "two/A.JPG", photos / "one/b.png")
    assert {one["name"] for one in each} == {path.name for path in out}
    assert len({path.name.lower() for path in out}) == 3
    assert done == {"event": "done", "person": "Eileen", "to": str(tmp_path / "out"), "photos": 3, "problems": 0}


def test_nothing_is_overwritten_and_a_zip_file_is_whole(known: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    words = ("people", "export", "Eileen", target, "--zip")
    assert facesorter(*words, profile=known / "profile").returncode == 0
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert sorted(archive.read(name) for name in archive.namelist()) == bytes_of(
            *(known / "photos" / name for name in ("one/a.jpg", "two/A.JPG", "one/b.png"))
        )
    before = target.read_bytes()
    again = facesorter(*words, profile=known / "profile")
    assert (again.returncode, "already" in again.stderr) == (2, True)
    assert facesorter("people", "export", "Eileen", tmp_path, profile=known / "profile").returncode == 2
    assert target.read_bytes() == before
    assert os.listdir(tmp_path) == ["out.zip"]


@pytest.mark.parametrize("metadata", [True, False])
def test_photos_sized_down_are_upright_and_say_what_was_asked_for(known: Path, tmp_path: Path, metadata: bool) -> None:
    words = ("people", "export", "Eileen", tmp_path / "out", "--max-px", 210, *([] if metadata else ["--no-metadata"]))
    result = facesorter(*words, profile=known / "profile")
    assert result.returncode == 0, result.stderr
    said: list[str | None] = []
    for path in (tmp_path / "out").iterdir():
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("JPEG", (150, 210))
            exif = picture.getexif()
            assert exif.get(0x0112, 1) == 1
            said.append(exif.get_ifd(0x8769).get(0x9003))
            assert ("icc_profile" in picture.info) == (path.stem.lower()[0] == "a")
    assert len(said) == 3
    assert said.count("2010:02:03 04:05:06") == (2 if metadata else 0)


def test_a_whole_photo_without_metadata_keeps_its_pixels_colors_and_orientation(known: Path, tmp_path: Path) -> None:
    result = facesorter("people", "export", "Eileen", tmp_path / "out", "--no-metadata", profile=known / "profile")
    assert result.returncode == 0, result.stderr
    pixels = {Image.open(known / "photos" / name).tobytes() for name in ("one/a.jpg", "two/A.JPG")}
    found: set[bytes] = set()
    for path in (tmp_path / "out").iterdir():
        assert b"2010:02:03" not in path.read_bytes()
        with Image.open(path) as picture:
            exif = picture.getexif()
            assert not exif.get_ifd(0x8769)
            assert not exif.get_ifd(0x8825)
            if path.stem.lower().startswith("a"):
                assert exif[0x0112] == TURNED
                assert "icc_profile" in picture.info
                found.add(picture.tobytes())
    assert found == pixels


def test_what_was_taken_out_of_a_person_is_not_exported_and_a_changed_photo_is_told_of(
    known: Path, tmp_path: Path
) -> None:
    shutil.copytree(known, tmp_path / "copy")
    profile, photo = tmp_path / "copy/profile", known / "photos/one/b.png"
    before = photo.read_bytes()
    try:
        photo.write_bytes(before + b"changed")
        result = facesorter("people", "export", "Eileen", tmp_path / "out", "--json", profile=profile)
    finally:
        photo.write_bytes(before)
    assert result.returncode == 1, result.stderr
    (problem,) = [json.loads(line) for line in result.stdout.splitlines() if '"problem"' in line]
    assert problem["photo"] == str(photo)
    assert sorted(path.suffix.lower() for path in (tmp_path / "out").iterdir()) == [".jpg", ".jpg"]
    person = ("--name", "Eileen", "--headshot", known / "photos/one/a.jpg")
    copied = facesorter("sort", *person, known / "photos", "--to", tmp_path / "sorted", profile=profile)
    assert copied.returncode == 0, copied.stderr
    assert (tmp_path / "sorted/PhotosWithEileen/b.png").exists()
    split = facesorter("people", "split", "Eileen", photo, profile=profile)
    assert split.returncode == 0, split.stderr
    left = facesorter("people", "export", "Eileen", tmp_path / "left", profile=profile)
    assert left.returncode == 0, left.stderr
    assert len(list((tmp_path / "left").iterdir())) < 3
    assert not (tmp_path / "left/b.png").exists()


def test_photos_that_were_copied_are_exported_without_any_groups(known: Path, tmp_path: Path) -> None:
    photos, copies = tmp_path / "photos", tmp_path / "copies"
    shutil.copytree(known / "photos", photos)
    words = ("sort", "--name", "Eileen", "--headshot", photos / "one/b.png", photos / "one", "--to", copies)
    sort = facesorter(*words, profile=tmp_path / "profile")
    assert sort.returncode == 0, sort.stderr
    expected = bytes_of(photos / "one/a.jpg", photos / "one/b.png")
    shutil.rmtree(photos)  # the copies that were made stand in for the photos
    result = facesorter("people", "export", "Eileen", tmp_path / "out", profile=tmp_path / "profile")
    assert result.returncode == 0, result.stderr
    assert bytes_of(*(tmp_path / "out").iterdir()) == expected
