"""Tells of everybody in the photos: who is known, and the groups that nobody has named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from facesorter.app.copied_photos import copied_contents
from facesorter.app.profile import Profile
from facesorter.domain.groups import IN_FRONT, KnownPerson, Overview, UnknownGroup
from facesorter.domain.models import Decision, FaceKey, Merge, PersonDetails
from facesorter.groups.stored import StoredGroups

BEST = 4
"""Faces that are shown of a group."""


def known_people(profile: Profile, stored: StoredGroups) -> list[KnownPerson]:
    """Everybody who is known, whoever is in most pictures first."""
    return [one for one, _pictures in _people(profile, stored)]


def unknown_groups(profile: Profile, stored: StoredGroups, least: int) -> list[UnknownGroup]:
    """The groups that nobody has named with at least so many faces, the largest first."""
    days, hidden = _days_of(profile, stored), _hidden(profile)
    groups = (faces for faces in stored.by_group(least) if stored.faces["owner"][faces[0]] <= 0)
    return [_group(stored, faces, days, hidden) for faces in groups]


def single_faces(profile: Profile, stored: StoredGroups, *, with_hidden: bool) -> list[UnknownGroup]:
    """The faces that nobody has named and that are in no group with others, as groups of one, the clearest first."""
    days, hidden = _days_of(profile, stored), _hidden(profile)
    owners = [owner for owner, is_hidden in hidden.items() if is_hidden and not with_hidden]
    faces = stored.single()
    faces = faces[~np.isin(stored.faces["owner"][faces], owners)]
    rows = stored.faces[faces]
    facts = zip(
        rows["group"].tolist(),
        rows["owner"].tolist(),
        stored.keys(faces),
        days[stored.places(faces)].tolist(),
        strict=True,
    )
    found: list[UnknownGroup] = []
    for number, owner, key, ordinal in facts:  # there are many more of them than groups
        day = date.fromordinal(ordinal) if ordinal else None
        found.append(UnknownGroup(number, hidden.get(owner, False), 1, 1, (key,), day, day))
    return found


def overview(profile: Profile, stored: StoredGroups, *, with_hidden: bool) -> Overview:
    """Everybody in the photos; who is hidden only if asked for."""
    everybody, groups = _people(profile, stored), unknown_groups(profile, stored, IN_FRONT)
    single, owners = stored.single(), [owner for owner, is_hidden in _hidden(profile).items() if is_hidden]
    is_hidden = np.isin(stored.faces["owner"][single], owners)
    hidden = sum(one.details.hidden for one, _pictures in everybody) + sum(one.hidden for one in groups)
    people = [(one, seen) for one, seen in everybody if with_hidden or not one.details.hidden]
    shown = [one for one in groups if with_hidden or not one.hidden]
    if with_hidden and is_hidden.any():
        days = _days_of(profile, stored)
        shown += [_group(stored, single[[place]], days, _hidden(profile)) for place in np.flatnonzero(is_hidden)]
    in_groups = np.flatnonzero(np.isin(stored.faces["group"], [one.number for one in shown]))
    pictures = set[bytes]().union(*(seen for _one, seen in people))
    pictures.update(stored.pictures_of(in_groups))
    return Overview(
        tuple(one for one, _seen in people),
        tuple(shown),
        hidden + int(is_hidden.sum()),
        int((~is_hidden).sum()),
        len(pictures),
    )


def _people(profile: Profile, stored: StoredGroups) -> list[tuple[KnownPerson, set[bytes]]]:
    """Everybody who is known and the pictures they are in, whoever is in most first."""
    merged: dict[int, list[Merge]] = defaultdict(list)
    for merge in profile.catalog.merges():
        merged[merge.into].append(merge)
    found: list[tuple[KnownPerson, set[bytes]]] = []
    for details in profile.catalog.people():
        pictures = _pictures_of(profile, stored, details)
        found.append((KnownPerson(details, len(pictures), tuple(merged.get(details.person.id, ()))), pictures))
    return sorted(found, key=lambda one: (-one[0].pictures, one[0].details.person.name))


def _hidden(profile: Profile) -> dict[int, bool]:
    """Whether they are hidden, by the owners of faces that nobody has named."""
    return {-somebody.id: somebody.hidden for somebody in profile.catalog.unnamed()}


def _group(
    stored: StoredGroups, faces: NDArray[np.int64], days: NDArray[np.int64], hidden: Mapping[int, bool]
) -> UnknownGroup:
    first = stored.faces[faces[0]]
    places = np.unique(stored.places(faces))
    dated = days[places][days[places] > 0]
    return UnknownGroup(
        int(first["group"]),
        hidden.get(int(first["owner"]), False),
        len(faces),
        len(places),
        best_faces(stored, faces),
        date.fromordinal(int(dated.min())) if len(dated) else None,
        date.fromordinal(int(dated.max())) if len(dated) else None,
    )


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
    return pictures - {known for known, content in catalog.objects_read(more) if content in pictures}
