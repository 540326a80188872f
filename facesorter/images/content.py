"""What kind of picture some bytes are, judged by the bytes alone."""

from __future__ import annotations

from enum import StrEnum


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
    b"IIRO": Kind.RAW,  # Olympus
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


def kind_of(data: bytes) -> Kind | None:
    """The kind of picture, or None if it is none that FaceSorter opens."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp":
        return _kind_of_boxes(data)
    return next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)


def _kind_of_boxes(data: bytes) -> Kind | None:
    """HEIF, AVIF and CR3 share one container; its first box lists what a reader must understand."""
    length = min(int.from_bytes(data[:4], "big"), 4096)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return Kind.HEIF if _HEIF_BRANDS.intersection(brands) else None
