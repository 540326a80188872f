"""What the People page shows, loaded on workers: people with their covers, groups, and faces cut out of photos."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QImage

from facesorter.domain.errors import PhotoError, StorageUnavailable

if TYPE_CHECKING:
    from facesorter.app import App
    from facesorter.domain.groups import DatedPhoto, KnownPerson, UnknownGroup
    from facesorter.domain.models import FaceKey, Merge, Person, PersonDetails


class Shown(NamedTuple):
    """Everybody who is known with a cover each, and the groups without a name; hidden ones only if asked for."""

    people: list[tuple[KnownPerson, QImage | None]]
    groups: list[UnknownGroup]
    hidden: int


def load(app: App, *, with_hidden: bool = False) -> Shown:
    """All that the page shows at first."""
    from facesorter.app.people import People

    people = People(app)
    everybody, groups = people.everybody(), people.unknown()
    hidden = sum(one.details.hidden for one in everybody) + sum(one.hidden for one in groups)
    shown = [one for one in everybody if with_hidden or not one.details.hidden]
    in_front = [one for one in groups if with_hidden or not one.hidden]
    return Shown([(one, _cover(app, one.details)) for one in shown], in_front, hidden)


class PersonShown(NamedTuple):
    """A person with what the user said of them, who was merged into them, and their photos, the newest first."""

    details: PersonDetails
    merged: list[Merge]
    cover: QImage | None
    photos: list[DatedPhoto]


def load_person(app: App, person: Person) -> PersonShown:
    """All that the page of a person shows at first."""
    from facesorter.app.people import People

    people = People(app)
    details = people.details(person)
    merged = [merge for merge in app.catalog.merges() if merge.into == person.id]
    return PersonShown(details, merged, _cover(app, details), people.photos_of(person))


def _cover(app: App, details: PersonDetails) -> QImage | None:
    portraits = {portrait.id: portrait for portrait in app.catalog.portraits(details.person)}
    chosen = portraits.get(details.cover or 0) or next(iter(portraits.values()), None)
    image = QImage.fromData(chosen.crop) if chosen is not None else QImage()
    return None if image.isNull() else image


def load_faces(app: App, faces: Sequence[FaceKey]) -> list[QImage]:
    """These faces, cut out of a photo of each that can be read."""
    from facesorter.app.portraits import crop_of

    found: list[QImage] = []
    for face in faces:
        for photo in app.catalog.photos_of([face.content]):
            with suppress(PhotoError, StorageUnavailable):
                found.append(QImage.fromData(crop_of(app.read(photo.path), face)))
                break
    return found
