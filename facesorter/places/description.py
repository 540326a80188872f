"""What a picture file says of itself."""

from __future__ import annotations

from contextlib import suppress

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import Metadata


def describe(data: bytes) -> Metadata:
    """Its size, and when it was taken if it says so; a picture that cannot be decoded has its size alone."""
    from facesorter.images import taken_at

    with suppress(PhotoError):
        return Metadata(len(data), taken_at(data))
    return Metadata(len(data))
