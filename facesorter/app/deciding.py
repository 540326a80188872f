"""Remembers what the user says of a person in photos, and of single faces in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from facesorter.app.grouping import ProfileGroups
from facesorter.app.profile import Profile
from facesorter.domain.changes import Said, Subject
from facesorter.domain.models import BoundingBox, Decision, FaceKey, Person, Photo

_YES = Decision.YES


def decide(
    profile: Profile, person: Person, decisions: Iterable[tuple[Photo, Decision | None]], by: object | None = None
) -> None:
    """Remember what the user said of a person in these photos, all of it or nothing; None takes it back.

    `by` is the session in which they said it.
    A yes to a photo of which they said which faces are the person's says nothing new, and changes nothing.
    """
    catalog, said = profile.catalog, list(decisions)
    agreed = [known for photo, decision in said if decision is _YES for known in photo.identities]
    before = catalog.face_decisions(person, agreed).items()
    faces = {face.content for face, decision in before if decision is _YES and face.box}
    new = {
        known: decision
        for photo, decision in said
        for known in photo.identities
        if decision is not _YES or known not in faces
    }
    catalog.decide(person, new)
    profile.changes.tell(Subject.DECISIONS, said=(person, new), by=by)


def decide_faces(
    profile: Profile, person: Person, photo: Photo, boxes: Sequence[BoundingBox], by: object | None = None
) -> None:
    """Remember that the faces in these places of a photo, and no others, are the person's."""
    catalog, keys = profile.catalog, photo.identities
    catalog.decide(person, dict.fromkeys(keys, _YES))  # takes the place of what was said of its faces before
    catalog.decide_faces(person, {FaceKey(known, box): _YES for known in keys for box in boxes})
    profile.changes.tell(Subject.DECISIONS, said=(person, dict.fromkeys(keys, _YES)), by=by)


def said_now(profile: Profile, person: Person, pictures: Iterable[bytes]) -> Said:
    """What holds of a person in these pictures by what the user has said of them and of single faces.

    Whoever is none of a picture's faces any more, because the user said so of one, is not in it.
    """
    catalog, asked = profile.catalog, set(pictures)
    whole: dict[bytes, Decision | None] = dict.fromkeys(asked)
    refused = set[bytes]()
    for face, said in catalog.face_decisions(person, asked).items():
        if said is _YES or (face.box is None and whole[face.content] is not _YES):
            whole[face.content] = said
        elif said is Decision.NO:
            refused.add(face.content)
    stored = ProfileGroups(profile, catalog).stored()
    theirs = set(stored.pictures_of(stored.of_owner(person.id))) if refused else set[bytes]()
    for content in refused - theirs:
        whole[content] = whole[content] or Decision.NO
    return person, whole


def faces_decided(profile: Profile, person: Person, photo: Photo, boxes: Sequence[BoundingBox]) -> frozenset[int]:
    """Which of these faces of a photo, by their places in `boxes`, the user said are the person's."""
    said = profile.catalog.face_decisions(person, photo.identities).items()
    theirs = [face.box for face, decision in said if decision is _YES]
    places = {box.same_face(boxes) for box in theirs if box is not None}
    return frozenset(place for place in places if place is not None)
