"""Which groups that nobody has named may be somebody who is known: asked one by one, each answer kept for good.

The People page and a person's page ask the same: a group may be one person only, the one it is most like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from facesorter.app.deciding import said_now
from facesorter.app.grouping import ProfileGroups
from facesorter.app.known_people import find_person
from facesorter.app.people import People
from facesorter.app.portraits import add_portraits
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.groups import UnknownGroup
from facesorter.domain.models import Decision, FaceKey, Person
from facesorter.groups.former import GroupMeans
from facesorter.groups.grouping import Scale
from facesorter.groups.likeness import likely
from facesorter.groups.means import Ids
from facesorter.groups.members import SHARED_PHOTOS
from facesorter.groups.neighbors import Floats
from facesorter.groups.stored import StoredGroups

MOST_FACES = 8
"""Faces by which a person is compared with groups, the newest ones."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group that may be a person's, and how alike they are (0-100)."""

    person: Person
    group: UnknownGroup
    similarity: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A suggestion that was answered, the faces that were decided on, and the portraits (ids) that came with it."""

    suggestion: Suggestion
    faces: Sequence[FaceKey]
    portraits: Sequence[int] = ()


class Suggestions:
    """Asks, and keeps the answers. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._people = People(profile)
        self._groups = ProfileGroups(profile, profile.catalog)
        self._scale = Scale(*profile.engine.scale)

    def of(self, person: Person) -> list[Suggestion]:
        """Groups that may be this person's, the most alike first."""
        found = [one for one in self.of_groups(self._people.unknown()) if one.person.id == person.id]
        return sorted(found, key=lambda one: -one.similarity)

    def of_groups(self, groups: Sequence[UnknownGroup]) -> list[Suggestion]:
        """Who these groups may be, in their order: of each that is not hidden the person it is most like, if any."""
        known, shown = self._known(), [one for one in groups if not one.hidden]
        if not known or not shown:
            return []
        stored, means = self._groups.stored_with_means()
        apart = _Apart(self._profile, stored)
        found: list[Suggestion] = []
        for place, alike in likely(self._means_of(shown, means), [faces for _person, faces in known], self._scale):
            for who, cosine in alike:
                person = known[who][0]
                if apart.may_be(shown[place].number, person):
                    found.append(Suggestion(person, shown[place], self._profile.engine.similarity_of(cosine)))
                    break
        return found

    def agree(self, suggestion: Suggestion) -> Answered:
        """The group is the person's, who is known by its best face from now on, too.

        Raises `WrongUse` if there is no such group or person any more.
        """
        number, person = suggestion.group.number, self._as_now(suggestion.person)
        faces = self._people.faces_of(number)
        self._people.name(number, person.name, same_person=True)
        portraits = add_portraits(self._profile, person, suggestion.group.best[:1])
        self._tell(person, faces, Subject.PEOPLE)
        return Answered(replace(suggestion, person=person), faces, portraits)

    def refuse(self, suggestion: Suggestion) -> Answered:
        """The group is not the person's, and is never suggested again. Raises as `agree`."""
        person, faces = self._as_now(suggestion.person), self._people.faces_of(suggestion.group.number)
        self._profile.catalog.decide_faces(person, dict.fromkeys(faces, Decision.NO))
        self._tell(person, faces)
        return Answered(replace(suggestion, person=person), faces)

    def undo(self, answered: Answered) -> None:
        """Nothing was said: the faces are a group of their own again."""
        catalog, person = self._profile.catalog, answered.suggestion.person
        with catalog.whole():
            for portrait in answered.portraits:
                catalog.remove_portrait(portrait)
            catalog.decide_faces(person, dict.fromkeys(answered.faces))
            if set(answered.faces) & set(self._people.faces_of(person)):
                catalog.set_apart([(answered.faces, False)])
        self._tell(person, answered.faces, Subject.PEOPLE, Subject.GROUPS)

    def _tell(self, person: Person, faces: Iterable[FaceKey], *more: Subject) -> None:
        said = said_now(self._profile, person, {face.content for face in faces})
        self._profile.changes.tell(Subject.DECISIONS, *more, said=said)

    def _as_now(self, person: Person) -> Person:
        """Who may have been renamed, or merged into somebody, since they were suggested. Raises `WrongUse`."""
        known = self._people.known(person)
        return find_person(self._profile, person.name) if known is None else known.person

    def _known(self) -> list[tuple[Person, Floats]]:
        """Everybody of whom a face is known, and what they look like: (faces, dimensions)."""
        catalog, found = self._profile.catalog, list[tuple[Person, Floats]]()
        for details in catalog.people():
            portraits = catalog.portraits(details.person)[-MOST_FACES:]
            looks = [look for one in portraits if (look := self._groups.vector_of(one)) is not None]
            if looks:
                found.append((details.person, np.stack(looks)))
        return found

    def _means_of(self, groups: Sequence[UnknownGroup], means: GroupMeans) -> Floats:
        """What each group looks like, (groups, dimensions); zeros if none of its faces is known any more."""
        numbers = np.array([one.number for one in groups], np.int64)
        rows = np.searchsorted(means.labels, numbers)
        is_kept = rows < len(means.labels)
        is_kept[is_kept] = means.labels[rows[is_kept]] == numbers[is_kept]
        sums = np.zeros((len(groups), self._profile.engine.dimensions), np.float32)
        sums[is_kept] = means.directions[rows[is_kept]]
        for place in np.flatnonzero(~is_kept).tolist():  # of faces that are not clear, or the record is damaged
            for face in groups[place].best:
                look = self._groups.look_at(face)
                sums[place] += 0 if look is None else look[1]
        return sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(1e-9)


class _Apart:
    """Which groups are not a person's: the user said so, both are in the same photos, or the person was not born."""

    def __init__(self, profile: Profile, stored: StoredGroups) -> None:
        self._stored = stored
        self._order = np.argsort(stored.faces["group"], kind="stable")
        self._numbers = stored.faces["group"][self._order]
        self._pictures: dict[int, Ids] = {}
        """Of each person (id), as far as they were asked about."""
        self._said: dict[int, dict[bytes, list[FaceKey]]] = defaultdict(lambda: defaultdict(list))
        """By person (id) and content, the faces that are not theirs."""
        for person, face, _no in profile.catalog.all_face_decisions(Decision.NO):
            self._said[person][face.content].append(face)
        for details in profile.catalog.people():
            for content in profile.catalog.before(details.born) if details.born else ():
                self._said[details.person.id][content].append(FaceKey(content))

    def may_be(self, number: int, person: Person) -> bool:
        """Whether nothing speaks against this group being the person's; no if there is no such group."""
        first, last = np.searchsorted(self._numbers, np.array([number, number + 1], self._numbers.dtype))
        faces = self._order[first:last]
        if person.id not in self._pictures:
            self._pictures[person.id] = np.unique(self._stored.places(self._stored.of_owner(person.id)))
        theirs, own = np.unique(self._stored.places(faces)), self._pictures[person.id]
        if len(np.intersect1d(theirs, own, assume_unique=True)) > SHARED_PHOTOS * min(len(theirs), len(own)):
            return False
        said = self._said[person.id]
        keys = self._stored.keys(faces)
        return bool(keys) and not any(_is_among(key, said[key.content]) for key in keys if key.content in said)


def _is_among(face: FaceKey, others: Sequence[FaceKey]) -> bool:
    """Whether a face is one of these of its picture, or is in a picture that is meant as a whole."""
    boxes = [other.box for other in others if other.box is not None]
    return len(boxes) < len(others) or (face.box is not None and face.box.same_face(boxes) is not None)
