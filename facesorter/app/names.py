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
from facesorter.places.disk.reading import read_beginning

_TOLD_EVERY = 20

_SAMPLE = 100
"""A quick look goes into so many photos to twice as many, spread evenly over all."""

_HEAD_BYTES = 1_000_000
"""A quick look reads no more than this of a file."""


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
        for listing in self._profile.places.source_of(places, recursive=recursive, skip=copies).listings():
            for entry in listing.entries:
                path = below(listing.folder, entry.name)
                photo = Photo(0, path, entry.size, entry.modified_ns, object=entry.object)
                people.add(path, sidecars.names_of(photo))
                looked_at += 1
                if looked_at % _TOLD_EVERY == 0:
                    yield looked_at
        yield people.by_number()

    def peek(self, folders: Sequence[str], *, recursive: bool = True) -> Iterator[list[str]]:
        """Who is named in a sample of the photos in folders on this computer, whoever is in most of them first.

        What is known so far is given now and then, so that the look can be ended. Raises `UserError`.
        """
        sample: list[Photo] = []
        number, every = 0, 1
        copies = self._profile.journal.target_folders()
        for listing in self._profile.places.source_of(folders, recursive=recursive, skip=copies).listings():
            for entry in listing.entries:
                if number % every == 0:
                    sample.append(Photo(0, below(listing.folder, entry.name), entry.size, entry.modified_ns))
                    if len(sample) == 2 * _SAMPLE:
                        sample, every = sample[::2], 2 * every
                number += 1
            yield []
        sidecars = Sidecars(lambda path: read_beginning(path, _HEAD_BYTES), companion_finder(self._profile))
        people = NamedPeople()
        for photo in sample:
            people.add(photo.path, sidecars.names_of(photo))
            yield [person.name for person in people.by_number()]

    def requests(self, people: Iterable[NamedPerson]) -> tuple[PersonRequest, ...]:
        """These people with headshots from the photos that name them, as far as their faces are found there."""
        return tuple(requests(people, self._profile.engine, self._profile.read))
