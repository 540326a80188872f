"""A film of which much is gone is a problem, and no film that is merely unusual is taken for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from film_making import make_film, plain
from numpy.typing import NDArray
from painted import PaintedEngine

from facesorter.domain.errors import PhotoError
from facesorter.domain.films import Frame
from facesorter.images.films import opened
from facesorter.pipeline.films import look_through

SECONDS = 20
KINDS = [("a.avi", "mpeg4", 1), ("a.avi", "mpeg4", 5), ("a.avi", "mpeg4", 20), ("a.mkv", "libx264", 5)]
KINDS += [("a.mp4", "libx264", 2), ("a.wmv", "wmv2", 1), ("a.mpg", "mpeg2video", 1), ("a.ts", "libx264", 2)]


class Watching(PaintedEngine):
    """Keeps the times of the frames that it was shown."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def of_film(self, frames: Iterable[tuple[float, bytes]]) -> bytes:
        self.times = [seconds for seconds, _analysis in frames]
        return b""


def times_seen(film: Path) -> list[float]:
    engine = Watching()
    with opened(str(film), b"") as open_film:
        look_through(open_film, engine, engine.name)
    return engine.times


def moving() -> Sequence[NDArray[np.uint8]]:
    noise = np.random.default_rng(1).integers(0, 255, (60, 240 * 3, 3)).astype(np.uint8).repeat(3, axis=0)
    return [noise[:, 3 * number : 3 * number + 240] for number in range(SECONDS * 5)]


def without(data: bytes, start: float, end: float, *, filler: bytes = b"\0") -> bytes:
    """A copy in which a part, as a share of the whole, went wrong."""
    first, last = int(len(data) * start), int(len(data) * end)
    return data[:first] + filler * (last - first) + data[last:]


@pytest.mark.parametrize(("name", "codec", "apart"), KINDS)
def test_a_hole_in_a_film(tmp_path: Path, name: str, codec: str, apart: int) -> None:
    film = make_film(tmp_path / name, moving(), seconds=0.2, codec=codec, key_frames_apart=apart)
    assert np.diff([0, *times_seen(film), SECONDS]).max() < 2.5
    data = film.read_bytes()
    for start, end, filler in ((0.3, 0.7, b"\0"), (0.5, 1, b"\0"), (0.5, 0.9, b"\0"), (0.3, 0.7, b"\xff")):
        film.write_bytes(without(data, start, end, filler=filler))
        with pytest.raises(PhotoError, match=r"The video is damaged or incomplete\.") as told:
            times_seen(film)
        assert told.value.lasting


@pytest.mark.parametrize(("name", "codec"), [("a.wmv", "wmv2"), ("a.avi", "mpeg4"), ("a.mkv", "libx264")])
def test_half_a_film(tmp_path: Path, name: str, codec: str) -> None:
    film = make_film(tmp_path / name, moving(), seconds=0.2, codec=codec)
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    with pytest.raises(PhotoError, match=r"The video is damaged or incomplete\."):
        times_seen(film)


def test_a_film_that_is_padded_is_whole(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mpg", moving(), seconds=0.2, codec="mpeg2video")
    data = film.read_bytes()
    film.write_bytes(data + bytes(len(data) // 100))
    assert times_seen(film)[-1] > SECONDS - 1


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.wmv", "wmv2")])
def test_a_film_in_which_nothing_moves_for_long_is_whole(tmp_path: Path, name: str, codec: str) -> None:
    """Recordings of a screen have no new frame until something changes there."""
    with av.open(str(tmp_path / name), "w") as film:
        stream = film.add_stream(codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number, at in enumerate((0, 1, 250, 251, 500, 501, 750)):
            frame = av.VideoFrame.from_ndarray(plain((30 * number, 90, 90)), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 25)
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    assert {0, 10, 20, 30} <= {round(seconds) for seconds in times_seen(tmp_path / name)}


class Unreadable:
    """A film of 100 seconds of which no frame can be read."""

    content, seconds, taken_at, exhausted = b"", 100.0, None, False

    def __init__(self) -> None:
        self.asked = 0

    def frame(self, at: float, key_from: float | None = None) -> Frame | None:
        self.asked += 1
        if self.asked % 2:
            return None
        raise PhotoError("Gone.", lasting=True)


def test_a_film_is_given_up_once_it_is_lost() -> None:
    film = Unreadable()
    with pytest.raises(PhotoError, match=r"Gone\."):
        look_through(film, Watching(), "")
    assert film.asked == 8  # more than a tenth of 79
