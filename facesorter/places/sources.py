"""Folders and places in S3 together, as one source of photos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from facesorter.domain.films import Film, StopCheck
from facesorter.domain.listing import KnownFolder, Listing
from facesorter.domain.models import Metadata
from facesorter.domain.places import is_in_s3
from facesorter.domain.ports import PhotoSource


class AnywhereSource:
    """The `PhotoSource` that leaves files to one source and objects of S3 to another."""

    def __init__(self, files: PhotoSource, objects: PhotoSource) -> None:
        self._files = files
        self._objects = objects

    def listings(self) -> Iterator[Listing]:
        """Those of both."""
        yield from self._files.listings()
        yield from self._objects.listings()

    def gone(self, folder: KnownFolder, names: Callable[[], Sequence[str]]) -> Sequence[str]:
        """See `PhotoSource.gone`."""
        return (self._objects if is_in_s3(folder.path) else self._files).gone(folder, names)

    def read(self, path: str) -> bytes:
        """See `PhotoSource.read`."""
        return (self._objects if is_in_s3(path) else self._files).read(path)

    def describe(self, data: bytes) -> Metadata:
        """See `PhotoSource.describe`."""
        return self._files.describe(data)

    def film(self, path: str, stopped: StopCheck) -> AbstractContextManager[Film]:
        """See `PhotoSource.film`."""
        return (self._objects if is_in_s3(path) else self._files).film(path, stopped)
