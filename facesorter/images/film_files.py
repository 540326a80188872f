"""What a film file is and whether it is all there, judged by its bytes alone, with nothing decoded."""

from __future__ import annotations

import struct
from enum import Enum, auto
from typing import BinaryIO

_HEAD_BYTES = 4096
_MOST_BOXES = 100_000
_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"moof", b"styp", b"uuid", b"meta"}
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_SYNC = 0x47
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_BROADCAST = 0x01
_BLOCK_BYTES, _PLACES = 4096, 400
_PADDING = 50
"""Up to one part of so many at the end of a film may be padding."""


class Container(Enum):
    """Families of film files that are opened."""

    BOXES = auto()
    """MP4, QuickTime, 3GP (ISO/IEC 14496-12)."""
    MATROSKA = auto()
    AVI = auto()
    TRANSPORT = auto()
    """MPEG transport streams, with or without the four bytes of a time before each packet (AVCHD)."""
    PROGRAM = auto()
    ASF = auto()
    FLV = auto()
    OGG = auto()


def container_of(file: BinaryIO) -> Container | None:
    """The kind of film, None if it is none that is opened. Raises `OSError`."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head[4:8] in _BOXES:
        return Container.BOXES
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Container.AVI
    beginnings = {
        _EBML: Container.MATROSKA,
        _ASF: Container.ASF,
        b"FLV\x01": Container.FLV,
        b"OggS": Container.OGG,
        b"\0\0\x01\xba": Container.PROGRAM,
    }
    for beginning, kind in beginnings.items():
        if head.startswith(beginning):
            return kind
    for start, step in ((0, 188), (4, 192)):
        marks = head[start::step]
        if len(marks) >= 4 and set(marks) == {_SYNC}:
            return Container.TRANSPORT
    return None


def lacks_end(kind: Container, file: BinaryIO) -> bool:
    """Whether the file ends before what its header promises. Raises `OSError`."""
    size = file.seek(0, 2)
    if kind is Container.BOXES:
        return _boxes_lack_end(file, size)
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if kind is Container.AVI:
        return struct.unpack_from("<I", head, 4)[0] + 8 > size
    if kind is Container.MATROSKA:
        at = head.find(_SEGMENT)
        length = None if at < 0 else _ebml_length(head, at + 4)
        return length is not None and at + 4 + sum(length) > size
    if kind is Container.ASF:
        at = head.find(_ASF_FILE)
        if not 0 <= at < len(head) - 92 or head[at + 88] & _ASF_BROADCAST:
            return False
        return struct.unpack_from("<Q", head, at + 40)[0] > size
    if kind is Container.PROGRAM:  # its header says nothing; some are padded a little
        ends = (max(size // _PADDING, _BLOCK_BYTES), _BLOCK_BYTES)
        return size >= _BLOCK_BYTES and all(_blank(file, size - end) for end in ends)
    return False


def has_holes(file: BinaryIO) -> bool:
    """Whether a hundredth of the file or more is one byte again and again, as bad copies and failing cards leave it.

    It is looked at in `_PLACES`. Raises `OSError`.
    """
    size = file.seek(0, 2)
    return 100 * sum(_blank(file, place * size // _PLACES) for place in range(_PLACES)) >= _PLACES


def lacks_chunk(file: BinaryIO, at: int) -> bool:
    """Whether a hole is where a chunk of an AVI film should begin. Raises `OSError`."""
    return _blank(file, at, 8)


def _blank(file: BinaryIO, at: int, length: int = _BLOCK_BYTES) -> bool:
    file.seek(at)
    block = file.read(length)
    return len(block) == length and block == block[:1] * length


def _boxes_lack_end(file: BinaryIO, size: int) -> bool:
    """Whether a box reaches beyond the file, or the one that says what the film is made of is not there."""
    at, described = 0, False
    for _ in range(_MOST_BOXES):
        if at + 8 > size:
            break
        file.seek(at)
        header = file.read(16)
        length, name = struct.unpack_from(">I4s", header)
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack_from(">Q", header, 8)
        elif length == 0:
            length = size - at
        if length < 8:
            break  # zeros, or what some camera left there
        described = described or name == b"moov"
        if name in (b"mdat", b"moov", b"moof") and at + length > size:
            return True
        at += length
    return not described


def _ebml_length(head: bytes, at: int) -> tuple[int, int] | None:
    """How many bytes the length takes and what it is; None where it is unknown, as of what was streamed."""
    if at >= len(head) or not head[at]:
        return None
    count = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + count]) & ((1 << 7 * count) - 1)
    return None if value == (1 << 7 * count) - 1 else (count, value)
