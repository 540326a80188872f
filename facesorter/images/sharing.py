"""Pictures as they are handed on: sized down or whole, with what the camera wrote about them or without it.

The color profile is part of how a picture looks, and stays in every case.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image

from facesorter.images import Picture, decode, resized, xmp
from facesorter.images.exif import read_exif
from facesorter.images.jpeg import find_jpeg, segments_of

WHOLE_QUALITY, SMALL_QUALITY = 95, 90
"""JPEG quality of a picture that keeps its size, and of one that is sized down."""

_ORIENTATION, _MAKER_NOTE, _EXIF_IFD = 0x0112, 0x927C, 0x8769
_MOST_SEGMENT_BYTES = 65_533
_JPEG, _EXIF, _ICC = b"\xff\xd8", b"Exif\0\0", b"ICC_PROFILE\0"
_TIFF_HEADS = (b"II*\0", b"MM\0*")
_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF_SAYS = {0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298, _EXIF_IFD, 0x8825}
"""What a whole TIFF or RAW file says of a picture in every format; the rest tells where in the file its pixels are."""
_TIFF_PROFILE, _STRIPS, _TILES = 0x8773, 0x0111, 0x0144
_MOST_PROFILE_BYTES = 16_000_000
"""A JPEG file has room for 255 parts of 64 kB."""
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
    with suppress(struct.error):
        for kind, at, end in segments_of(data):
            content = data[at + 4 : end]
            if kind == marker and content.startswith(begins):
                yield content


def _exif_block(data: bytes) -> bytes | None:
    """The TIFF-structured block, or a whole TIFF or RAW file; of HEIC and AVIF what follows its mark."""
    if data.startswith(_JPEG):
        return next((one[len(_EXIF) :] for one in _segments(data, 0xE1, _EXIF)), None)
    if data.startswith(_TIFF_HEADS):
        return data
    if data.startswith(_PNG):
        return _chunk(data, b"eXIf")
    if data.startswith(b"RIFF"):
        block = _chunk(data, b"EXIF")
        return block and block.removeprefix(_EXIF)
    places = [data.find(_EXIF + head) for head in _TIFF_HEADS]
    start = min((place for place in places if place >= 0), default=-1)
    return None if start < 0 else data[start + len(_EXIF) : start + len(_EXIF) + _MOST_SEGMENT_BYTES]


def _upright(tiff: bytes) -> bytes | None:
    """The EXIF block for a picture that was turned upright, without the small picture in it; None if it is damaged."""
    with suppress(*_DAMAGED):
        exif = Image.Exif()
        exif.load(tiff)
        if _STRIPS in exif or _TILES in exif:
            for tag in exif.keys() - _TIFF_SAYS:
                del exif[tag]
        exif[_ORIENTATION] = 1
        block = exif.tobytes()
        if len(block) > _MOST_SEGMENT_BYTES:
            exif.get_ifd(_EXIF_IFD).pop(_MAKER_NOTE, None)
            block = exif.tobytes()
        return block if len(block) <= _MOST_SEGMENT_BYTES else None
    return None


def _chunk(data: bytes, name: bytes) -> bytes | None:
    """The first part of this name of a PNG or WebP file."""
    png = data.startswith(_PNG)
    at = len(_PNG) if png else 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I" if png else "<4xI", data, at)
        if data[at + 4 : at + 8] == name if png else data[at : at + 4] == name:
            return data[at + 8 : at + 8 + length]
        at += 8 + length + (4 if png else length % 2)
    return None


def _color_profile(data: bytes) -> bytes | None:
    """The profile of RGB colors that a file carries."""
    profile = b""
    if data.startswith(_JPEG):
        parts = sorted(_segments(data, 0xE2, _ICC), key=lambda one: one[len(_ICC)] if len(one) > len(_ICC) else 0)
        profile = b"".join(one[len(_ICC) + 2 :] for one in parts)
    elif data.startswith(_PNG):
        _name, _end, packed = (_chunk(data, b"iCCP") or b"").partition(b"\0")
        with suppress(zlib.error):
            profile = zlib.decompressobj().decompress(packed[1:], _MOST_PROFILE_BYTES + 1)
    elif data.startswith(b"RIFF"):
        profile = _chunk(data, b"ICCP") or b""
    elif data.startswith(_TIFF_HEADS):
        with suppress(*_DAMAGED):
            exif = Image.Exif()
            exif.load(data)
            found = exif.get(_TIFF_PROFILE)
            profile = found if isinstance(found, bytes) else b""
    else:
        at = data.find(b"colrprof")
        if at >= 4:
            (length,) = struct.unpack_from(">I", data, at - 4)
            profile = data[at + 8 : at - 4 + length]
    return profile if profile[16:20] == b"RGB " and len(profile) <= _MOST_PROFILE_BYTES else None
