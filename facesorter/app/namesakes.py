"""Tells people of one name apart by the faces they are known by, and takes in the faces of new headshots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from facesorter.app.portraits import crop_of, face_of_crop, give_cover
from facesorter.app.profile import Profile
from facesorter.domain.errors import NoFaceInHeadshot, PhotoError, WrongUse
from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import EncodedPicture, FaceKey, Person, Portrait, Reference
from facesorter.domain.names import one_spelling
from facesorter.pipeline.enrol import Headshot, PersonRequest

MOST_COMPARED = 12
"""Faces of somebody that a headshot is compared with, the newest ones."""


class WhoItIs(NamedTuple):
    """The name of whom headshots show; None if they clearly show somebody else of that name. `free` is a new name."""

    name: str | None
    free: str


class Namesakes:
    """Whether headshots show the person who is known by that name."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def known(self, request: PersonRequest) -> PersonRequest:
        """The request under the name of the person whom its headshots show: `Anna`, or of several `Anna (2)`.

        Raises `WrongUse` if somebody of this name is known and the headshots clearly show somebody else.
        """
        found = self._found(request)
        if found is None:
            name = self._profile.catalog.person(request.name).name
            raise WrongUse(
                _("The headshot clearly does not show the {name} whom FaceSorter knows.").format(name=name),
                _("Choose another name."),
                _("Say --new-person if this is somebody else of that name, or --same-person if it is the same one."),
            )
        return found

    def who_is(self, request: PersonRequest) -> WhoItIs:
        """Whom the headshots show, as far as that can be told. Raises `WrongUse` for a name that will not do."""
        found = self._found(request)
        return WhoItIs(None if found is None else found.name, self._profile.catalog.free_name(request.name))

    def _found(self, request: PersonRequest) -> PersonRequest | None:
        """The request under the name of whom its headshots show; None if they clearly show nobody of that name."""
        catalog = self._profile.catalog
        if not catalog.knows(request.name):
            return request
        first, name = catalog.person(request.name), one_spelling(request.name)
        known = [one.person for one in (*catalog.people(), *catalog.merges())]
        for person in (first, *(one for one in known if _is_numbered(one.name, name))):
            if not self.clearly_not(person, request.headshots):
                return request if person is first else replace(request, name=person.name)
        return None

    def new_person(self, request: PersonRequest) -> PersonRequest:
        """The request for somebody who is not known yet, whoever has that name."""
        return replace(request, name=self._profile.catalog.free_name(request.name))

    def take_in_all(self, requests: Iterable[PersonRequest], names: Set[str]) -> None:
        """The people of these names are known by their headshots from now on, too.

        Not by one that clearly shows somebody else, unless the user said that it is the same person.
        """
        for request in requests:
            person = self._profile.catalog.person(request.name) if self._profile.catalog.knows(request.name) else None
            if person is None or person.name not in names:
                continue
            for shot in request.headshots:
                if request.same_person or not self.clearly_not(person, [shot]):
                    with suppress(PhotoError):  # the run itself reports it
                        self.take_in(person, shot)

    def take_in(self, person: Person, shot: Headshot) -> int | None:
        """The person is known by the face of a headshot from now on; the portrait's id, None if nothing is new.

        Raises `PhotoError` if the picture will not do.
        """
        data = self._profile.read(shot.path)
        faces = self._profile.engine.faces(EncodedPicture(shot.path, data))
        place = shot.face_index or 0
        if place >= len(faces):
            return None
        face = FaceKey(hashlib.sha256(data).digest(), faces[place].box)
        known = [one.box for one in self._profile.catalog.portraits(person) if one.content == face.content]
        if faces[place].box.same_face(known) is not None:
            return None
        added = self._profile.catalog.add_portrait(person, face, crop_of(data, face))
        give_cover(self._profile, person, [added])
        return added

    def clearly_not(self, person: Person, headshots: Sequence[Headshot]) -> bool:
        """Whether none of these headshots is like any face the person is known by."""
        engine = self._profile.engine
        known = [
            reference
            for portrait in self._profile.catalog.portraits(person)[-MOST_COMPARED:]
            if (reference := self._reference(portrait.crop)) is not None
        ]
        if not known:
            return False
        looked_at = False
        for shot in headshots:
            with suppress(PhotoError):
                picture = EncodedPicture(shot.path, self._profile.read(shot.path))
                analyses = tuple(engine.analyze(query, picture) for query in engine.queries(known))
                faces, place = engine.similarities(known, [analyses])[0], shot.face_index or 0
                if place < len(faces):
                    looked_at = True
                    if max(faces[place]) >= CHECK_FROM:
                        return False
        return looked_at

    def _reference(self, crop: bytes) -> Reference | None:
        """What the face in the middle of a portrait's crop looks like."""
        picture = EncodedPicture("", crop)
        try:
            face = face_of_crop(self._profile.engine.faces(picture))
            return self._profile.engine.enrol("", [Portrait(picture, face)])
        except (PhotoError, NoFaceInHeadshot):
            return None


def _is_numbered(name: str, first: str) -> bool:
    """Whether a name is another one's with a number behind it, as `Anna (2)`."""
    number = name.removeprefix(f"{first} (").removesuffix(")")
    return number.isdecimal() and name == f"{first} ({number})"
