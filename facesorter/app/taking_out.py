"""Takes wrong photos out of a person's, or wrong faces out of a group, and puts them back if that was a mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from facesorter.app.deciding import said_now
from facesorter.app.grouping import ProfileGroups
from facesorter.app.people import People
from facesorter.app.portraits import drop_portraits
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import Event
from facesorter.domain.groups import DatedPhoto, newest_first
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, FaceKey, Person, PersonPortrait, Photo, Unnamed
from facesorter.domain.places import split
from facesorter.domain.planning import CopyRecord
from facesorter.pipeline.undo import take_back


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What was taken out, and all that is needed to put it back.

    `faces` went because the user said so, `alike` because they are more like these than like the rest. `before` says
    of faces what was said of them then (None: nothing), `nameless` who was known without a name, `whole` which faces
    the person or group had.
    """

    faces: int
    alike: int
    before: Mapping[FaceKey, Decision | None]
    nameless: Sequence[Unnamed]
    whole: Sequence[FaceKey]
    portraits: Sequence[PersonPortrait] = ()
    cover: int | None = None


def take_out(profile: Profile, person: Person, photos: Sequence[Photo]) -> TakenOut:
    """The person is in none of these photos, nor in those of theirs that are more like these than like the rest."""
    people, catalog = People(profile), profile.catalog
    contents = {known for photo in photos for known in photo.identities}
    before, nameless, details = catalog.face_decisions(person), catalog.unnamed(), people.details(person)
    portraits, faces = catalog.portraits(person), people.faces_of(person)
    out = {face for face in faces if face.content in contents}
    without_face = {FaceKey(known) for known in contents - {face.content for face in out}}
    alike = 0
    with catalog.whole():
        if out and len(out) < len(faces):
            alike = people.split(person, out) - len(out)
        elif out:  # the whole of it: nothing is left to be like or unlike
            catalog.decide_faces(person, dict.fromkeys(out, Decision.NO))
            catalog.set_apart([(out, False)])
        catalog.decide_faces(person, dict.fromkeys(without_face, Decision.NO))
        drop_portraits(profile, person, {FaceKey(known) for known in contents})
    went = _pictures(faces) - _pictures(people.faces_of(person))
    profile.changes.tell(
        Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS, said=said_now(profile, person, contents | went)
    )
    undo = dict(former for face in (*without_face, *faces) for former in _former(face, before))
    left = {one.id for one in catalog.portraits(person)}
    gone = [one for one in portraits if one.id not in left]
    return TakenOut(len(photos), alike, undo, nameless, faces, gone, details.cover)


def put_back(profile: Profile, person: Person, taken: TakenOut) -> None:
    """Make it as it was before `take_out`."""
    people, catalog = People(profile), profile.catalog
    changed = _pictures(taken.before) - _pictures(people.faces_of(person))
    with catalog.whole():
        _restore_nameless(profile, taken.nameless)
        catalog.decide_faces(person, taken.before)
        new = {one.id: catalog.add_portrait(person, FaceKey(one.content, one.box), one.crop) for one in taken.portraits}
        if taken.cover in new:
            catalog.keep(replace(people.details(person), cover=new[taken.cover]))
        # What nothing had been said of has come by its looks, and may not come again.
        back = set(people.faces_of(person))
        catalog.decide_faces(person, {face: Decision.YES for face in taken.whole if face not in back})
    profile.changes.tell(Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS, said=said_now(profile, person, changed))


def _pictures(faces: Iterable[FaceKey]) -> set[bytes]:
    return {face.content for face in faces}


def photos_of_group(profile: Profile, number: int) -> list[DatedPhoto]:
    """A photo for each face of a group, as far as there is one, the newest first. Raises `WrongUse`."""
    faces = People(profile).faces_of(number)
    contents = {face.content for face in faces}
    photos = {photo.content: photo for photo in profile.catalog.photos_of(contents)}
    said = profile.catalog.metadata(contents)
    found: list[DatedPhoto] = []
    for face in faces:
        photo, metadata = photos.get(face.content), said.get(face.content)
        if photo is not None:
            found.append(DatedPhoto(photo, face.box, metadata and metadata.taken_at))
    return newest_first(found)


def group_of(profile: Profile, faces: Sequence[FaceKey]) -> int | None:
    """The number of the group that most of these faces are in; None if none of them is in a group."""
    stored = ProfileGroups(profile, profile.catalog).stored()
    places = {content: place for place, content in enumerate(stored.contents)}
    numbers: Counter[int] = Counter()
    for face in faces:
        place = places.get(face.content)
        rows = () if place is None else range(int(stored.starts[place]), int(stored.starts[place + 1]))
        numbers.update(int(stored.faces["group"][row]) for row in rows if stored.box(row) == face.box)
    return next((number for number, _count in numbers.most_common(1)), None)


def take_out_of_group(profile: Profile, number: int, wrong: Iterable[FaceKey]) -> TakenOut:
    """These faces are somebody else than the rest of a group (by its number), and so are others that are like them.

    Raises `WrongUse` as `People.split`.
    """
    out, nameless = set(wrong), profile.catalog.unnamed()
    faces = People(profile).faces_of(number)
    if out >= set(faces):
        raise WrongUse(_("These are all faces of the group."), _("Choose some of them, and not all."))
    count = People(profile).split(number, out)
    return TakenOut(len(out), count - len(out), {}, nameless, faces)


def put_back_into_group(profile: Profile, taken: TakenOut) -> None:
    """Make it as it was before `take_out_of_group`: one group, hidden or not."""
    faces = set(taken.whole)
    with profile.catalog.whole():
        _restore_nameless(profile, taken.nameless)
        owner = next((one for one in profile.catalog.unnamed() if faces & set(one.faces)), None)
        hidden = owner is not None and owner.hidden
        profile.catalog.set_apart([(taken.whole, hidden)], instead_of=None if owner is None else owner.id)
    profile.changes.tell(Subject.GROUPS)


def take_back_copies(profile: Profile, records: Sequence[CopyRecord]) -> Iterator[Event]:
    """Remove these copies and what was copied with them, if they are unchanged; see `pipeline.undo.take_back`."""
    journal, sources = profile.journal, {record.source for record in records}
    folders = {split(record.target)[0] for record in records}
    with_them = [one for folder in folders for one in journal.copies_in(folder) if one.belongs_to in sources]
    try:
        yield from take_back([*records, *with_them], profile.places.copier("copy"), journal)
    finally:
        profile.changes.tell(Subject.COPIES)


def _former(face: FaceKey, before: Mapping[FaceKey, Decision]) -> Iterator[tuple[FaceKey, Decision | None]]:
    """What was said of this face, or of its picture as a whole; None of the face if nothing was."""
    known = False
    for other, decision in before.items():
        if other.content == face.content and (
            face.box is None or other.box is None or face.box.same_face([other.box]) is not None
        ):
            known = True
            yield other, decision
    if not known:
        yield face, None


def _restore_nameless(profile: Profile, before: Sequence[Unnamed]) -> None:
    """Those without a name are those of before."""
    catalog = profile.catalog
    now = {one.id for one in catalog.unnamed()}
    for number in now - {one.id for one in before}:
        catalog.set_apart((), instead_of=number)
    catalog.set_apart([(one.faces, one.hidden) for one in before if one.id not in now])
