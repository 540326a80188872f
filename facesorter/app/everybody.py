"""Tells of everybody in the photos: who is known, and the groups that nobody has named."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
from numpy.typing import NDArray

from facesorter.app.copied_photos import copied_contents
from facesorter.app.profile import Profile
from facesorter.domain.groups import KnownPerson, UnknownGroup
from facesorter.domain.models import Decision, FaceKey, Merge, PersonDetails
from facesorter.groups.stored import StoredGroups

BEST = 4
"""Faces that are shown of a group."""


def known_people(profile: Profile, stored: StoredGroups) -> list[KnownPerson]:
    """Everybody who is known, whoever is in most pictures first."""
    merged: dict[int, list[Merge]] = defaultdict(list)
    for merge in profile.catalog.merges():
        merged[merge.into].append(merge)
    found: list[KnownPerson] = []
    for details in profile.catalog.people():
        pictures = len(_pictures_of(profile, stored, details))
        found.append(KnownPerson(details, pictures, tuple(merged.get(details.person.id, ()))))
    return sorted(found, key=lambda one: (-one.pictures, one.details.person.name))


def unknown_groups(profile: Profile, stored: StoredGroups, least: int) -> list[UnknownGroup]:
    """The groups that nobody has named with at least so many faces, the largest first."""
    hidden = {-somebody.id: somebody.hidden for somebody in profile.catalog.unnamed()}
    days = _days_of(profile, stored)
    found: list[UnknownGroup] = []
    for faces in stored.by_group(least):
        owner = int(stored.faces["owner"][faces[0]])
        if owner <= 0:
            number, places = int(stored.faces["group"][faces[0]]), np.unique(stored.places(faces))
            dated = days[places][days[places] > 0]
            found.append(
                UnknownGroup(
                    number,
                    hidden.get(owner, False),
                    len(faces),
                    len(places),
                    best_faces(stored, faces),
                    date.fromordinal(int(dated.min())) if len(dated) else None,
                    date.fromordinal(int(dated.max())) if len(dated) else None,
                )
            )
    return found


def best_faces(stored: StoredGroups, faces: NDArray[np.int64]) -> tuple[FaceKey, ...]:
    """The faces that show best what somebody looks like, each of another picture."""
    order = np.lexsort((-stored.faces["sharpness"][faces].astype(int), ~stored.faces["clear"][faces]))
    return tuple(stored.keys(faces[order[:BEST]]))


def _days_of(profile: Profile, stored: StoredGroups) -> NDArray[np.int64]:
    """When each picture was taken, as ordinals of days; 0 where it does not say so. All are read at once."""
    taken = profile.catalog.days_taken() if stored.contents else {}
    days = {day: date.fromisoformat(day).toordinal() for day in set(taken.values())}
    return np.array([days.get(taken.get(content, ""), 0) for content in stored.contents], np.int64)


def _pictures_of(profile: Profile, stored: StoredGroups, details: PersonDetails) -> set[bytes]:
    pictures = set(stored.pictures_of(stored.of_owner(details.person.id)))
    catalog = profile.catalog
    more = {content for content, said in catalog.decisions(details.person).items() if said is Decision.YES}
    more |= copied_contents(profile, details.person)
    more -= pictures
    pictures |= more
    # What is said of an object in S3 that was read is said of its content, too.
    return pictures - {photo.object for photo in catalog.photos_of(more) if photo.content in pictures}
