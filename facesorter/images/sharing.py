"""Pictures as they are handed on: sized down or whole, with what the camera wrote about them or without it.

The color profile is part of how a picture looks, and stays in every case.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image

from facesorter.images import Picture, decode, resized, xmp
from facesorter.images.exif import read_exif
from facesorter.images.jpeg import find_jpeg

WHOLE_QUALITY, SMALL_QUALITY = 95, 90
"""JPEG quality of a picture that keeps its size, and of one that is sized down."""

_ORIENTATION, _MAKER_NOTE, _EXIF_IFD = 0x0112, 0x927C, 0x8769
_MOST_SEGMENT_BYTES = 65_533
_JPEG, _EXIF, _ICC = b"\xff\xd8", b"Exif\0\0", b"ICC_PROFILE\0"
_TIFF_HEADS = (b"II*\0", b"MM\0*")
_DAMAGED = (struct.error, ValueError, LookupError, OSError, SyntaxError, TypeError, ArithmeticError)


def sized_down(data: bytes, max_px: int | None, *, metadata: bool) -> bytes:
    """The upright picture as a JPEG file whose longer side has at most `max_px` pixels, never enlarged.

    `metadata` keeps the EXIF block, and the XMP document of a picture that was not turned (its regions would be wrong
    otherwise). Raises `PhotoError` as `images.decode` does.
    """
    picture = decode(data) if max_px is None else _within(data, max_px)
    options: dict[str, object] = {"quality": WHOLE_QUALITY if max_px is None else SMALL_QUALITY}
    profile = _color_profile(data)
    if profile is not None:
        options["icc_profile"] = profile
    if metadata:
        tiff = _exif_block(data)
        if tiff is not None and (upright := _upright(tiff)):
            options["exif"] = upright
        packet = xmp.packet_in(data)
        if packet is not None and len(packet) < _MOST_SEGMENT_BYTES - 100 and read_exif(tiff or b"").orientation == 1:
            options["xmp"] = packet
    file = io.BytesIO()
    Image.fromarray(picture.pixels).save(file, "JPEG", **options)
    return file.getvalue()


def without_metadata(data: bytes) -> bytes:
    """The picture without a word about it: a JPEG loses no pixel and stays turned as it is; others become JPEG.

    Raises `PhotoError` as `images.decode` does.
    """
    if data.startswith(_JPEG):
        with suppress(struct.error, ValueError):
            jpeg = find_jpeg(data)
            kept = [*_segments(data, 0xE2, _ICC)]
            if jpeg.exif.orientation != 1:
                exif = Image.Exif()
                exif[_ORIENTATION] = jpeg.exif.orientation
                kept.insert(0, exif.tobytes())
            marked = [
                struct.pack(">BBH", 0xFF, 0xE1 if one.startswith(_EXIF) else 0xE2, len(one) + 2) + one for one in kept
            ]
            # JFIF asks to be first, and the other segments may come in any order.
            picture = jpeg.picture()
            at = 2
            if picture[2:4] == b"\xff\xe0":
                at = 4 + struct.unpack_from(">H", picture, 4)[0]
            return picture[:at] + b"".join(marked) + picture[at:]
    return sized_down(data, None, metadata=False)


def _within(data: bytes, max_px: int) -> Picture:
    picture = decode(data, at_least=max_px)
    height, width = picture.pixels.shape[:2]
    ratio = max_px / max(width, height)
    if ratio >= 1:
        return picture
    small = resized(picture.pixels, max(1, round(width * ratio)), max(1, round(height * ratio)))
    return Picture(small, picture.full_width, picture.full_height)


def _segments(data: bytes, marker: int, begins: bytes) -> Iterator[bytes]:
    """The contents of a JPEG's segments of this kind, up to the picture itself."""
    at = 2
    with suppress(struct.error):
        while True:
            at = data.find(b"\xff", at)
            if at < 0:
                return
            kind, length = struct.unpack_from(">xBH", data, at)
            if kind == 0xFF:
                at += 1
                continue
            if kind == 0xDA:
                return
            content = data[at + 4 : at + 2 + length]
            if kind == marker and content.startswith(begins):
                yield content
            at += 2 + length


def _exif_block(data: bytes) -> bytes | None:
    """The TIFF-structured block; of a JPEG its segment, of HEIC and WebP what follows its mark."""
    if data.startswith(_JPEG):
        return next((one[len(_EXIF) :] for one in _segments(data, 0xE1, _EXIF)), None)
    if data.startswith(_TIFF_HEADS):
        return None  # a whole TIFF or RAW file
    places = [data.find(_EXIF + head) for head in _TIFF_HEADS]
    start = min((place for place in places if place >= 0), default=-1)
    return None if start < 0 else data[start + len(_EXIF) : start + len(_EXIF) + _MOST_SEGMENT_BYTES]


def _upright(tiff: bytes) -> bytes | None:
    """The EXIF block for a picture that was turned upright, without the small picture in it; None if it is damaged."""
    with suppress(*_DAMAGED):
        exif = Image.Exif()
        exif.load(_EXIF + tiff)
        exif[_ORIENTATION] = 1
        block = exif.tobytes()
        if len(block) > _MOST_SEGMENT_BYTES:
            exif.get_ifd(_EXIF_IFD).pop(_MAKER_NOTE, None)
            block = exif.tobytes()
        return block if len(block) <= _MOST_SEGMENT_BYTES else None
    return None


def _color_profile(data: bytes) -> bytes | None:
    """The profile of RGB colors that a JPEG or HEIC file carries."""
    profile = b""
    if data.startswith(_JPEG):
        parts = sorted(_segments(data, 0xE2, _ICC), key=lambda one: one[len(_ICC)] if len(one) > len(_ICC) else 0)
        profile = b"".join(one[len(_ICC) + 2 :] for one in parts)
    else:
        at = data.find(b"colrprof")
        if at >= 4:
            (length,) = struct.unpack_from(">I", data, at - 4)
            profile = data[at + 8 : at - 4 + length]
    return profile if profile[16:20] == b"RGB " else None
