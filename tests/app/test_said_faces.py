"""Which faces of a photo are somebody's outlives a yes to the photo as a whole, and no other word on it."""

from __future__ import annotations

from facesorter.app import App
from facesorter.domain.models import BoundingBox, Decision, FaceKey, Photo

PHOTO = Photo(1, "/photos/mirror.jpg", 1, 1, b"mirror")
BOXES = [BoundingBox(0.1, 0.1, 0.2, 0.2), BoundingBox(0.6, 0.1, 0.2, 0.2)]


def test_a_yes_to_the_photo_keeps_the_faces_and_a_no_does_not(app: App) -> None:
    anna, session = app.catalog.person("Anna"), app.session()
    session.decide_faces(anna, PHOTO, BOXES)
    both = {FaceKey(b"mirror", box): Decision.YES for box in BOXES}
    assert app.catalog.face_decisions(anna) == both
    session.decide(anna, [(PHOTO, Decision.YES)])
    assert app.catalog.face_decisions(anna) == both
    session.decide_faces(anna, PHOTO, BOXES[:1])
    assert app.catalog.face_decisions(anna) == {FaceKey(b"mirror", BOXES[0]): Decision.YES}
    session.decide_faces(anna, PHOTO, [])
    assert app.catalog.face_decisions(anna) == {FaceKey(b"mirror"): Decision.YES}
    session.decide_faces(anna, PHOTO, BOXES)
    session.decide(anna, [(PHOTO, Decision.NO)])
    assert app.catalog.face_decisions(anna) == {FaceKey(b"mirror"): Decision.NO}
    session.close()
