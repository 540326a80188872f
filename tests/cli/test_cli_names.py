"""Names that other programs wrote: listed, and looked for."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

from facesorter.domain.models import BoundingBox
from facesorter.domain.named_faces import NamedFace, StoredPicture
from facesorter.images.xmp import with_faces
from tests.cli.program import facesorter

FACE = BoundingBox(0.36, 0.1, 0.18, 0.25)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five photos: in one Eileen is marked in a sidecar, in one by Picasa, and Takeout names her without a place."""
    folder = tmp_path_factory.mktemp("photos")
    person = Image.fromarray(pictures.astronaut())
    for number, name in enumerate(("marked", "picasa", "takeout", "unnamed")):
        person.resize((500 - number, 500 - number)).save(folder / f"{name}.jpg")
    Image.fromarray(pictures.coffee()).save(folder / "coffee.jpg")
    (folder / "marked.xmp").write_bytes(
        with_faces(
            None,
            [NamedFace("Eileen", FACE), NamedFace("A cup", BoundingBox(0.8, 0.8, 0.1, 0.1))],
            StoredPicture(500, 500, 1),
        )
    )
    (folder / ".picasa.ini").write_text(
        "[Contacts2]\nabc=Eileen;;\n[picasa.jpg]\nfaces=rect64(5c2819998a3d5999),abc\n[coffee.jpg]\nfaces=rect64(zz),abc\n"
    )
    (folder / "takeout.jpg.supplemental-metadata.json").write_text('{"people": [{"name": "Eileen"}]}')
    return folder


def test_names_are_listed(photos: Path, tmp_path: Path) -> None:
    result = facesorter("names", photos, "--json", profile=tmp_path)
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"person": "Eileen", "photos": 3, "marked": 2},
        {"person": "A cup", "photos": 1, "marked": 1},
    ]
    said = facesorter("names", photos, profile=tmp_path).stdout
    assert "Eileen: named in 3 photos, with the face marked in 2" in said


def test_whoever_is_named_is_looked_for(photos: Path, tmp_path: Path) -> None:
    result = facesorter("sort", photos, "--names-in-photos", "--to", tmp_path / "out", "--json", profile=tmp_path / "p")
    assert result.returncode == 0, result.stderr
    *_, balance = map(json.loads, result.stdout.splitlines())
    assert (balance["person"], balance["found"], balance["copied"], balance["no_face"]) == ("Eileen", 5, 4, 1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["PhotosWithEileen"]


def test_only_one_of_them_is_looked_for(photos: Path, tmp_path: Path) -> None:
    arguments = ("sort", photos, "--names-in-photos", "--to", tmp_path / "out", "--json")
    result = facesorter(*arguments, "--name", "Eileen", profile=tmp_path / "p")
    assert json.loads(result.stdout.splitlines()[-1])["copied"] == 4
    result = facesorter(*arguments, "--name", "A cup", profile=tmp_path / "p")
    assert result.returncode == 2
    assert "Nobody who could be looked for is named in these photos." in result.stderr


def test_nobody_is_named(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    assert "Nobody is named" in facesorter("names", tmp_path / "photos", profile=tmp_path / "p").stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for rights to make links")
def test_a_sidecar_that_is_damaged_or_vanishes_names_nobody(photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes((photos / "marked.jpg").read_bytes())
    (folder / "a.jpg.xmp").write_text("<x:xmpmeta")
    (folder / "b.jpg").write_bytes(b"no picture")
    (folder / "b.xmp").symlink_to(folder / "b.jpg")
    (folder / ".picasa.ini").mkdir()
    result = facesorter("names", folder, profile=tmp_path / "p")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Nobody is named" in result.stdout


def test_copies_of_facesorters_own_name_nobody(photos: Path, tmp_path: Path) -> None:
    shutil.copytree(photos, tmp_path / "photos")
    listed = facesorter("names", tmp_path / "photos", "--json", profile=tmp_path / "p").stdout
    arguments = ("sort", tmp_path / "photos", "--names-in-photos", "--write-names", "--to", tmp_path / "photos")
    assert facesorter(*arguments, profile=tmp_path / "p").returncode == 0
    assert list((tmp_path / "photos" / "PhotosWithEileen").glob("*.xmp"))
    assert facesorter("names", tmp_path / "photos", "--json", profile=tmp_path / "p").stdout == listed


def test_names_are_looked_for_where_photos_are(photos: Path, tmp_path: Path) -> None:
    shutil.copytree(photos, tmp_path / "photos" / "below")
    arguments = ("sort", tmp_path / "photos", "--names-in-photos", "--to", tmp_path / "out")
    result = facesorter(*arguments, "--no-subfolders", profile=tmp_path / "p")
    assert result.returncode == 2
    assert "Nobody who could be looked for is named in these photos." in result.stderr
