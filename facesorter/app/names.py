"""People whom other programs have named in the user's photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from facesorter.app.prepare import companion_finder
from facesorter.app.profile import Profile
from facesorter.app.sidecars import Sidecars
from facesorter.domain.models import Photo
from facesorter.domain.places import below
from facesorter.pipeline.enrol import PersonRequest
from facesorter.pipeline.named_people import NamedPeople, NamedPerson, requests

_TOLD_EVERY = 20


class Names:
    """Finds names in photos and beside them, and the faces that go with the names."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def find(self, places: Sequence[str], *, recursive: bool = True) -> Iterator[int | list[NamedPerson]]:
        """How many photos were looked at, now and then; and at the end everybody who is named there.

        Folders that FaceSorter itself copies to are left out unless they are given themselves. Raises `UserError`.
        """
        sidecars = Sidecars(self._profile.read, companion_finder(self._profile))
        people = NamedPeople()
        looked_at = 0
        copies = self._profile.journal.target_folders()
        for listing in self._profile.source_of(places, recursive=recursive, skip=copies).listings():
            for entry in listing.entries:
                path = below(listing.folder, entry.name)
                photo = Photo(0, path, entry.size, entry.modified_ns, object=entry.object)
                people.add(path, sidecars.names_of(photo))
                looked_at += 1
                if looked_at % _TOLD_EVERY == 0:
                    yield looked_at
        yield people.by_number()

    def requests(self, people: Iterable[NamedPerson]) -> tuple[PersonRequest, ...]:
        """These people with headshots from the photos that name them, as far as their faces are found there."""
        return tuple(requests(people, self._profile.engine, self._profile.read))
