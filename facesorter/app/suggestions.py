"""Which groups that nobody has named may be somebody who is known: asked one by one, each answer kept for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from facesorter.app.grouping import ProfileGroups
from facesorter.app.people import People
from facesorter.app.portraits import add_portraits
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.groups import UnknownGroup
from facesorter.domain.models import Decision, FaceKey, Person
from facesorter.groups.grouping import Scale
from facesorter.groups.members import SHARED_PHOTOS
from facesorter.groups.neighbors import Floats

MOST_GROUPS = 400
"""Groups that are compared with a person, the largest ones: some 1,600 faces, in about a second."""
MOST_FACES = 8
"""Faces by which a person is compared with groups, the newest ones."""

ONE_FACE_RATE = 1e-4
"""A single face of somebody is near to a stranger's so often; the mean of their faces may be as near as `Scale.check`
says, once in 1,000 strangers. With 400 groups about one in three people is asked about a stranger, once."""


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
        self._groups = ProfileGroups(profile, profile.catalog)
        self._scale = Scale(*profile.engine.scale)

    def of(self, person: Person) -> list[Suggestion]:
        """Groups that may be this person's, the most alike first."""
        groups = [one for one in People(self._profile).unknown() if not one.hidden][:MOST_GROUPS]
        return sorted(self._found(person, groups), key=lambda one: -one.similarity)

    def agree(self, suggestion: Suggestion) -> Answered:
        """The group is the person's, who is known by its best face from now on, too.

        Raises `WrongUse` if there is no such group any more.
        """
        people, number, person = People(self._profile), suggestion.group.number, suggestion.person
        faces = people.faces_of(number)
        people.name(number, person.name, same_person=True)
        portraits = add_portraits(self._profile, person, suggestion.group.best[:1])
        self._profile.changes.tell(Subject.PEOPLE)
        return Answered(suggestion, faces, portraits)

    def refuse(self, suggestion: Suggestion) -> Answered:
        """The group is not the person's, and is never suggested again. Raises as `agree`."""
        faces = People(self._profile).faces_of(suggestion.group.number)
        self._profile.catalog.decide_faces(suggestion.person, dict.fromkeys(faces, Decision.NO))
        self._profile.changes.tell(Subject.DECISIONS)
        return Answered(suggestion, faces)

    def undo(self, answered: Answered) -> None:
        """Nothing was said: the faces are a group of their own again."""
        catalog, person = self._profile.catalog, answered.suggestion.person
        with catalog.whole():
            for portrait in answered.portraits:
                catalog.remove_portrait(portrait)
            catalog.decide_faces(person, dict.fromkeys(answered.faces))
            if set(answered.faces) & set(People(self._profile).faces_of(person)):
                catalog.set_apart([(answered.faces, False)])
        self._profile.changes.tell(Subject.PEOPLE, Subject.GROUPS)

    def _found(self, person: Person, groups: Sequence[UnknownGroup]) -> Iterator[Suggestion]:
        looks, refused = self._looks_of(person), self._refused(person)
        if looks is None:
            return
        people = People(self._profile)
        own = {face.content for face in people.faces_of(person)}
        for group in groups:
            mean = self._mean_of(group)
            cosine = None if mean is None else self._likeness(looks, mean)
            if cosine is None:
                continue
            faces = people.faces_of(group.number)
            theirs = {face.content for face in faces}
            together = len(own & theirs) > SHARED_PHOTOS * min(len(own), len(theirs))
            is_refused = any(_is_among(face, refused[face.content]) for face in faces if face.content in refused)
            if not together and not is_refused:
                yield Suggestion(person, group, self._profile.engine.similarity_of(cosine))

    def _likeness(self, looks: Floats, mean: Floats) -> float | None:
        """The cosine of the face that is most like the group, if it or all of them together are like it enough."""
        nearest = float((looks @ mean).max())
        together = float(_unit(looks.sum(0)) @ mean)
        enough = nearest >= self._scale.cosine_at(ONE_FACE_RATE) or together >= self._scale.check
        return max(nearest, together) if enough else None

    def _mean_of(self, group: UnknownGroup) -> Floats | None:
        """What the best faces of a group look like together; None if none of them is known any more."""
        looks = [look[1] for face in group.best if (look := self._groups.look_at(face)) is not None]
        return _unit(np.sum(looks, axis=0)) if looks else None

    def _looks_of(self, person: Person) -> Floats | None:
        """What the person looks like, (faces, dimensions)."""
        portraits = self._profile.catalog.portraits(person)[-MOST_FACES:]
        looks = [look for one in portraits if (look := self._groups.vector_of(one)) is not None]
        return np.stack(looks) if looks else None

    def _refused(self, person: Person) -> dict[bytes, list[FaceKey]]:
        """The faces of which the user said that they are not this person's."""
        found: dict[bytes, list[FaceKey]] = {}
        for face, said in self._profile.catalog.face_decisions(person).items():
            if said is Decision.NO:
                found.setdefault(face.content, []).append(face)
        return found


def _is_among(face: FaceKey, others: Sequence[FaceKey]) -> bool:
    """Whether a face is one of these of its picture, or is in a picture that is meant as a whole."""
    boxes = [other.box for other in others if other.box is not None]
    return len(boxes) < len(others) or (face.box is not None and face.box.same_face(boxes) is not None)


def _unit(vector: Floats) -> Floats:
    return (vector / np.linalg.norm(vector).clip(1e-9)).astype(np.float32)
