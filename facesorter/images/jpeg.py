"""The header of a JPEG file, read by hand, and the file without its metadata.

Pillow's reader of headers would take EXIF, multi-picture and Photoshop segments apart, and warn, process-wide, of
disorder in them; with what is read here, its decoder can be handed the bytes as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from facesorter.images.exif import Exif, read_exif
from facesorter.images.lent_memory import Bytes

_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PLAIN_FRAMES = {0xC0, 0xC1, 0xC2}  # the others are lossless or coded arithmetically: RAW data, no photo for the eye
_PROGRESSIVE = 0xC2
_STANDALONE = {0x00, 0x01, *range(0xD0, 0xD9)}
_EXIF, _ADOBE, _COMMENT = 0xE1, 0xEE, 0xFE
_METADATA = {*range(0xE1, 0xF0), _COMMENT} - {_ADOBE}  # JFIF and Adobe segments say how colors are coded
_MOST_SEGMENTS = 500

_MODEST_PIXELS = 52_000_000
_MODEST_PASSES = 1_500_000_000


class Jpeg(NamedTuple):
    """Where a JPEG picture lies in `data`, from `start`: the `segments` that matter, then what follows from `scan` on.

    `width` and `height` are as stored, not upright. `components` are 1 for gray, 3 for color, 4 for inks.
    `several_scans` is true where a decoder must keep the whole picture and pass over it once a scan.
    """

    data: Bytes
    start: int
    segments: tuple[slice, ...]
    scan: int
    exif: Exif
    width: int
    height: int
    components: int
    several_scans: bool

    @property
    def modest(self) -> bool:
        """Whether decoding takes no more than 0.8 GB and a second or two, whatever the bytes hold.

        Many scans are what a hostile file would use: each is a pass over all pixels, and may itself be empty.
        """
        pixels = self.width * self.height
        if pixels > _MODEST_PIXELS:
            return False
        return not self.several_scans or pixels * self.data[self.scan :].count(b"\xff\xda") <= _MODEST_PASSES

    def first_end(self) -> int:
        """Where the picture ends, -1 if nowhere; in what comes after `scan` nothing else looks like an end."""
        return self.data.find(b"\xff\xd9", self.scan)

    def picture(self) -> bytes:
        """The file without its metadata, and without what cameras append: a second picture, a film, a voice."""
        end = self.first_end() + 2
        content = memoryview(self.data)[self.scan : end if end > 1 else None]
        return b"".join([b"\xff\xd8", *(self.data[part] for part in self.segments), content])


def find_jpeg(data: Bytes, start: int = 0) -> Jpeg:
    """The JPEG picture that begins at `start`. Raises `ValueError` or `struct.error` if none does."""
    segments: list[slice] = []
    exif = Exif()
    width = height = components = frame = 0
    for marker, at, end in segments_of(data, start):
        if marker == _START_OF_SCAN:
            if not width or not height:
                break
            several = frame == _PROGRESSIVE or data[at + 4] < components
            return Jpeg(data, start, tuple(segments), at, exif, width, height, components, several)
        if marker == _END_OF_IMAGE or (marker in _FRAMES and marker not in _PLAIN_FRAMES):
            break
        if marker in _FRAMES:
            frame = marker
            height, width, components = struct.unpack_from(">HHB", data, at + 5)
        elif marker == _EXIF and exif == Exif() and data[at + 4 : at + 9] == b"Exif\0":
            exif = read_exif(data[at + 10 : end])
        if marker not in _METADATA:
            segments.append(slice(at, end))
    raise ValueError("no picture begins here")


def segments_of(data: Bytes, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """The segments of a JPEG file up to that which begins the picture itself: the marker of each, its start and end.

    The content follows the start by four bytes. Raises `struct.error` where the file ends within these.
    """
    at = start + 2
    for _ in range(_MOST_SEGMENTS):
        at = data.find(b"\xff", at)  # decoders skip junk between segments
        if at < 0:
            return
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker in _STANDALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        yield marker, at, at + 2 + length
        if marker in (_START_OF_SCAN, _END_OF_IMAGE):
            return
        at += 2 + length
