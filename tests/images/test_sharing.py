"""Pictures handed on: what stays of the metadata, in every format that can carry some."""

from __future__ import annotations

import io
import zlib

import pytest
import skimage.data
from PIL import Image, ImageCms

from facesorter.images.sharing import sized_down, without_metadata

MAKE, ORIENTATION, EXIF, GPS, TAKEN_AT = 0x010F, 0x0112, 0x8769, 0x8825, 0x9003
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.fixture(params=["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def data(request: pytest.FixtureRequest) -> bytes:
    """A picture with a profile of its colors, and an EXIF block that says it is upright."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Leica", 1
    exif.get_ifd(EXIF)[TAKEN_AT] = "2010:02:03 04:05:06"
    exif.get_ifd(GPS)[1] = "N"
    file = io.BytesIO()
    Image.fromarray(skimage.data.astronaut()).save(file, request.param, icc_profile=PROFILE, exif=exif.tobytes())
    return file.getvalue()


def test_a_picture_that_is_sized_down_keeps_its_color_profile_and_its_metadata(data: bytes) -> None:
    with opened(sized_down(data, 300, metadata=True)) as made:
        exif = made.getexif()
        assert made.info["icc_profile"] == PROFILE
        assert (exif[MAKE], exif[ORIENTATION], exif.get_ifd(EXIF)[TAKEN_AT]) == ("Leica", 1, "2010:02:03 04:05:06")
        assert exif.get_ifd(GPS)[1] == "N"
        assert set(exif) == {MAKE, ORIENTATION, EXIF, GPS}


def test_a_picture_without_metadata_keeps_its_color_profile(data: bytes) -> None:
    for bare in (without_metadata(data), sized_down(data, 300, metadata=False)):
        with opened(bare) as made:
            assert made.info["icc_profile"] == PROFILE
            assert not made.getexif()


def test_markers_without_content_hide_nothing_of_a_jpeg() -> None:
    file = io.BytesIO()
    Image.new("RGB", (100, 80)).save(file, "JPEG", icc_profile=PROFILE)
    whole = file.getvalue()
    for markers in (b"\xff\x01", b"\xff\xff", b"\xff\xd0\xff\x01"):
        odd = whole[:2] + markers + whole[2:]
        for made in (without_metadata(odd), sized_down(odd, 50, metadata=False)):
            assert opened(made).info["icc_profile"] == PROFILE


def test_a_profile_that_is_damaged_or_fits_into_no_jpeg_is_left_out() -> None:
    picture, png, tiff = Image.new("RGB", (100, 80)), io.BytesIO(), io.BytesIO()
    picture.save(png, "PNG")
    header, rest = png.getvalue()[:33], png.getvalue()[33:]
    chunk = b"iCCPname\0\0garbage"
    damaged = header + (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) + rest
    picture.save(tiff, "TIFF", icc_profile=PROFILE[:128] + bytes(17_000_000))
    for data in (damaged, tiff.getvalue()):
        with opened(sized_down(data, 50, metadata=True)) as made:
            assert made.size == (50, 40)
            assert "icc_profile" not in made.info
