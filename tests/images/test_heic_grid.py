"""Grids of HEVC tiles come out as libheif has them, and what is unusual is left to libheif."""

from __future__ import annotations

import io
import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms
from skimage import data

from facesorter.images import decode
from facesorter.images.decoding import decode_any
from facesorter.images.heic_grid import decode_grid
from tests.images.heic_making import heic_grid

pillow_heif.register_heif_opener()


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """700 x 520 pixels, so that the last row and column of tiles are cut."""
    return np.array(Image.fromarray(data.astronaut()).resize((700, 520)))


def by_libheif(file: bytes, factor: int = 1) -> np.ndarray:
    image = Image.open(io.BytesIO(file)).convert("RGB")
    return np.asarray(image.reduce(factor) if factor > 1 else image).astype(int)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_the_pixels_are_those_of_libheif(photo: np.ndarray, quarters: int, factor: int) -> None:
    file = heic_grid(photo, quarters=quarters)
    image = decode_grid(file, factor)
    assert image is not None
    expected = by_libheif(file, factor)
    assert np.asarray(image).shape == expected.shape
    difference = np.abs(np.asarray(image).astype(int) - expected)
    whole = by_libheif(file)
    cut_off = Image.fromarray((((whole == 0) | (whole == 255)).any(2) * 255).astype(np.uint8))
    clear = np.asarray(cut_off.reduce(factor) if factor > 1 else cut_off) == 0  # no color was cut off at 0 or 255
    assert clear.mean() > 0.3
    assert difference[clear].max() <= (1 if factor in (1, 3) else 2)  # those of even factors are rounded once more
    assert difference.max() <= (1 if factor in (1, 3) else 6)
    assert difference.mean() < 0.6


def test_a_photo_of_apples_color_space_too(photo: np.ndarray) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = heic_grid(photo, profile=profile)
    image = decode_grid(file, 1)
    assert image is not None
    assert np.abs(np.asarray(image).astype(int) - by_libheif(file)).max() <= 1


def test_it_is_what_everybody_gets(photo: np.ndarray) -> None:
    picture = decode(heic_grid(photo, quarters=1), at_least=300)
    assert (picture.full_width, picture.full_height) == (520, 700)
    assert picture.pixels.shape == (350, 260, 3)


@pytest.mark.parametrize(
    "unusual", [{"mirror": True}, {"matrix": 1}, {"full_range": False}, {"deep": True}], ids=lambda one: next(iter(one))
)
def test_what_is_unusual_is_left_to_libheif(photo: np.ndarray, unusual: dict[str, object]) -> None:
    file = heic_grid(photo, **unusual)  # type: ignore[arg-type]
    assert decode_grid(file, 1) is None
    assert np.abs(decode_any(file, None, copy_will_do=False).pixels.astype(int) - by_libheif(file)).max() == 0


@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
def test_a_part_of_a_file_is_no_picture(photo: np.ndarray, share: float) -> None:
    file = heic_grid(photo)
    assert decode_grid(file[: int(len(file) * share)], 1) is None


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bits_end_in_a_picture_or_in_none(photo: np.ndarray, seed: int) -> None:
    file = bytearray(heic_grid(photo))
    for place in np.random.default_rng(seed).integers(0, len(file) if seed % 2 else 900, 20):
        file[place] ^= 1 << int(place) % 8
    image = decode_grid(bytes(file), 4)
    assert image is None or image.mode == "RGB"


def test_one_picture_alone_is_no_grid() -> None:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "red")).save(file)
    assert decode_grid(file.getvalue(), 1) is None


def test_without_ffmpeg_everything_is_left_to_libheif(photo: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    file = heic_grid(photo)
    assert decode_grid(file, 1) is not None
    monkeypatch.setitem(sys.modules, "av", None)
    assert decode_grid(file, 1) is None
