"""A frame of a film, to be shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import N_
from facesorter.domain.places import kind_of

SHOWN_AT = 0.1
"""Of a film without a face, the frame after this part of it is shown: many begin black."""


class ShownFrame(NamedTuple):
    """A frame as a picture file, its time in seconds, and when the film was taken, if it says so."""

    data: bytes
    seconds: float
    taken_at: datetime | None


def frame_of(path: str, seconds: float | None, read: Callable[[str], bytes]) -> ShownFrame:
    """The frame of a film at this time, or one that is likely to show something. Raises `PhotoError`.

    `read` gets the bytes of a film in S3.
    """
    from facesorter.images.films import opened

    with opened(path, b"", None if kind_of(path).has_files else read(path)) as film:
        frame = film.frame(SHOWN_AT * film.seconds, 0.0) if seconds is None else film.frame(seconds)
        if frame is None:
            raise PhotoError(N_("The video is damaged or incomplete."), lasting=True)
        return ShownFrame(frame.picture.data, frame.seconds if seconds is None else seconds, film.taken_at)
