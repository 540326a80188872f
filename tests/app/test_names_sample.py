"""A quick look for names in a part of the photos."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from facesorter.app import App
from facesorter.app import names as looking
from facesorter.domain.named_faces import NamedFace, StoredPicture
from facesorter.images import xmp


def put(path: Path, *names: str) -> None:
    path.parent.mkdir(exist_ok=True)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "JPEG")
    path.write_bytes(picture.getvalue())
    if names:
        packet = xmp.with_faces(None, [NamedFace(name) for name in names], StoredPicture(40, 30, 1))
        path.with_suffix(".jpg.xmp").write_bytes(packet)


def last(app: App, folder: Path) -> list[str]:
    *_, found = app.names.peek([str(folder)])
    return found


def test_whoever_is_named_most_comes_first(app: App, tmp_path: Path) -> None:
    put(tmp_path / "photos/1.jpg", "Ben", "Anna")
    put(tmp_path / "photos/2.jpg", "Anna")
    put(tmp_path / "photos/3.jpg")
    assert last(app, tmp_path / "photos") == ["Anna", "Ben"]


def test_without_names_there_is_nobody(app: App, tmp_path: Path) -> None:
    put(tmp_path / "photos/1.jpg")
    assert last(app, tmp_path / "photos") == []


def test_of_many_photos_some_of_all_folders_are_looked_at(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_SAMPLE", 8)
    for folder in range(4):
        for number in range(25):
            put(tmp_path / f"photos{folder}/{number:02}.jpg", f"Person {folder}")
    read: list[str] = []
    real = looking.Sidecars.names_of

    def names_of(sidecars: looking.Sidecars, photo: looking.Photo) -> tuple[NamedFace, ...]:
        read.append(photo.path)
        return real(sidecars, photo)

    monkeypatch.setattr(looking.Sidecars, "names_of", names_of)
    *_, found = app.names.peek([str(tmp_path / f"photos{folder}") for folder in range(4)])
    assert sorted(found) == [f"Person {folder}" for folder in range(4)]
    assert 8 <= len(read) < 16
