"""What the user can ask and say of everybody in the photos, known and unknown."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from facesorter.app.everybody import best_faces, known_people, overview, single_faces, unknown_groups
from facesorter.app.forgetting import forget_person
from facesorter.app.grouping import ProfileGroups
from facesorter.app.known_people import find_person, photos_of_person
from facesorter.app.people_scan import ScanEvent, scan_for_everybody
from facesorter.app.portraits import add_portraits, crop_of, drop_portraits, picture_of
from facesorter.app.profile import Profile
from facesorter.app.renaming import rename_with_folders
from facesorter.app.sets import PeopleSet, photos_of_set
from facesorter.domain.changes import Subject
from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.groups import IN_FRONT, DatedPhotos, KnownPerson, Overview, UnknownGroup
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, FaceKey, Merge, Person, PersonDetails, PersonPortrait, Photo
from facesorter.domain.names import one_spelling
from facesorter.domain.ports import Executor
from facesorter.groups.stored import StoredGroups


class People:
    """Everybody in the photos of a profile. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def everybody(self) -> list[KnownPerson]:
        """Everybody who is known, whoever is in most pictures first."""
        return known_people(self._profile, self._stored())

    def unknown(self, least: int = IN_FRONT) -> list[UnknownGroup]:
        """The groups that nobody has named with at least so many faces, the largest first."""
        return unknown_groups(self._profile, self._stored(), least)

    def overview(self, *, with_hidden: bool = False) -> Overview:
        """Everybody who is known, the groups that nobody has named, and how many are apart from these."""
        return overview(self._profile, self._stored(), with_hidden=with_hidden)

    def single_faces(self, *, with_hidden: bool = False) -> list[UnknownGroup]:
        """The faces that are in no group with others and that nobody has named, the clearest first."""
        return single_faces(self._profile, self._stored(), with_hidden=with_hidden)

    def find(self, name: str) -> Person:
        """Somebody who is known, by name. Raises `WrongUse` if nobody is called so."""
        return find_person(self._profile, name)

    def knows(self, name: str) -> bool:
        """Whether there is a person of this name, however it is spelled."""
        return self._profile.catalog.knows(name)

    def names_beside(self, person: Person) -> list[str]:
        """The names of everybody else, in their order."""
        return sorted(one.person.name for one in self._profile.catalog.people() if one.person.id != person.id)

    def merged_into(self, person: Person) -> list[Merge]:
        """Who was merged into this person, the last one first."""
        return [merge for merge in self._profile.catalog.merges() if merge.into == person.id]

    def portraits(self, person: Person) -> list[PersonPortrait]:
        """The faces the person is known by, in the order they were added."""
        return self._profile.catalog.portraits(person)

    def cut_out(self, face: FaceKey) -> bytes | None:
        """Head and shoulders of a face as a JPEG file; None if no photo that shows it can be read."""
        for photo in self._profile.catalog.photos_of([face.content]):
            with suppress(PhotoError, StorageUnavailable):
                return crop_of(picture_of(self._profile, photo.path, face), face)
        return None

    def photos_of_set(self, wanted: PeopleSet) -> list[Photo]:
        """Every known photo of a set of people; see `app.sets`."""
        return photos_of_set(self._profile, wanted)

    def scan(self, folders: Sequence[str], executor: Executor) -> Generator[ScanEvent]:
        """Look through folders for everybody, without a headshot; see `app.people_scan`."""
        return scan_for_everybody(self._profile, folders, executor)

    def details(self, person: Person) -> PersonDetails:
        """What the user said of a person."""
        return next(one for one in self._profile.catalog.people() if one.person.id == person.id)

    def known(self, person: Person) -> PersonDetails | None:
        """What the user said of a person; None if they were forgotten, or merged into somebody else."""
        return next((one for one in self._profile.catalog.people() if one.person.id == person.id), None)

    def faces_of(self, who: Person | int) -> list[FaceKey]:
        """The faces of a person, or of a group by its number. Raises `WrongUse` if there is no such group."""
        stored = self._stored()
        if isinstance(who, int):
            return stored.keys(_group(stored, who))
        return stored.keys(stored.of_owner(who.id))

    def photos_of(self, person: Person) -> DatedPhotos:
        """Every photo of a person, the newest first; those without a date last."""
        return photos_of_person(self._profile, person)

    def name(self, number: int, name: str, *, same_person: bool = False) -> Person:
        """Give a group a name: it is a person then, with all its faces as references.

        Raises `WrongUse` if somebody is called so already, unless it is the `same_person`, or if it has a name.
        """
        catalog, stored = self._profile.catalog, self._stored()
        group, unnamed = self._nameless(stored, number)
        if catalog.knows(name) and not same_person:
            raise WrongUse(
                _("There is already somebody named {name}.").format(name=catalog.person(name).name),
                _("Add the group to that person if they are the same, or choose another name."),
                _("If this is the same person, say so with --same-person, or choose another name."),
            )
        with catalog.whole():
            person = catalog.person(name)
            catalog.decide_faces(person, dict.fromkeys(stored.keys(group), Decision.YES))
            catalog.set_apart((), instead_of=unnamed)
        if not same_person:  # portraits can be chosen anew, and reading photos takes its time
            add_portraits(self._profile, person, best_faces(stored, group))
        self._stored()
        self._profile.changes.tell(Subject.PEOPLE, Subject.GROUPS)
        return person

    def rename(self, person: Person, name: str, *, with_folder: bool = False) -> Person:
        """Give a person another name; their folders keep theirs, or follow. Raises `WrongUse` if the name is taken.

        See `app.renaming` for what folders follow, and what is raised if they cannot.
        """
        if with_folder:
            self._profile.clear_up()
            stores = self._profile.catalog, self._profile.journal
            renamed = rename_with_folders(self._profile.paths.renaming, *stores, person, name)
        else:
            renamed = self._profile.catalog.rename(person, name)
        self._profile.changes.tell(Subject.PEOPLE, renamed=(person.name, renamed))
        return renamed

    def merge(self, kept: Person, merged: Person) -> None:
        """The two are one person from now on; `unmerge` takes them apart again."""
        self._profile.catalog.merge(kept, merged)
        self._stored()
        self._profile.changes.tell(Subject.PEOPLE)

    def unmerge(self, name: str) -> Person:
        """Whoever was merged under this name is somebody of their own again. Raises `WrongUse` if nobody was."""
        for merge in self._profile.catalog.merges():
            if one_spelling(merge.person.name) == one_spelling(name):
                self._profile.catalog.unmerge(merge.person.id)
                self._stored()
                self._profile.changes.tell(Subject.PEOPLE)
                return merge.person
        raise WrongUse(
            _("Nobody named {name} was merged with anybody.").format(name=name),
            _("`people list` tells who was merged into whom."),
        )

    def split(self, who: Person | int, wrong: Iterable[FaceKey], to: str | None = None) -> int:
        """Take faces out of a person or group, and with them those of the rest that are more like them than like it.

        They are the person's named `to` then, or a group of their own. The number of faces that went. Raises
        `WrongUse` if none of the faces is there, or nothing else, or for the group of somebody who has a name.
        """
        stored, taken = self._stored(), set(wrong)
        if isinstance(who, int):
            group, unnamed = self._nameless(stored, who)
            faces = stored.keys(group)
        else:
            faces, unnamed = self.faces_of(who), None
        out = {face for face in faces if face in taken}
        if not out or len(out) == len(faces):
            raise WrongUse(_("That would leave everything as it is."), _("Name some, and not all, of the photos."))
        out |= ProfileGroups(self._profile, self._profile.catalog).parted(faces, out)
        rest = [face for face in faces if face not in out]
        catalog = self._profile.catalog
        with catalog.whole():
            to_whom = None if to is None else catalog.person(to)
            if isinstance(who, int):
                hidden = any(one.hidden for one in catalog.unnamed() if one.id == unnamed)
                apart = [(rest, hidden)] if to_whom else [(rest, hidden), (out, False)]
                catalog.set_apart(apart, instead_of=unnamed)
            else:
                catalog.decide_faces(who, dict.fromkeys(rest, Decision.YES) | dict.fromkeys(out, Decision.NO))
                drop_portraits(self._profile, who, out)
                if to_whom is None:
                    catalog.set_apart([(out, False)])
            if to_whom is not None:
                catalog.decide_faces(to_whom, dict.fromkeys(out, Decision.YES))
        self._stored()
        self._profile.changes.tell(Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS)
        return len(out)

    def hide(self, who: Person | int, *, hidden: bool) -> None:
        """Hide a person or a group, also in later scans, or show them again.

        Raises `WrongUse` for the group of somebody who has a name.
        """
        catalog = self._profile.catalog
        if isinstance(who, Person):
            catalog.keep(replace(self.details(who), hidden=hidden))
            self._profile.changes.tell(Subject.PEOPLE)
            return
        stored = self._stored()
        group, unnamed = self._nameless(stored, who)
        if unnamed is not None:
            catalog.hide_unnamed(unnamed, hidden=hidden)
        elif hidden:
            catalog.set_apart([(stored.keys(group), True)])
        self._stored()
        self._profile.changes.tell(Subject.GROUPS)

    def set_born(self, person: Person, born: date | None) -> None:
        """When a person was born: no photo that was taken before shows them. Raises `WrongUse` for a day to come."""
        if born is not None and born > date.today():
            raise WrongUse(_("{day} is still to come.").format(day=born.isoformat()), _("Write it as 2002-05-14."))
        self._profile.catalog.keep(replace(self.details(person), born=born))
        self._stored()
        self._profile.changes.tell(Subject.PEOPLE)

    def set_cover(self, person: Person, face: FaceKey) -> None:
        """The face that stands for a person. Raises `PhotoError` if its photo cannot be read."""
        (portrait,) = add_portraits(self._profile, person, [face]) or [None]
        self._profile.catalog.keep(replace(self.details(person), cover=portrait))
        self._profile.changes.tell(Subject.PEOPLE)

    def forget(self, person: Person) -> None:
        """Erase a person beyond recovery; see `app.forgetting`."""
        names = (person.name, *(merge.person.name for merge in self.merged_into(person)))
        forget_person(self._profile, person.name)
        self._profile.changes.tell(*Subject, forgotten=(person, names))

    def _stored(self) -> StoredGroups:
        return ProfileGroups(self._profile, self._profile.catalog).stored()

    def _nameless(self, stored: StoredGroups, number: int) -> tuple[NDArray[np.int64], int | None]:
        """The faces of a group, and the nameless person (id) whose they are, if the user has said something of it.

        Raises `WrongUse` if it is somebody's who has a name, or if there is no such group.
        """
        group = _group(stored, number)
        owner = int(stored.faces["owner"][group[0]])
        for one in self._profile.catalog.people() if owner > 0 else ():
            if one.person.id == owner:
                raise WrongUse(
                    _("Group {} is {}.").format(number, one.person.name), _("Use the name instead of the number.")
                )
        return group, -owner if owner < 0 else None


def _group(stored: StoredGroups, number: int) -> NDArray[np.int64]:
    """The faces of a group. Raises `WrongUse` if there is no such group."""
    faces = np.flatnonzero(stored.faces["group"] == number)
    if not len(faces):
        raise WrongUse(_("There is no group {number}.").format(number=number), _("`people list` shows the groups."))
    return faces
