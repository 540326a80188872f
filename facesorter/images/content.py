"""What kind of picture some bytes are, and whether they are all there, judged by the bytes alone."""

from __future__ import annotations

from enum import StrEnum

from facesorter.images.exif import is_raw
from facesorter.images.lent_memory import Bytes


class Kind(StrEnum):
    """A family of files with one decoder; the value is Pillow's name of it, where Pillow decodes it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    TIFF = "TIFF"
    BMP = "BMP"
    GIF = "GIF"
    HEIF = "HEIF"
    AVIF = "AVIF"
    JPEG_2000 = "JPEG2000"
    RAW = "RAW"


_BEGINNINGS = {
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
    b"BM": Kind.BMP,
    b"\0\0\0\x0cjP  \r\n\x87\n": Kind.JPEG_2000,
    b"\xff\x4f\xff\x51": Kind.JPEG_2000,
    b"FUJIFILMCCD-RAW": Kind.RAW,
    b"IIRO": Kind.RAW,  # Olympus, as the next two
    b"IIRS": Kind.RAW,
    b"MMOR": Kind.RAW,
    b"IIU\0": Kind.RAW,  # Panasonic
    b"II*\0": Kind.TIFF,
    b"MM\0*": Kind.TIFF,
    b"II+\0": Kind.TIFF,
    b"MM\0+": Kind.TIFF,
}
_BRANDS = {b"avif": Kind.AVIF, b"avis": Kind.AVIF, b"crx ": Kind.RAW}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}


def kind_of(data: Bytes) -> Kind | None:
    """The kind of picture, or None if it is none that FaceSorter opens."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp":
        return _kind_of_boxes(data)
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if data[: len(beginning)] == beginning), None)
    return Kind.RAW if kind is Kind.TIFF and is_raw(data) else kind


def lacks_end(kind: Kind, data: Bytes) -> bool:
    """Whether a file is cut off where its decoder would not mind, because the first picture's pixels are there."""
    if kind is Kind.PNG:
        return data.rfind(b"IEND\xaeB`\x82") < 0
    return kind is Kind.GIF and not _reaches_trailer(data)


def _kind_of_boxes(data: Bytes) -> Kind | None:
    """HEIF, AVIF and CR3 share one container, whose first box lists what a reader must understand."""
    length = min(int.from_bytes(data[:4], "big"), 4096)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
    known = next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)
    return known or (Kind.HEIF if _HEIF_BRANDS.intersection(brands) else None)


def _reaches_trailer(gif: Bytes) -> bool:
    try:
        at = 13 + _color_table_length(gif[10])
        while gif[at] != 0x3B:
            if gif[at] == 0x2C:
                at += 11 + _color_table_length(gif[at + 9])
            else:
                at += 2
            while gif[at]:
                at += 1 + gif[at]
            at += 1
    except IndexError:
        return False
    return True


def _color_table_length(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
