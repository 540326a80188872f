"""What the People page shows, loaded on workers: people with their covers, groups, and faces cut out of photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QImage

from facesorter.ui.people.with_whom import ALL, EITHER, ONLY, WITH, WITHOUT

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.sets import PeopleSet
    from facesorter.domain.groups import DatedPhotos, KnownPerson, UnknownGroup
    from facesorter.domain.models import FaceKey, Merge, Person, PersonDetails
    from facesorter.domain.planning import CopyRecord


class Shown(NamedTuple):
    """What the page shows: people with a cover each, and cards of groups, or of single faces; see `Overview`."""

    people: list[tuple[KnownPerson, QImage | None]]
    groups: Sequence[UnknownGroup]
    hidden: int = 0
    single: int = 0
    pictures: int = 0
    unnamed: int = 0
    """Groups that nobody has named, whether their cards are shown or those of single faces."""


def load(app: Services, *, with_hidden: bool = False, single: bool = False) -> Shown:
    """All that the page shows at first; `single` faces in place of groups if asked for."""
    found = app.people.overview(with_hidden=with_hidden)
    people = [(one, cover_of(app, one.details)) for one in found.people]
    groups = app.people.single_faces(with_hidden=with_hidden) if single else found.groups
    return Shown(people, groups, found.hidden, found.single, found.pictures, len(found.groups))


class PersonShown(NamedTuple):
    """A person with what the user said of them, who was merged into them, and their photos, the newest first."""

    details: PersonDetails
    merged: list[Merge]
    cover: QImage | None
    photos: DatedPhotos
    others: list[str]
    """The names of everybody else."""
    stays: Sequence[str] = ()
    """Commands that delete faces of this name in collections of Amazon Rekognition."""
    folders: Sequence[str] = ()
    """The folders of copies that are named after the person."""
    stale: Sequence[CopyRecord] = ()
    """Copies of photos of which the user has said that somebody else is in them."""
    wanted: PeopleSet | None = None
    """The set of people whose photos these are, if they are not simply all of the person's."""
    not_copied: int | None = None
    """How many photos of the person are not in the folders; None if there are none, or nobody has counted yet."""


def load_person(app: Services, person: Person, how: int = ALL, other: str = "") -> PersonShown | None:
    """All that the page of a person shows; of the photos those that were chosen (see `WithWhom`).

    None if the person is known no longer: forgotten, or merged into somebody else.
    """
    people = app.people
    details = people.known(person)
    if details is None:
        return None
    merged, others = people.merged_into(person), people.names_beside(person)
    if how != ONLY and other not in others:
        how = ALL
    wanted, albums = set_of(details.person, how, other), app.albums
    photos = _photos(app, people.photos_of(details.person), wanted, other)
    kept = app.what_stays(person), albums.folders_of(details.person), albums.stale_copies(person)
    return PersonShown(details, merged, cover_of(app, details), photos, others, *kept, wanted)


def set_of(person: Person, how: int, other: str) -> PeopleSet | None:
    """Whose photos were chosen (see `WithWhom`); None if it is all of the person's."""
    from facesorter.app.sets import PeopleSet

    return {
        WITH: PeopleSet(all_of=(person.name, other)),
        EITHER: PeopleSet(any_of=(person.name, other)),
        ONLY: PeopleSet(only=(person.name,)),
        WITHOUT: PeopleSet(all_of=(person.name,), without=(other,)),
    }.get(how)


def _photos(app: Services, photos: DatedPhotos, wanted: PeopleSet | None, other: str) -> DatedPhotos:
    people = app.people
    if wanted is None:
        return photos
    if wanted.any_of:
        return photos.and_also(people.photos_of(people.find(other)))
    return photos.only({photo.id for photo in people.photos_of_set(wanted)})


def cover_of(app: Services, details: PersonDetails) -> QImage | None:
    """The face that stands for a person, or another one they are known by."""
    portraits = {portrait.id: portrait for portrait in app.people.portraits(details.person)}
    chosen = portraits.get(details.cover or 0) or next(iter(portraits.values()), None)
    image = QImage.fromData(chosen.crop) if chosen is not None else QImage()
    return None if image.isNull() else image


def load_faces(app: Services, faces: Sequence[FaceKey]) -> list[QImage]:
    """These faces, cut out of a photo of each that can be read."""
    cut_out = (app.people.cut_out(face) for face in faces)
    return [QImage.fromData(data) for data in cut_out if data is not None]
