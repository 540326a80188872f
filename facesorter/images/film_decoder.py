"""Frames of a film, decoded with FFmpeg; it belongs into a worker.

FFmpeg is told which of its demuxers to use, from a list of those that read nothing but the file they are given, and
gets that file opened: a film that is really a playlist cannot make it read other files or use the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.images.film_files import Container, container_of, has_holes, lacks_chunk, lacks_end

if TYPE_CHECKING:
    from av import VideoFrame

LONGEST_SIDE = 1920
"""Frames are handed out no larger: a face of 4K has four times the pixels that the recognizer can use."""

MOST_FRAME_PIXELS = 36_000_000
"""Larger frames are refused; 8K has 33 megapixels."""

_DEMUXERS = {
    Container.BOXES: "mov",
    Container.MATROSKA: "matroska",
    Container.AVI: "avi",
    Container.TRANSPORT: "mpegts",
    Container.PROGRAM: "mpeg",
    Container.ASF: "asf",
    Container.FLV: "flv",
    Container.OGG: "ogg",
}
_OPTIONS = {"protocol_whitelist": "none", "enable_drefs": "0"}
_ALMOST = 0.002
"""Seconds by which a frame may come before the time it is asked for: times are rounded to a film's own clock."""

_NEAR = 1.0
"""Seconds that are decoded rather than skipped where a film has no index of its key frames."""

_BACK = (0.0, 3.0, 12.0, 60.0)
"""Seconds before a time from which it is looked for, one after the other: without an index a jump may go too far."""

_BEYOND = 0.3
"""Seconds after a time from which a frame is one that a jump went too far to; fewer lie between two frames."""

_MISSING = 2.0
"""Seconds that a frame may lie from the time it is asked for, if parts of the file are gone: else what was between is
lost. Without such holes nothing is wrong: where nothing moves, some films go for long without a new frame."""

_HIGH_DEFINITION = 720
_BT_601, _BT_709 = 5, 1
_UNSPECIFIED = 2

DAMAGED, EMPTY, NO_PICTURES = "damaged", "empty", "no pictures"
TOO_LARGE, UNKNOWN, UNREADABLE = "too large", "unknown", "unreadable"


