"""A face of a film that somebody is known by is cut out of its frame."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from film_making import make_film
from PIL import Image
from skimage import data as pictures

from facesorter.app import App, ThreadExecutor
from facesorter.app.portraits import add_portraits
from facesorter.domain.models import FaceKey
from facesorter.images import decode
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest


def test_a_portrait_of_a_film_shows_the_face(tmp_path: Path) -> None:
    person = Image.fromarray(pictures.astronaut())
    person.crop((140, 20, 320, 220)).save(tmp_path / "head.png")
    dark = np.zeros((512, 512, 3), np.uint8)
    (tmp_path / "photos").mkdir()
    film = make_film(tmp_path / "photos" / "film.mp4", [dark, np.asarray(person), dark])
    app, executor = App(AppPaths(tmp_path / "profile")), ThreadExecutor()
    app.open()
    try:
        wanted = PersonRequest("Eileen", (Headshot(str(tmp_path / "head.png")),))
        list(app.session().run(SortRequest((wanted,), (str(film.parent),), str(tmp_path / "out")), executor))
        content = hashlib.sha256(film.read_bytes()).digest()
        analysis = app.catalog.analysis(content, app.engine.name)
        assert analysis is not None
        [face, *_] = app.engine.faces_in((analysis,))
        someone = app.catalog.person("Eileen")
        [portrait] = add_portraits(app, someone, [FaceKey(content, face.box)])
        [kept] = [one for one in app.catalog.portraits(someone) if one.id == portrait]
        assert decode(kept.crop).pixels.mean() > 60  # and not one of the dark frames
    finally:
        executor.close()
        app.close()
