"""Finds people who are known by their names, and the photos that show them."""

from __future__ import annotations

from facesorter.app.copied_photos import copied_contents
from facesorter.app.grouping import ProfileGroups
from facesorter.app.profile import Profile
from facesorter.domain.errors import WrongUse
from facesorter.domain.groups import DatedPhotos
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Person


def find_person(profile: Profile, name: str) -> Person:
    """Somebody who is known, by name. Raises `WrongUse` if nobody is called so."""
    if not profile.catalog.knows(name):
        raise WrongUse(
            _("FaceSorter knows nobody named {name}.").format(name=name), _("`people list` shows everybody.")
        )
    return profile.catalog.person(name)


def photos_of_person(profile: Profile, person: Person) -> DatedPhotos:
    """Every photo of a person, the newest first; those without a date last."""
    catalog, stored = profile.catalog, ProfileGroups(profile, profile.catalog).stored()
    boxes = stored.boxes_of(stored.of_owner(person.id))
    drawn = {face.content: face.box for face in catalog.face_decisions(person) if face.box is not None}
    for content, decision in catalog.decisions(person).items():
        if decision is Decision.YES:
            boxes.setdefault(content, drawn.get(content))
        elif decision is Decision.NO:
            boxes.pop(content, None)
    for content in copied_contents(profile, person):
        boxes.setdefault(content, None)
    return catalog.dated(boxes)


def not_copied(profile: Profile, person: Person, photos: DatedPhotos) -> int | None:
    """How many different pictures of these photos have no copy in the folders that are named after the person.

    None if there is no such folder. That the copies still stand there is what the journal says.
    """
    folders = profile.journal.folders_named(person)
    if not folders:
        return None
    copied = profile.journal.contents_in(folders)
    return len({known for known in profile.catalog.identities(photos.ids) if copied.isdisjoint(known)})
