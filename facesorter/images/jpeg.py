"""A JPEG file taken apart, so that the decoder gets the picture alone and the metadata stay outside.

Pillow would read EXIF, multi-picture and Photoshop segments while it opens the file, and warn, process-wide, of
disorder in them; without those segments it has nothing to warn of, and opens faster.
"""

from __future__ import annotations

from typing import NamedTuple

_START_OF_IMAGE, _END_OF_IMAGE, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_EXIF, _ADOBE, _COMMENT = 0xE1, 0xEE, 0xFE
_STANDALONE = {0x01, _START_OF_IMAGE, *range(0xD0, 0xD8)}
_METADATA = {*range(0xE1, 0xF0), _COMMENT} - {_ADOBE}  # JFIF and Adobe segments say how colors are coded


class JpegParts(NamedTuple):
    """`picture` is the file without its metadata; `exif` is the EXIF block, empty if there is none."""

    picture: bytes
    exif: bytes


def taken_apart(data: bytes) -> JpegParts:
    """Split a JPEG file. Raises `ValueError` if no picture begins in it."""
    kept = [b"\xff\xd8"]
    exif = b""
    at = 2
    while True:
        at = data.find(b"\xff", at)  # decoders skip junk between segments
        if at < 0 or at + 4 > len(data):
            raise ValueError("no scan")
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            return JpegParts(b"".join([*kept, memoryview(data)[at:]]), exif)
        if marker == _END_OF_IMAGE:
            raise ValueError("no scan before the end")
        if marker in (0x00, 0xFF) or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _EXIF and not exif and data.startswith(b"Exif\0", at + 4):
            exif = data[at + 4 : end]
        if marker not in _METADATA:
            kept.append(data[at:end])
        at = end
