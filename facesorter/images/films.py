"""Films, looked at one frame at a time; each frame is a picture like any other.

FFmpeg works in a process of its own with limits of time and memory (`workers`), one a film as long as it is open. A
frame comes out as the bytes of a TIFF file without compression, which every engine takes and nothing has to decode.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.errors import PhotoError
from facesorter.domain.films import FilmAbandoned, Frame, StopCheck
from facesorter.domain.messages import N_
from facesorter.domain.models import EncodedPicture
from facesorter.images.film_decoder import DAMAGED, EMPTY, NO_PICTURES, TOO_LARGE, UNREADABLE, FilmFacts, FilmRefused
from facesorter.images.film_workers import FilmWorker, FilmWorkers
from facesorter.images.workers import Limits

MOST_SECONDS = 150
"""Of the processor's time that decoding one film may take, all its frames together."""

LIMITS = Limits(seconds=25, patience=90)
"""Of one frame: between two key frames there may be half a minute of film that has to be decoded."""

_workers = FilmWorkers(2 * (os.cpu_count() or 1), LIMITS)


class FilmFile:
    """Implements `domain.films.Film`; from `opened`."""

    def __init__(self, path: str, content: bytes, worker: FilmWorker, decoded_at: str) -> None:
        self.path = path
        self.content = content
        self._worker = worker
        self._decoded_at = decoded_at
        self._facts: FilmFacts | None = None
        self.stopped: StopCheck = lambda: False

    @property
    def facts(self) -> FilmFacts:
        """Its length, and when it was taken. Raises `PhotoError`."""
        if self._facts is None:
            with _in_words():
                self._facts = self._worker.facts(self._decoded_at)
        return self._facts

    @property
    def seconds(self) -> float:
        return self.facts.seconds

    @property
    def taken_at(self) -> datetime | None:
        return self.facts.taken_at

    @property
    def exhausted(self) -> bool:
        """Whether decoding has taken more than half of the time it may take."""
        return self._worker.taken > MOST_SECONDS / 2

    def frame(self, at: float, key_from: float | None = None) -> Frame | None:
        """See `domain.films.Film`. Raises `PhotoError`, also when the film has taken too much time."""
        if self.stopped():
            raise FilmAbandoned
        if self._worker.taken > MOST_SECONDS:
            raise PhotoError(N_("It takes too much time to look through this video."))
        with _in_words():
            found = self._worker.frame(self._decoded_at, at, at if key_from is None else key_from)
        if found is None:
            return None
        seconds, pixels = found
        return Frame(seconds, EncodedPicture(self.path, as_tiff(pixels)))


@contextmanager
def opened(
    path: str, content: bytes, data: bytes | None = None, stopped: StopCheck = lambda: False
) -> Generator[FilmFile]:
    """The film at this path, or that these bytes are. `content` is the SHA-256 of either."""
    with _reachable(path, data) as decoded_at, _workers.one() as worker:
        film = FilmFile(path, content, worker, decoded_at)
        film.stopped = stopped
        yield film


def as_tiff(pixels: NDArray[np.uint8]) -> bytes:
    """(H, W, 3) RGB pixels as a TIFF file without compression."""
    height, width = pixels.shape[:2]
    bits = 8 + 2 + 10 * 12 + 4
    start = bits + 6
    tags = (
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, start),
        (274, 3, 1, 1),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, pixels.size),
    )
    header = b"II*\0" + struct.pack("<IH", 8, len(tags))
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return header + entries + bytes(4) + struct.pack("<3H", 8, 8, 8) + pixels.tobytes()


@contextmanager
def _reachable(path: str, data: bytes | None) -> Generator[str]:
    """A path by which a worker reads the film. What was downloaded has no name where the system can do without."""
    if data is None:
        yield path
    elif hasattr(os, "memfd_create"):
        with open(os.memfd_create("film"), "wb") as file:
            file.write(data)
            file.flush()
            yield f"/proc/{os.getpid()}/fd/{file.fileno()}"
    else:
        number, name = tempfile.mkstemp(prefix="facesorter-")
        try:
            with open(number, "wb") as file:
                file.write(data)
            yield name
        finally:
            os.remove(name)


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except FilmRefused as error:
        raise PhotoError(_said(error.why), lasting=error.lasting) from error


def _said(why: str) -> str:
    return {
        EMPTY: N_("The file is empty."),
        DAMAGED: N_("The video is damaged or incomplete."),
        NO_PICTURES: N_("There are no pictures in this video, only sound."),
        TOO_LARGE: N_("The pictures of this video are too large to be looked at."),
        UNREADABLE: N_("The video could not be read."),
    }.get(why, N_("This is not a video, or not of a kind that FaceSorter reads."))
