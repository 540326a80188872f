"""A copied photo is a person's until the user says that they are not in it; who is not one face may be another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from facesorter.app import App, ThreadExecutor
from facesorter.app.copied_photos import copied_contents, stale_copies
from facesorter.domain.events import PhotoCopied
from facesorter.domain.models import Decision, EncodedPicture, FaceKey, Person
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest


@pytest.fixture
def photo(data: Path, tmp_path: Path) -> Path:
    """Anna on the left, somebody else on the right."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    anna, other = (sorted(one.iterdir()) for one in several[:2])
    with Image.open(anna[0]) as left, Image.open(other[0]) as right:
        both = Image.new("RGB", (left.width + right.width, left.height))
        both.paste(left, (0, 0))
        both.paste(right, (left.width, 0))
    (tmp_path / "photos").mkdir()
    both.save(tmp_path / "photos" / "both.jpg", quality=95)
    return tmp_path / "photos" / "both.jpg"


@pytest.fixture
def anna(app: App, data: Path, photo: Path, tmp_path: Path) -> Person:
    """Whom a search has found in the photo."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    head = Headshot(str(sorted(several[0].iterdir())[1]))
    request = SortRequest((PersonRequest("Anna", (head,)),), (str(photo.parent),), str(tmp_path / "out"))
    with closing(ThreadExecutor()) as executor:
        events = list(app.session().run(request, executor))
    assert sum(isinstance(event, PhotoCopied) for event in events) == 1
    return app.catalog.person("Anna")


def face(app: App, photo: Path, *, left: bool) -> FaceKey:
    """One of the two faces of the photo."""
    [listed] = [one for one in [app.catalog.photo_at(str(photo))] if one is not None]
    boxes = [one.box for one in app.engine.faces(EncodedPicture(str(photo), photo.read_bytes()))]
    assert len(boxes) == 2
    return FaceKey(listed.identities[0], next(box for box in boxes if (box.left < 0.5) is left))


def test_who_is_none_of_another_face_is_still_in_the_photo(app: App, anna: Person, photo: Path) -> None:
    hers = face(app, photo, left=True)
    app.catalog.decide_faces(anna, {face(app, photo, left=False): Decision.NO})
    assert copied_contents(app, anna) == {hers.content}
    assert stale_copies(app, anna) == []
    assert [one.photo.path for one in app.people.photos_of(anna)] == [str(photo)]

    app.catalog.decide_faces(anna, {hers: Decision.NO})
    assert copied_contents(app, anna) == set()
    assert [one.source for one in stale_copies(app, anna)] == [str(photo)]


def test_who_is_not_in_the_photo_as_a_whole_is_in_none_of_its_faces(app: App, anna: Person, photo: Path) -> None:
    content = face(app, photo, left=True).content
    app.catalog.decide(anna, {content: Decision.NO})
    assert copied_contents(app, anna) == set()
    assert len(stale_copies(app, anna)) == 1
    app.catalog.decide(anna, {content: Decision.YES})
    assert copied_contents(app, anna) == {content}
    assert stale_copies(app, anna) == []
