"""What a picture file says of itself."""

from __future__ import annotations

from contextlib import suppress

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import Metadata


def describe(data: bytes) -> Metadata:
    """Its size, and when and by which camera it was taken if it says so; a damaged picture has its size alone."""
    from facesorter.images import facts_in

    with suppress(PhotoError):
        facts = facts_in(data)
        return Metadata(len(data), facts.taken_at, facts.camera)
    return Metadata(len(data))
