"""From a file's bytes to upright RGB pixels, in the process that asks.

`decode_jpeg` is for everywhere; `decode_any` trusts the libraries behind it less and belongs into a worker.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, NamedTuple, NoReturn, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import N_
from facesorter.images.content import Kind, kind_of, lacks_end
from facesorter.images.exif import Exif, read_exif
from facesorter.images.heic_grid import decode_grid
from facesorter.images.jpeg import Jpeg, find_jpeg
from facesorter.images.jpeg_decoder import MODES, decompressed, lacks_data
from facesorter.images.lent_memory import Bytes
from facesorter.images.lost_data import lost, lost_from_raw
from facesorter.images.plain import Plain
from facesorter.images.raw import preview
from facesorter.images.upright_rgb import upright_rgb

MOST_DECODED_BYTES = 840_000_000
"""Refused beyond: 210 megapixels at Pillow's four bytes each (the largest phone sensors have 200), more if gray."""

GIANT_PIXELS = 32_000_000
"""Larger pictures are decoded one at a time: with as many at once as there are cores memory would have no bound."""

MOST_PIXELS_HANDED_OUT = 128_000_000
"""A larger picture comes at half its size or less, so that no caller has to hold more than 400 MB of it."""

Image.MAX_IMAGE_PIXELS = None  # Pillow's own check warns, process-wide, of panoramas; ours is `_refuse_giants`

_TURNED_BY_DECODER = ("HEIF", "TIFF")

_DECODER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    UserWarning,
    ValueError,
    struct.error,
)
"""What Pillow and its plugins let out when a file is damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`pixels` is (H, W, 3) RGB, upright, C-contiguous and not to be written to.

    `full_width` and `full_height` are those of the upright original.
    """

    pixels: NDArray[np.uint8]
    full_width: int
    full_height: int


class GiantPicture(Exception):
    """A picture so large that no other such one may be decoded meanwhile."""


class Facts(NamedTuple):
    """What is known of a photo without decoding it: the upright size, the camera's local time, its Orientation tag.

    `camera` is its maker and model.
    """

    width: int
    height: int
    taken_at: datetime | None
    orientation: int = 1
    camera: str | None = None


def jpeg_in(data: Bytes) -> Jpeg | None:
    """The JPEG picture that this file is, or carries as a RAW file; None for other kinds. Raises `PhotoError`."""
    if not data:
        raise PhotoError(N_("The file is empty."), lasting=True)
    kind = kind_of(data)
    if kind is None:
        raise PhotoError(N_("This is not a picture, or not of a kind that FaceSorter reads."), lasting=True)
    if kind is Kind.RAW:
        if lost_from_raw(data):
            _damaged()
        return preview(data)
    if kind is not Kind.JPEG:
        return None
    with _told_plainly():
        return find_jpeg(data)


def decode_jpeg(jpeg: Jpeg, at_least: int | None, *, thorough: bool = True) -> Picture:
    """The upright picture, at half, a quarter or an eighth of its size if that is still `at_least`.

    Pillow's decoder is handed the whole file at once: opened as a file, the picture would be copied three times on
    its way, and the interpreter asked for after every 64 kB. See `jpeg_decoder.lacks_data` for `thorough`.
    """
    if jpeg.components not in MODES:
        _damaged()
    mode, _ = MODES[jpeg.components]
    size = jpeg.width, jpeg.height
    _refuse_giants(mode, size)
    scale = next(scale for scale in (8, 4, 2, 1) if _factor(size, at_least) >= scale)
    with _told_plainly():
        image = decompressed(jpeg, jpeg.data[jpeg.start :], scale)
        if lacks_data(jpeg, image, scale, thorough=thorough):
            _damaged()
    return _picture(image, facts_of(jpeg), jpeg.exif.orientation, 1)


def decode_plain(plain: Plain, at_least: int | None) -> Picture:
    """The upright picture, at the smallest whole part of its size that is still `at_least`."""
    if plain.lacks_data:
        _damaged()
    with _told_plainly():
        image = plain.reduced(_factor((plain.width, plain.height), at_least))
    return _picture(image, facts_of(plain), plain.exif.orientation, 1)


