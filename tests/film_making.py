"""Makes films for tests: each picture stands still for some seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

RATE = 10


def make_film(
    path: Path,
    pictures: Sequence[NDArray[np.uint8]],
    *,
    seconds: float = 2,
    codec: str = "libx264",
    key_frames_apart: int = 1,
    rotation: int = 0,
    metadata: dict[str, str] | None = None,
) -> Path:
    """A film of these (H, W, 3) pictures, each for so many seconds; a key frame every so many seconds."""
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as film:
        film.metadata.update(metadata or {})
        stream = film.add_stream(codec, rate=RATE)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = key_frames_apart * RATE
        stream.options = {"sc_threshold": "0"} if codec == "libx264" else {}
        if rotation:
            stream.set_display_rotation(rotation)
        for picture in pictures:
            for _ in range(round(seconds * RATE)):
                film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode())
    return path


def plain(color: tuple[int, int, int], size: tuple[int, int] = (320, 240)) -> NDArray[np.uint8]:
    """A picture of one color, width and height."""
    return np.full((size[1], size[0], 3), color, np.uint8)
