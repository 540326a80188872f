"""Copying in words only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from facesorter.domain.models import Photo
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.transfer import digest_of
from facesorter.places.taken_names import Found


class DryCopier(FileCopier):
    """Tells what `FileCopier` would do and writes nothing; what it has promised counts as being there."""

    dry_run = True

    def __init__(self, copies_in: Callable[[str], Iterable[CopyRecord]] = lambda _: ()) -> None:
        super().__init__("copy", copies_in)
        self._promised: dict[str, Found] = {}

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """The size and time (ns) the copy would have."""
        self._promised[placement.target] = Found(order.photo.size, placement.content)
        return order.photo.size, order.photo.modified_ns

    def content_of(self, photo: Photo) -> bytes:
        """See `FileCopier.content_of`; an object of S3 is known by what S3 says of it."""
        return photo.content or photo.object or digest_of(photo.path)

    def look(self, path: str) -> Found | None:
        """See `FileCopier.look`."""
        return self._promised.get(path) or super().look(path)
