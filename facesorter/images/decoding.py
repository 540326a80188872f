"""From a file's bytes to upright RGB pixels."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin

from facesorter.domain.errors import PhotoError
from facesorter.images.content import Kind, kind_of
from facesorter.images.exif import Exif, read_exif
from facesorter.images.jpeg import taken_apart

MOST_PIXELS = 250_000_000
"""Beyond this a picture is refused: the largest phone sensors give 200 megapixels."""

Image.MAX_IMAGE_PIXELS = None  # Pillow's own check warns, process-wide, of panoramas; `_checked` stands in its place
pillow_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType]

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DECODING_ERRORS = (
    OSError, ValueError, TypeError, SyntaxError, EOFError, LookupError, ArithmeticError, RuntimeError, struct.error,
    AttributeError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`pixels` is (H, W, 3) RGB, upright, C-contiguous; `full_width` and `full_height` those of the original, upright."""

    pixels: NDArray[np.uint8]
    full_width: int
    full_height: int


def decode(data: bytes, *, at_least: int | None = None) -> Picture:
    """The upright picture.

    With `at_least` it may be smaller than the original, but its longer side has that many pixels if the original has
    them. Raises `PhotoError`: lasting if the bytes are at fault, not lasting if an addition must be installed.
    """
    image, exif = _opened(data)
    full_width, full_height = _upright_size(image, exif)
    try:
        if at_least is not None:
            _draft(image, at_least)
        image.load()
        turned = _UPRIGHT.get(exif.orientation)
        upright = _rgb(image) if turned is None else _rgb(image).transpose(turned)
    except _DECODING_ERRORS as error:
        raise _damaged() from error
    return Picture(np.array(upright), full_width, full_height)


def size_of(data: bytes) -> tuple[int, int]:
    """Upright width and height, without decoding. Raises `PhotoError` as `decode` does."""
    return _upright_size(*_opened(data))


def taken_at(data: bytes) -> datetime | None:
    """When the photo was taken, in the camera's local time, or None if it does not say. Raises `PhotoError`."""
    return _opened(data)[1].taken_at


def _damaged() -> PhotoError:
    return PhotoError("The picture is damaged or incomplete.", lasting=True)


def _opened(data: bytes) -> tuple[ImageFile.ImageFile, Exif]:
    if not data:
        raise PhotoError("The file is empty.", lasting=True)
    kind = kind_of(data)
    if kind is None:
        raise PhotoError("This is not a picture, or not of a kind that FaceSorter reads.", lasting=True)
    if kind is Kind.RAW or (kind is Kind.TIFF and _is_raw(data)):
        data = _preview(data)
        kind = Kind.JPEG
    try:
        if kind is Kind.JPEG:
            picture, block = taken_apart(data)
            image = JpegImagePlugin.JpegImageFile(io.BytesIO(picture))
        else:
            image = Image.open(io.BytesIO(data), formats=[kind])
            block = data if kind is Kind.TIFF else image.info.get("exif")
    except _DECODING_ERRORS as error:
        raise _damaged() from error
    if image.width * image.height > MOST_PIXELS:
        raise PhotoError(
            f"The picture claims {image.width} x {image.height} pixels; "
            f"FaceSorter reads up to {MOST_PIXELS // 1_000_000} megapixels.",
            lasting=True,
        )
    exif = read_exif(block) if isinstance(block, bytes) else Exif()
    if kind is Kind.HEIF:  # its decoder has turned the picture already
        exif = Exif(1, exif.taken_at)
    return image, exif


def _is_raw(data: bytes) -> bool:
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    except _DECODING_ERRORS:
        return True
    tags: Any = image.tag_v2
    return 50706 in tags or data[8:10] == b"CR" or (330 in tags and tags.get(254) == 1)


def _preview(data: bytes) -> bytes:
    try:
        import rawpy  # noqa: PLC0415  (an addition)
    except ImportError as error:
        raise PhotoError("RAW photos can be read once the addition facesorter[raw] is installed.") from error
    try:
        with rawpy.imread(io.BytesIO(data)) as raw:
            found = raw.extract_thumb()
    except (rawpy.LibRawError, *_DECODING_ERRORS) as error:
        raise _damaged() from error
    if not isinstance(found.data, bytes):
        raise _damaged()
    return found.data


def _upright_size(image: Image.Image, exif: Exif) -> tuple[int, int]:
    return (image.height, image.width) if exif.orientation >= 5 else (image.width, image.height)


def _draft(image: ImageFile.ImageFile, at_least: int) -> None:
    """Let a JPEG be decoded at an eighth, a quarter or half of its size."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        scale = next((s for s in (8, 4, 2) if max(image.size) // s >= at_least), 1)
        image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(np.asarray(image))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return white
    return image.convert("RGB")


def _from_deep_grey(levels: NDArray[Any]) -> Image.Image:
    """Grey of more than 8 bits; 16-bit levels are scaled as such, others over the range they use."""
    if levels.dtype.itemsize == 2:
        grey = (levels >> 8).astype(np.uint8)
    else:
        usable = np.nan_to_num(levels.astype(np.float32))
        span = float(usable.max() - usable.min()) or 1.0
        grey = ((usable - usable.min()) * (255 / span)).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")