def decode_any(data: Bytes, at_least: int | None, *, copy_will_do: bool, alone: bool = True) -> Picture:
    """The upright picture, of whatever kind, as `images.decode` promises it. Raises `PhotoError`.

    With `copy_will_do`, the small copy that a HEIF file may carry is taken if it is `at_least` as large. Raises
    `GiantPicture` unless it may be decoded `alone`.
    """
    jpeg = jpeg_in(data)
    if jpeg:
        _refuse_crowd(alone, jpeg.width * jpeg.height)
        return decode_jpeg(jpeg, at_least, thorough=not copy_will_do)
    image, exif = _opened(data)
    _refuse_crowd(alone, image.width * image.height)
    kind = kind_of(data)
    with _told_plainly():
        if kind and lost(kind, data, image):
            _damaged()
    facts = _facts(image.size, exif)
    factor = _factor(image.size, at_least)
    if kind is Kind.HEIF and not copy_will_do:
        with _told_plainly():
            decoded = decode_grid(data, factor)
        if decoded is not None:
            return _picture(decoded, facts, 1, 1)
    if copy_will_do and image.format == Kind.HEIF:
        image.draft(None, (image.width // factor, image.height // factor))
        factor = _factor(image.size, at_least)
    return _picture(image, facts, exif.orientation, factor)


def facts_of(picture: Jpeg | Plain) -> Facts:
    """Size and time of a picture whose header was read."""
    return _facts((picture.width, picture.height), picture.exif)


def facts_of_any(data: Bytes) -> Facts:
    """Size and time of a picture of whatever kind. Raises `PhotoError`."""
    jpeg = jpeg_in(data)
    if jpeg:
        return facts_of(jpeg)
    image, exif = _opened(data)
    return _facts(image.size, exif)


def _damaged(error: BaseException | None = None) -> NoReturn:
    raise PhotoError(N_("The picture is damaged or incomplete."), lasting=True) from error


def _refuse_giants(mode: str, size: tuple[int, int]) -> None:
    width, height = size
    if width * height * (1 if mode == "L" else 4) > MOST_DECODED_BYTES:
        raise PhotoError(N_("The picture claims to have more pixels than can be read."), lasting=True)


def _opened(data: Bytes) -> tuple[Image.Image, Exif]:
    """A picture that is no JPEG, its header read and nothing decoded."""
    kind = kind_of(data)
    if kind is Kind.RAW:
        return _developed(data)
    if kind is None or lacks_end(kind, data):
        _damaged()
    if kind is Kind.HEIF:
        import pillow_heif  # only a worker that meets HEIF pays for loading it

        pillow_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType]
    with _told_plainly():
        image = Image.open(_file(data), formats=[kind])
    _refuse_giants(image.mode, image.size)
    if kind is Kind.TIFF:
        exif = read_exif(data)
    else:
        block = image.info.get("exif")
        exif = read_exif(block.removeprefix(b"Exif\0\0")) if isinstance(block, bytes) else Exif()
    return image, exif._replace(orientation=1) if kind in _TURNED_BY_DECODER else exif


def _refuse_crowd(alone: bool, pixels: int) -> None:
    if not alone and pixels > GIANT_PIXELS:
        raise GiantPicture


def _file(data: Bytes) -> BinaryIO:
    return io.BytesIO(data) if isinstance(data, bytes) else cast("BinaryIO", data)


def _developed(data: Bytes) -> tuple[Image.Image, Exif]:
    """A RAW file that carries no preview, developed at half its size."""
    try:
        import rawpy  # optional
    except ImportError as error:
        sentence = N_("This RAW photo carries no preview; it can be read once facesorter[raw] is installed.")
        raise PhotoError(sentence) from error
    try:
        with _told_plainly(), rawpy.imread(_file(data)) as raw:
            image = Image.fromarray(raw.postprocess(half_size=True))
    except rawpy.LibRawError as error:
        _damaged(error)
    return image, read_exif(data)._replace(orientation=1)


@contextmanager
def _told_plainly() -> Generator[None]:
    """What decoders raise becomes a `PhotoError`; a lack of memory is not held against the bytes."""
    try:
        yield
    except MemoryError as error:
        raise PhotoError(N_("The picture takes too much memory to be decoded.")) from error
    except _DECODER_ERRORS as error:
        _damaged(error)


def _facts(size: tuple[int, int], exif: Exif) -> Facts:
    width, height = size if exif.orientation < 5 else size[::-1]
    return Facts(width, height, exif.taken_at, exif.orientation, exif.camera)


def _factor(size: tuple[int, int], at_least: int | None) -> int:
    """By what whole number a picture is to be reduced."""
    allowed = 2 if size[0] * size[1] > MOST_PIXELS_HANDED_OUT else 1
    return max(allowed, max(size) // max(1, at_least)) if at_least is not None else allowed


def _picture(image: Image.Image, facts: Facts, orientation: int, factor: int) -> Picture:
    with _told_plainly():
        if isinstance(image, ImageFile.ImageFile):
            image.load()
        return Picture(upright_rgb(image, orientation, factor), facts.width, facts.height)
