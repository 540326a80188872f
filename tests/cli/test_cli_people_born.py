"""`facesorter sort` for somebody whose birth date is known: no match in a photo that was taken before."""

from __future__ import annotations

import json
from pathlib import Path

import skimage.data
from PIL import Image

from tests.cli.program import facesorter


def photo(path: Path, year: int, *, mirrored: bool) -> None:
    face = Image.fromarray(skimage.data.astronaut()).crop((100, 0, 400, 420))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"{year}:02:03 04:05:06"
    (face.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else face).save(path, "JPEG", exif=exif)


def test_photos_from_before_the_birth_are_of_other_people(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    photo(tmp_path / "photos/early.jpg", 2001, mirrored=False)
    photo(tmp_path / "photos/late.jpg", 2010, mirrored=True)
    profile = tmp_path / "profile"
    words = ("sort", "--name", "Anna", "--headshot", tmp_path / "photos/late.jpg", tmp_path / "photos")

    def sort(to: str) -> tuple[int, int, int]:
        result = facesorter(*words, "--to", tmp_path / to, "--json", profile=profile)
        assert result.returncode == 0, result.stderr
        balance = json.loads(result.stdout.splitlines()[-1])
        return balance["copied"], balance["check"], balance["not_them"]

    assert sort("both") == (2, 0, 0)
    assert facesorter("people", "born", "Anna", "2002-05-14", profile=profile).returncode == 0
    assert facesorter("people", "born", "Anna", "2999-05-14", profile=profile).returncode == 2, "a slip of the finger"
    assert sort("one") == (1, 0, 1)
    assert [path.name for path in (tmp_path / "one/PhotosWithAnna").iterdir()] == ["late.jpg"]
    assert facesorter("people", "born", "Anna", "-", profile=profile).returncode == 0
    assert sort("again") == (2, 0, 0)
