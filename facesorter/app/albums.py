"""What the user does with photos of people: takes wrong ones out, exports them, copies those of a set of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from facesorter.app import taking_out
from facesorter.app.copied_photos import stale_copies
from facesorter.app.export import ExportRequest, NotExported, PhotoExported, export, free_place
from facesorter.app.known_people import not_copied
from facesorter.app.known_photos import everything_known
from facesorter.app.profile import Profile
from facesorter.app.sets import PeopleSet, copy_set, plan_set
from facesorter.app.taking_out import TakenOut
from facesorter.domain.events import Event
from facesorter.domain.groups import DatedPhoto, DatedPhotos
from facesorter.domain.models import FaceKey, Person, Photo
from facesorter.domain.planning import CopyPlan, CopyRecord


class Albums:
    """Photos of people, and the folders of their copies. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def take_out(self, person: Person, photos: Sequence[Photo]) -> TakenOut:
        """See `taking_out.take_out`."""
        return taking_out.take_out(self._profile, person, photos)

    def put_back(self, person: Person, taken: TakenOut) -> None:
        """See `taking_out.put_back`."""
        taking_out.put_back(self._profile, person, taken)

    def photos_of_group(self, number: int) -> list[DatedPhoto]:
        """See `taking_out.photos_of_group`."""
        return taking_out.photos_of_group(self._profile, number)

    def group_of(self, faces: Sequence[FaceKey]) -> int | None:
        """See `taking_out.group_of`."""
        return taking_out.group_of(self._profile, faces)

    def take_out_of_group(self, number: int, wrong: Sequence[FaceKey]) -> TakenOut:
        """See `taking_out.take_out_of_group`."""
        return taking_out.take_out_of_group(self._profile, number, wrong)

    def put_back_into_group(self, taken: TakenOut) -> None:
        """See `taking_out.put_back_into_group`."""
        taking_out.put_back_into_group(self._profile, taken)

    def folders_of(self, person: Person) -> list[str]:
        """The folders of copies that are named after a person."""
        return list(self._profile.journal.folders_named(person))

    def not_copied(self, person: Person, photos: DatedPhotos) -> int | None:
        """See `known_people.not_copied`."""
        return not_copied(self._profile, person, photos)

    def stale_copies(self, person: Person) -> list[CopyRecord]:
        """See `copied_photos.stale_copies`."""
        return stale_copies(self._profile, person)

    def take_back_copies(self, records: Sequence[CopyRecord]) -> Iterator[Event]:
        """See `taking_out.take_back_copies`."""
        return taking_out.take_back_copies(self._profile, records)

    def free_place(self, folder: str, name: str) -> str:
        """The path in a folder at which nothing is yet, of this name or a numbered one."""
        return free_place(folder, name)

    def export(
        self, person: Person, request: ExportRequest, photos: Sequence[Photo]
    ) -> Iterator[PhotoExported | NotExported]:
        """See `export.export`."""
        return export(self._profile, person, request, photos)

    def plan_set(self, wanted: PeopleSet) -> CopyPlan:
        """What would bring a set's folder up to date with all photos that are known. Raises `WrongUse`."""
        with everything_known(self._profile) as selected:
            destination = self._profile.settings.destination_folder
            return plan_set(self._profile, wanted, selected, destination, self._profile.other_copies)

    def copy_set(self, wanted: PeopleSet) -> Iterator[Event]:
        """Bring a set's folder up to date with all photos that are known; see `sets.copy_set`."""
        settings = self._profile.settings
        with everything_known(self._profile) as selected:
            yield from copy_set(self._profile, wanted, selected, settings.destination_folder, settings.link)
