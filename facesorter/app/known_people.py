"""Finds people who are known by their names, and the faces and photos that show them."""

from __future__ import annotations

from facesorter.app.copied_photos import copied_contents
from facesorter.app.grouping import ProfileGroups
from facesorter.app.profile import Profile
from facesorter.domain.errors import WrongUse
from facesorter.domain.groups import DatedPhoto, newest_first
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, FaceKey, Person


def find_person(profile: Profile, name: str) -> Person:
    """Somebody who is known, by name. Raises `WrongUse` if nobody is called so."""
    if not profile.catalog.knows(name):
        raise WrongUse(
            _("FaceSorter knows nobody named {name}.").format(name=name), _("`people list` shows everybody.")
        )
    return profile.catalog.person(name)


def faces_of_person(profile: Profile, person: Person) -> list[FaceKey]:
    """Every face of a person, as the groups are now."""
    stored = ProfileGroups(profile, profile.catalog).stored()
    return stored.keys(stored.of_owner(person.id))


def photos_of_person(profile: Profile, person: Person) -> list[DatedPhoto]:
    """Every photo of a person, the newest first; those without a date last."""
    catalog = profile.catalog
    boxes: dict[bytes, BoundingBox | None] = {face.content: face.box for face in faces_of_person(profile, person)}
    drawn = {face.content: face.box for face in catalog.face_decisions(person) if face.box is not None}
    for content, decision in catalog.decisions(person).items():
        if decision is Decision.YES:
            boxes.setdefault(content, drawn.get(content))
        elif decision is Decision.NO:
            boxes.pop(content, None)
    for content in copied_contents(profile, person):
        boxes.setdefault(content, None)
    metadata = catalog.metadata(boxes)
    found: dict[int, DatedPhoto] = {}
    for photo in catalog.photos_of(boxes):
        for known in photo.identities[:1]:
            if known in boxes:
                said = metadata.get(known)
                found.setdefault(photo.id, DatedPhoto(photo, boxes[known], said and said.taken_at))
    return newest_first(found.values())
