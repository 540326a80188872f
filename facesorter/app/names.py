"""People whom other programs have named in the user's photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from facesorter.app.prepare import companion_finder
from facesorter.app.profile import Profile
from facesorter.app.sidecars import Sidecars
from facesorter.domain.models import Photo
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.places import below
from facesorter.pipeline.enrol import PersonRequest
from facesorter.pipeline.named_people import NamedPerson, named_people, requests


class Names:
    """Finds names in photos and beside them, and the faces that go with the names."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def find(self, places: Sequence[str], looked_at: Callable[[], None]) -> list[NamedPerson]:
        """Everybody who is named in the photos of these places; `looked_at` is called after each photo.

        Raises `UserError`.
        """
        sidecars = Sidecars(self._profile.read, companion_finder(self._profile))

        def photos() -> Iterator[tuple[str, tuple[NamedFace, ...]]]:
            for listing in self._profile.source_of(places).listings():
                for entry in listing.entries:
                    path = below(listing.folder, entry.name)
                    yield path, sidecars.names_of(Photo(0, path, entry.size, entry.modified_ns, object=entry.object))
                    looked_at()

        return named_people(photos())

    def requests(self, people: Iterable[NamedPerson]) -> tuple[PersonRequest, ...]:
        """These people with headshots from the photos that name them, as far as their faces are found there."""
        return tuple(requests(people, self._profile.engine, self._profile.read))
