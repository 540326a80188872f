"""The faces a person is known by: how good each is and of which time, more of them, and fewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from facesorter.app.age_gaps import AgeGap, age_on, gap_of
from facesorter.app.grouping import ProfileGroups
from facesorter.app.namesakes import Namesakes
from facesorter.app.people import People
from facesorter.app.portraits import add_portraits
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.models import FaceKey, Person, PersonPortrait
from facesorter.pipeline.enrol import Headshot, remarks_on


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A face that a person is known by; `remarks` say in words what is wrong with it, and nothing of a good one.

    `age` is the person's on the day the picture was taken, in whole years, where both are known.
    """

    portrait: PersonPortrait
    remarks: tuple[str, ...]
    taken_at: datetime | None
    age: int | None
    is_cover: bool


class References:
    """Reads and changes them. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def of(self, person: Person) -> list[KnownFace]:
        """All of a person, the newest picture first, those without a date last."""
        catalog, groups = self._profile.catalog, ProfileGroups(self._profile, self._profile.catalog)
        details, portraits = People(self._profile).details(person), catalog.portraits(person)
        said = catalog.metadata({one.content for one in portraits})
        found: list[KnownFace] = []
        for one in portraits:
            look = groups.look_of(one)
            remarks = () if look is None else remarks_on(look[0], _face_px(one))
            metadata = said.get(one.content)
            taken_at = None if metadata is None else metadata.taken_at
            age = None if taken_at is None or details.born is None else age_on(details.born, taken_at.date())
            found.append(KnownFace(one, tuple(remarks), taken_at, age, one.id == details.cover))
        return sorted(found, key=lambda one: str(one.taken_at or ""), reverse=True)

    def gap(self, person: Person, faces: Iterable[KnownFace]) -> AgeGap | None:
        """The longest time in a person's life of which there are photos, but none of these faces; see `age_gaps`."""
        return gap_of(self._profile, person, People(self._profile).details(person).born, (one.age for one in faces))

    def add_face(self, person: Person, face: FaceKey) -> PersonPortrait | None:
        """The person is known by this face of a photo from now on; None if no photo that shows it can be read."""
        added = add_portraits(self._profile, person, [face])
        self._profile.changes.tell(Subject.PEOPLE)
        return next((one for one in self._profile.catalog.portraits(person) if one.id in added), None)

    def is_clearly_not(self, person: Person, shot: Headshot) -> bool:
        """Whether the face of a picture is like none that the person is known by; never if none is known."""
        return Namesakes(self._profile).clearly_not(person, [shot])

    def add(self, person: Person, shot: Headshot) -> int | None:
        """The person is known by the face of a picture from now on; the portrait's id, None if they were already.

        Raises `PhotoError` if the picture will not do.
        """
        added = Namesakes(self._profile).take_in(person, shot)
        self._profile.changes.tell(Subject.PEOPLE)
        return added

    def remove(self, person: Person, portrait: PersonPortrait) -> None:
        """The person is not known by this face any more; if it was their cover, another one is."""
        catalog = self._profile.catalog
        with catalog.whole():
            catalog.remove_portrait(portrait.id)
            left = [one.id for one in catalog.portraits(person)]
            details = People(self._profile).details(person)
            if details.cover not in left:
                catalog.keep(replace(details, cover=left[0] if left else None))
        self._profile.changes.tell(Subject.PEOPLE)

    def put_back(self, person: Person, face: KnownFace) -> None:
        """The person is known again by a face that was removed."""
        catalog, portrait = self._profile.catalog, face.portrait
        with catalog.whole():
            number = catalog.add_portrait(person, FaceKey(portrait.content, portrait.box), portrait.crop)
            if face.is_cover:
                catalog.keep(replace(People(self._profile).details(person), cover=number))
        self._profile.changes.tell(Subject.PEOPLE)

    def stand_for(self, person: Person, portrait: PersonPortrait) -> None:
        """This face is the person's cover from now on."""
        self._profile.catalog.keep(replace(People(self._profile).details(person), cover=portrait.id))
        self._profile.changes.tell(Subject.PEOPLE)


def _face_px(portrait: PersonPortrait) -> float:
    """How wide the face is in the crop of a portrait, which is never enlarged; see `images.cut_around`."""
    from facesorter.images import CUT_FACES_WIDE, size_of

    width, _height = size_of(portrait.crop)
    return max(width / CUT_FACES_WIDE, width * portrait.box.width)
