"""Where photos come from, and who announces changes there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from facesorter.domain.films import Film, StopCheck
from facesorter.domain.listing import KnownFolder, Listing
from facesorter.domain.models import Metadata


class PhotoSource(Protocol):
    """A place where photos lie: folders on disk, a bucket. It is never written to."""

    def listings(self) -> Iterator[Listing]:
        """Every folder once, in a stable order; a folder listed in parts, each photo once.

        Raises `StorageUnavailable` if the place itself is out of reach, `WrongUse` if it never was there.
        """
        ...

    def gone(self, folder: KnownFolder, names: Callable[[], Sequence[str]]) -> Sequence[str]:
        """Which photos (`names`) of a folder that is known from earlier are certainly not there any more.

        To be asked after `listings`; whole listings have told already. A place that is out of reach tells nothing:
        what is on a disk that is not connected is not gone.
        """
        ...

    def read(self, path: str) -> bytes:
        """The whole file. Raises `PhotoError` (not lasting) if it vanished or may not be read.

        Raises `StorageUnavailable` if the place itself is out of reach: then no other photo could be read either.
        """
        ...

    def describe(self, data: bytes) -> Metadata:
        """What a picture that was read says of itself; never raises."""
        ...

    def film(self, path: str, stopped: StopCheck) -> AbstractContextManager[Film]:
        """The film at this path, opened. Raises as `read`, and `FilmAbandoned`."""
        ...


class Watcher(Protocol):
    """Knows when a place changes, as far as it is told."""

    def wait(self, seconds: float) -> None:
        """Return when something has changed, after `seconds`, or when one shall stop."""
        ...