class FilmRefused(Exception):
    """Why a film cannot be looked through, which `images.films` puts into a sentence; `lasting` if its bytes say so."""

    def __init__(self, why: str, *, lasting: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.lasting = lasting


class FilmFacts(NamedTuple):
    """Length in seconds, and when it was taken in the camera's local time, where it says so."""

    seconds: float
    taken_at: datetime | None


class FilmDecoder:
    """One film file. Every method raises `FilmRefused`."""

    def __init__(self, path: str) -> None:
        import av  # only a worker that meets a film pays for loading it
        from av.error import FFmpegError
        from av.stream import Disposition

        self._errors = (FFmpegError, ValueError, ArithmeticError, LookupError, EOFError, RuntimeError, TypeError)
        self._file = open(path, "rb")  # noqa: SIM115 - it is open as long as the decoder is
        if not self._file.read(1):
            raise FilmRefused(EMPTY)
        kind = container_of(self._file)
        if kind is None:
            raise FilmRefused(UNKNOWN)
        if lacks_end(kind, self._file):
            raise FilmRefused(DAMAGED)
        self._file.seek(0)
        self._container = self._told(
            lambda: av.open(self._file, format=_DEMUXERS[kind], options=_OPTIONS, metadata_errors="replace")
        )
        streams = [
            stream for stream in self._container.streams.video if not stream.disposition & Disposition.attached_pic
        ]
        if not streams:
            raise FilmRefused(NO_PICTURES)
        known = [stream for stream in streams if stream.codec_context is not None]
        if not known:
            raise FilmRefused(UNKNOWN)
        self._stream = max(known, key=lambda stream: (stream.codec_context.width or 0, -stream.index))
        context = self._stream.codec_context
        context.thread_count = 1
        if (context.width or 0) * (context.height or 0) > MOST_FRAME_PIXELS:
            raise FilmRefused(TOO_LARGE)
        self._time_base = float(self._stream.time_base or 0) or 1 / 90_000
        self._start = (self._stream.start_time or 0) * self._time_base
        self._in_chunks = kind is Container.AVI
        self._frames: Iterator[VideoFrame] | None = None
        self._position = -1.0

    def facts(self) -> FilmFacts:
        """What is known without decoding, or, where a film does not tell its length, by going through it once."""
        duration = 0.0
        if self._stream.duration:
            duration = self._stream.duration * self._time_base
        elif self._container.duration:
            duration = self._container.duration / 1_000_000
        if duration <= 0:
            duration = self._told(self._last_time) - self._start
        if not 0 <= duration < 1_000_000:
            raise FilmRefused(DAMAGED)
        return FilmFacts(duration, _taken_at(dict(self._container.metadata)))

    def frame(self, at: float, key_from: float) -> tuple[float, NDArray[np.uint8]] | None:
        """The time and the upright pixels of the key frame before `at`, unless it lies before `key_from`.

        If it does, those of the first frame from `at` on, or else of the last one; None if there is none. Times are
        seconds since the first frame.
        """
        return self._told(lambda: self._frame(at, key_from))

    def close(self) -> None:
        """Let the file go."""
        with suppress(*self._errors):
            self._container.close()
        self._file.close()

    def _frame(self, at: float, key_from: float) -> tuple[float, NDArray[np.uint8]] | None:
        if self._goes_on_to(at):
            found = self._first_from(at, at)
        else:
            found = None
            for back in _BACK:
                self._seek(at - back)
                found = self._first_from(at, key_from if back == 0 else at)
                beyond = found is not None and self._seconds(found) > at + _BEYOND
                if not (beyond or (found is None and back == 0)) or at - back <= 0:
                    break
        if found is None:
            return None
        seconds = self._seconds(found)
        if self._is_lost(seconds) or (abs(seconds - at) > _MISSING and self._has_holes):
            raise FilmRefused(DAMAGED)
        return seconds, self._pixels(found)

    @cached_property
    def _has_holes(self) -> bool:
        return self._asked(has_holes)

    def _is_lost(self, seconds: float) -> bool:
        """Whether this frame, or the key frame it needs, is not where the index of an AVI film says.

        FFmpeg then takes whatever comes next in the file for it.
        """
        index = self._stream.index_entries
        if not self._in_chunks:
            return False
        clock = round((seconds + self._start) / self._time_base)
        places = (index.search_timestamp(clock, backward=True, any_frame=any_frame) for any_frame in (True, False))
        positions = [index[place].pos for place in places if place >= 0]
        return self._asked(lambda file: any(lacks_chunk(file, position) for position in positions))

    def _asked(self, question: Callable[[BinaryIO], bool]) -> bool:
        """What the bytes of the file say; FFmpeg goes on where it was."""
        position = self._file.tell()
        try:
            return question(self._file)
        finally:
            self._file.seek(position)

    def _seek(self, seconds: float) -> None:
        self._container.seek(round((seconds + self._start) / self._time_base), stream=self._stream)
        self._frames = self._container.decode(self._stream)
        self._position = -1.0

    def _first_from(self, at: float, key_from: float) -> VideoFrame | None:
        """The first frame from `at` on, a key frame that comes first if it lies at `key_from` or later, or the last."""
        last: VideoFrame | None = None
        first = self._position < 0
        for frame in self._frames or ():
            if frame.pts is None:
                continue
            last = frame
            self._position = self._seconds(frame)
            if self._position >= at - _ALMOST or (first and frame.key_frame and self._position >= key_from):
                return frame
            first = False
        self._frames, self._position = None, -1.0
        return last

    def _seconds(self, frame: VideoFrame) -> float:
        return cast("int", frame.pts) * self._time_base - self._start

    def _goes_on_to(self, at: float) -> bool:
        """Whether to decode on is the shortest way: no key frame lies between here and there."""
        if self._frames is None or not 0 <= self._position <= at:
            return False
        index = self._stream.index_entries
        if not len(index):
            return at - self._position < _NEAR
        place = index.search_timestamp(round((at + self._start) / self._time_base), backward=True, any_frame=False)
        return place < 0 or index[place].timestamp * self._time_base - self._start <= self._position

    def _last_time(self) -> float:
        ends = [(packet.pts or 0) + (packet.duration or 0) for packet in self._container.demux(self._stream)]
        self._frames, self._position = None, -1.0
        return max(ends, default=0) * self._time_base

    def _pixels(self, frame: VideoFrame) -> NDArray[np.uint8]:
        width, height = frame.width, frame.height
        if not 0 < width * height <= MOST_FRAME_PIXELS:
            raise FilmRefused(TOO_LARGE)
        ratio = self._stream.sample_aspect_ratio
        stretched = width * float(ratio) if ratio and 0.2 < ratio < 5 else float(width)
        shrink = min(1.0, LONGEST_SIDE / max(stretched, height))
        if frame.interlaced_frame:
            shrink = min(shrink, 0.5)  # of two fields one is taken: together they make a comb of whatever moves
        size = max(1, round(stretched * shrink)), max(1, round(height * shrink))
        colors: int = frame.colorspace
        if colors == _UNSPECIFIED:
            colors = _BT_709 if height >= _HIGH_DEFINITION else _BT_601
        if frame.interlaced_frame:
            pixels = frame.to_ndarray(format="rgb24", src_colorspace=colors)[::2]
            pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
        else:
            smaller = frame.reformat(*size, format="rgb24", src_colorspace=colors, interpolation="AREA")
            pixels = smaller.to_ndarray()
        turns = round(frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(pixels, turns) if turns else pixels)

    def _told(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except MemoryError as error:
            raise FilmRefused(TOO_LARGE, lasting=False) from error
        except OSError as error:
            if not isinstance(error, self._errors):
                raise FilmRefused(UNREADABLE, lasting=False) from error
            self._frames, self._position = None, -1.0
            raise FilmRefused(DAMAGED) from error
        except self._errors as error:
            self._frames, self._position = None, -1.0
            raise FilmRefused(DAMAGED) from error


def _taken_at(metadata: dict[str, str]) -> datetime | None:
    """Apple's date has the camera's own time zone; the container's is in UTC, and local time is what is wanted."""
    apple = metadata.get("com.apple.quicktime.creationdate")
    with suppress(ValueError):
        if apple:
            return datetime.fromisoformat(apple).replace(tzinfo=None)
        if "creation_time" in metadata:
            moment = datetime.fromisoformat(metadata["creation_time"])
            local = (moment.astimezone() if moment.tzinfo else moment).replace(tzinfo=None)
            return local if local.year > 1990 else None  # cameras without a clock say 1904, or 1970
    return None
