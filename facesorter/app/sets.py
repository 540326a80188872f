"""Builds the folder of a set of people: photos that show all of them, any of them, nobody else, or somebody not."""

from __future__ import annotations

from collections.abc import Generator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from facesorter.app.grouping import ProfileGroups
from facesorter.app.known_people import find_person, photos_of_person
from facesorter.app.other_copies import OtherCopies
from facesorter.app.profile import Profile
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import Event
from facesorter.domain.groups import DatedPhotos
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Person, Photo
from facesorter.domain.names import folder_name, merging_key
from facesorter.domain.places import below
from facesorter.domain.planning import CopyOrder, CopyPlan, plan_copies
from facesorter.pipeline.copy import copy, recover
from facesorter.pipeline.undo import take_back
from facesorter.storage.catalog import SqliteCatalog


@dataclass(frozen=True, slots=True)
class PeopleSet:
    """Names: of people who must all be in a photo, of whom one must be, beside whom nobody may be, who may not be."""

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def folder_name(self) -> str:
        """As `PhotosWithAnnaAndBen`."""
        words = ["And".join(self.all_of)] if self.all_of else []
        words += ["Or".join(self.any_of)] if self.any_of else []
        words += [f"Only{'And'.join(self.only)}"] if self.only else []
        return folder_name("And".join(words) + (f"Without{'And'.join(self.without)}" if self.without else ""))


def photos_of_set(profile: Profile, wanted: PeopleSet) -> list[Photo]:
    """Every known photo of the set. Raises `WrongUse` for somebody who is not known, and for a set of nobody."""
    if not (wanted.all_of or wanted.any_of or wanted.only):
        raise WrongUse(_("Nobody to look for."), _("Name somebody with --all-of, --any-of or --only."))
    photos: dict[int, tuple[DatedPhotos, int]] = {}

    def of(name: str) -> set[int]:
        found = photos_of_person(profile, find_person(profile, name))
        photos.update((number, (found, place)) for place, number in enumerate(found.ids))
        return set(found.ids)

    def photo(number: int) -> Photo:
        found, place = photos[number]
        return found[place].photo

    parts = [of(name) for name in (*wanted.all_of, *wanted.only)]
    if wanted.any_of:
        parts.append(set[int]().union(*map(of, wanted.any_of)))
    chosen = parts[0].intersection(*parts[1:]).difference(*map(of, wanted.without))
    if wanted.only:
        alone = _with_nobody_else(profile, [find_person(profile, name) for name in wanted.only])
        chosen = {number for number in chosen if photo(number).content in alone}
    return [photo(number) for number in sorted(chosen)]


def _with_nobody_else(profile: Profile, people: Sequence[Person]) -> set[bytes]:
    """The contents of all whose faces are these people's."""
    stored = ProfileGroups(profile, profile.catalog).stored()
    others = ~np.isin(stored.faces["owner"], [person.id for person in people])
    crowded = set(stored.pictures_of(np.flatnonzero(others)))
    return set(stored.contents) - crowded


def plan_set(
    profile: Profile, wanted: PeopleSet, selected: SqliteCatalog, destination: str, others: OtherCopies
) -> CopyPlan:
    """What makes the set's folder hold just its photos among the selected ones. Raises as `photos_of_set`."""
    _require_own_folder(profile, wanted)
    found = _ids(selected)
    photos = [photo for photo in photos_of_set(profile, wanted) if photo.id in found]
    return _planned(profile, wanted, photos, found, destination, others)


def _ids(selected: SqliteCatalog) -> set[int]:
    return {photo.id for page in selected.analyzed(()) for photo, _analyses, _problem in page}


def _planned(
    profile: Profile,
    wanted: PeopleSet,
    photos: Sequence[Photo],
    found: Set[int],
    destination: str,
    others: OtherCopies,
) -> CopyPlan:
    name, catalog = wanted.folder_name, profile.catalog
    folder, somebody = below(destination, name), Person(0, name, name)
    records = [record for record in profile.journal.copies_in(folder) if profile.places.copier("copy").intact(record)]
    kept = {photo.content for photo in photos}
    gone = {record.content for record in records if record.content not in kept}
    unwanted = [photo for photo in catalog.photos_of(gone) if photo.id in found]
    orders = (CopyOrder(photo, somebody, folder) for photo in photos)
    return plan_copies(orders, unwanted, records, others.within(folder))


def copy_set(
    profile: Profile, wanted: PeopleSet, selected: SqliteCatalog, destination: str, link: str
) -> Generator[Event, None, int]:
    """Make the set's folder hold just its photos among the selected ones: copies no longer of it are taken back.

    Returns how many photos these are. Raises as `photos_of_set`, and as a run does.
    """
    copier, journal = profile.places.copier(link), profile.journal
    _require_own_folder(profile, wanted)
    profile.places.check_destination(destination)
    recover(journal, copier)
    found = _ids(selected)
    photos = [photo for photo in photos_of_set(profile, wanted) if photo.id in found]
    plan = _planned(profile, wanted, photos, found, destination, OtherCopies(profile.places))
    run_id = journal.begin_run([], destination)
    yield from copy(plan.to_copy, run_id, copier, journal, None)
    yield from take_back(plan.to_take_back, copier, journal)
    return len(photos)


def _require_own_folder(profile: Profile, wanted: PeopleSet) -> None:
    """Raise `WrongUse` if the set's folder would be somebody's."""
    name, catalog = wanted.folder_name, profile.catalog
    people = [one.person for one in (*catalog.people(), *catalog.merges())]
    if any(merging_key(person.folder_name) == merging_key(name) for person in people):
        raise WrongUse(_("{folder} is a person's folder.").format(folder=name), _("Give that person another name."))
