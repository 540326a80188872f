"""Films in a scan for everybody: a process, real pictures, the engine on this computer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from film_making import make_film
from PIL import Image, ImageChops
from skimage import data as pictures

from facesorter.app import App, ThreadExecutor
from facesorter.images import thumbnail
from facesorter.paths import AppPaths
from facesorter.settings import Settings, save
from tests.cli.program import facesorter


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that shows a person at several times, and elsewhere in the frame, and two photos of the same person."""
    folder = tmp_path_factory.mktemp("photos")
    person = Image.fromarray(pictures.astronaut())
    cup = np.asarray(Image.fromarray(pictures.coffee()).resize((512, 512)))
    moved = np.asarray(ImageChops.offset(person, 60, 40))
    make_film(folder / "party.mp4", [cup, np.asarray(person), cup, moved])
    person.save(folder / "a.jpg")
    person.rotate(4).save(folder / "b.jpg")
    return folder


def scanned(folder: Path, profile: Path) -> list[dict[str, Any]]:
    result = facesorter("people", "scan", folder, "--json", profile=profile)
    assert result.returncode == 0, result.stderr
    return [line for line in map(json.loads, result.stdout.splitlines()) if line["event"] == "group"]


def test_a_person_of_a_film_is_in_their_group_once_with_the_time(folder: Path, tmp_path: Path) -> None:
    groups = scanned(folder, tmp_path)
    found = {Path(face["photo"]).name: face for face in groups[0]["faces"]}
    assert len(groups[0]["faces"]) == 3
    assert set(found) == {"a.jpg", "b.jpg", "party.mp4"}
    assert list(found["a.jpg"]) == ["photo", "box"]
    assert list(found["party.mp4"]) == ["photo", "box", "time"]
    assert 1.5 <= found["party.mp4"]["time"] <= 8
    assert scanned(folder, tmp_path) == groups, "a second scan groups nothing anew"


def test_films_are_left_out_if_the_settings_say_so(folder: Path, tmp_path: Path) -> None:
    save(Settings(films=False), AppPaths(tmp_path).settings)
    faces = [face for group in scanned(folder, tmp_path) for face in group["faces"]]
    assert {Path(face["photo"]).name for face in faces} == {"a.jpg", "b.jpg"}


def test_a_group_of_a_film_alone_shows_its_face_and_can_be_named(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "films"
    alone.mkdir()
    (alone / "party.mp4").write_bytes((folder / "party.mp4").read_bytes())
    ((group,),) = [scanned(alone, tmp_path / "profile")]
    app = App(AppPaths(tmp_path / "profile"))
    app.open()
    try:
        (shown,) = app.people.unknown(least=1)
        crop = app.people.cut_out(shown.best[0])
        assert crop is not None
        pixels = thumbnail(crop, 320).pixels
        assert pixels.std() > 20, "a picture, and not a black frame"
        app.people.name(group["group"], "Eileen")
        (eileen,) = app.people.everybody()
        assert (eileen.details.person.name, eileen.pictures) == ("Eileen", 1)
        executor = ThreadExecutor()
        list(app.people.scan([str(folder)], executor))
        executor.close()
        assert app.people.everybody()[0].pictures == 3
    finally:
        app.close()
