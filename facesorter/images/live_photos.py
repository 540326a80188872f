"""Whether a film is the moving part of a Live Photo: what film and photo say of themselves, read without decoding.

Apple writes one identifier into both; where either has none, the film's length tells.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LIVE_SECONDS = 4.0
"""Films of Live Photos have 3 seconds at most, those of other makers' moving photos a little more."""

LARGEST_LIVE_BYTES = 40_000_000
"""A larger film is no part of a photo; it need not be opened to know that."""

_MOST_DESCRIPTION_BYTES = 4_000_000
_PHOTO_HEAD_BYTES = 1_000_000
_MOST_BOXES = 10_000
_KEY = b"com.apple.quicktime.content.identifier"
_MAKER_NOTE, _CONTENT_IDENTIFIER = b"Apple iOS\0", 0x0011


class FilmSays(NamedTuple):
    """Apple's content identifier and the length in seconds; None where the film does not say.

    A film in fragments, as programs record it, says that its length is 0.
    """

    identifier: str | None
    seconds: float | None


def is_live_film(film: BinaryIO, photo: BinaryIO) -> bool:
    """Whether this film belongs to this photo of the same name. Raises `OSError`."""
    said = film_says(film)
    of_photo = photo_identifier(photo) if said.identifier else None
    if said.identifier and of_photo:
        return said.identifier == of_photo
    return said.seconds is not None and 0 < said.seconds <= LIVE_SECONDS


def film_says(film: BinaryIO) -> FilmSays:
    """What stands in the description of an MP4 or QuickTime film. Raises `OSError`."""
    try:
        description = _description(film)
        boxes = dict(_boxes(description))
        return FilmSays(_identifier(boxes), _seconds(boxes[b"mvhd"]))
    except (struct.error, LookupError, ValueError):
        return FilmSays(None, None)


def photo_identifier(photo: BinaryIO) -> str | None:
    """The identifier in Apple's part of a photo's EXIF block, which lies in the first MB. Raises `OSError`."""
    photo.seek(0)
    head = photo.read(_PHOTO_HEAD_BYTES)
    note = head.find(_MAKER_NOTE)
    if note < 0:
        return None
    order = ">" if head[note + 12 : note + 14] == b"MM" else "<"
    try:
        (count,) = struct.unpack_from(order + "H", head, note + 14)
        for at in range(note + 16, note + 16 + 12 * min(count, 200), 12):
            tag, _kind, length, place = struct.unpack_from(order + "HHII", head, at)
            if tag == _CONTENT_IDENTIFIER and length <= 100:
                return head[note + place : note + place + length].rstrip(b"\0").decode("ascii") or None
    except (struct.error, UnicodeDecodeError):
        pass
    return None


def _description(film: BinaryIO) -> bytes:
    """The content of the box `moov`. Raises `LookupError`."""
    at, end = 0, film.seek(0, 2)
    for _ in range(_MOST_BOXES):
        film.seek(at)
        header = film.read(16)
        length, name = struct.unpack_from(">I4s", header)
        body = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", header, 8)
            body = 16
        elif length == 0:
            length = end - at
        if length < body:
            break
        if name == b"moov":
            film.seek(at + body)
            return film.read(min(length - body, _MOST_DESCRIPTION_BYTES))
        at += length
    raise LookupError(b"moov")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        if length < 8:
            return
        yield name, content[at + 8 : at + length]
        at += length


def _seconds(header: bytes) -> float | None:
    scale, length = struct.unpack_from(">II" if header[0] == 0 else ">IQ", header, 12 if header[0] == 0 else 20)
    return length / scale if scale else None


def _identifier(boxes: dict[bytes, bytes]) -> str | None:
    """From Apple's `meta`: a list of keys, and values by the number of their key, from 1 on."""
    meta = boxes.get(b"meta") or dict(_boxes(boxes.get(b"udta", b""))).get(b"meta", b"")
    if meta[4:8] != b"hdlr":  # as ISO has it, with a version before the first box
        meta = meta[4:]
    parts = dict(_boxes(meta))
    keys = [key for _, key in _boxes(parts.get(b"keys", b"")[8:])]
    if _KEY not in keys:
        return None
    wanted = struct.pack(">I", keys.index(_KEY) + 1)
    value = dict(_boxes(parts.get(b"ilst", b""))).get(wanted, b"")
    return dict(_boxes(value)).get(b"data", b"")[8:].decode("ascii", "replace").strip("\0 ") or None
