"""Every kind of picture comes out upright, in color and in the size asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from facesorter import images
from facesorter.domain.errors import PhotoError
from facesorter.domain.models import BoundingBox

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]

FILES = {
    "JPEG": ("JPEG", {"quality": 95}),
    "progressive JPEG": ("JPEG", {"quality": 95, "progressive": True}),
    "CMYK JPEG": ("JPEG", {"mode": "CMYK", "quality": 95}),
    "PNG": ("PNG", {}),
    "PNG with alpha": ("PNG", {"mode": "RGBA"}),
    "palette PNG": ("PNG", {"mode": "P"}),
    "WebP": ("WEBP", {"quality": 95}),
    "TIFF": ("TIFF", {}),
    "LZW TIFF": ("TIFF", {"compression": "tiff_lzw"}),
    "JPEG TIFF": ("TIFF", {"compression": "jpeg", "quality": 95}),
    "CMYK TIFF": ("TIFF", {"mode": "CMYK"}),
    "BMP": ("BMP", {}),
    "GIF": ("GIF", {}),
    "HEIF": ("HEIF", {"quality": 95}),
    "AVIF": ("AVIF", {"quality": 95}),
    "JPEG 2000": ("JPEG2000", {}),
}


def difference(one: Pixels, other: Pixels) -> float:
    """Mean difference of two pictures of one size, in levels."""
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("name", FILES)
def test_every_kind_is_decoded(name: str, encode: Encode, photo: Pixels) -> None:
    image_format, options = FILES[name]
    data = encode(image_format, **options)

    picture = images.decode(data)

    assert (picture.full_width, picture.full_height) == images.size_of(data) == (240, 160)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous
    assert difference(picture.pixels, photo) < 16  # the worst is a palette of 216 colors


@pytest.mark.parametrize("name", FILES)
def test_a_smaller_picture_is_large_enough(name: str, encode: Encode, photo: Pixels) -> None:
    image_format, options = FILES[name]

    picture = images.decode(encode(image_format, **options), at_least=60)

    assert picture.pixels.shape == (40, 60, 3)
    assert (picture.full_width, picture.full_height) == (240, 160)
    small = np.asarray(Image.fromarray(photo).reduce(4))
    assert difference(picture.pixels, small) < 12


@pytest.mark.parametrize(("at_least", "longer_side"), [(1, 30), (30, 30), (31, 60), (61, 120), (121, 240), (999, 240)])
def test_jpeg_is_scaled_by_the_decoder(at_least: int, longer_side: int, encode: Encode) -> None:
    assert max(images.decode(encode("JPEG"), at_least=at_least).pixels.shape) == longer_side


@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65535])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_pictures_come_upright(orientation: int, image_format: str, encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(image_format, exif=exif.tobytes())
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))

    picture = images.decode(data)

    assert difference(picture.pixels, expected) < 1
    assert (picture.full_height, picture.full_width) == expected.shape[:2]
    assert images.size_of(data) == (picture.full_width, picture.full_height)


def test_shared_orientations_look_alike(data: Path) -> None:
    for name in ("group2", "obama"):
        upright = images.decode((data / f"orientation/{name}_o1.jpg").read_bytes()).pixels
        for orientation in range(2, 9):
            turned = images.decode((data / f"orientation/{name}_o{orientation}.jpg").read_bytes()).pixels
            assert difference(turned, upright) < 4


def test_the_time_it_was_taken(encode: Encode) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2019:06:30 23:59:58"
    for image_format in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"):
        assert images.taken_at(encode(image_format, exif=exif.tobytes())) == datetime(2019, 6, 30, 23, 59, 58)
    assert images.taken_at(encode("JPEG")) is None


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 5D Mark IV", "Canon EOS 5D Mark IV"),
        ("NIKON CORPORATION", "NIKON D850", "NIKON D850"),
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        ("HP", "", "HP"),
        ("", " a  b \0behind", "a b"),
        ("", "\1\2\3\4\5", None),
        ("", "", None),
    ],
)
def test_the_camera(make: str, model: str, camera: str | None, encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = make, model
    for image_format in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"):
        assert images.facts_in(encode(image_format, exif=exif.tobytes())).camera == camera, image_format


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2019", "\u00e9" * 19])
def test_a_senseless_time_is_no_time(text: str, encode: Encode) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = text
    assert images.taken_at(encode("JPEG", exif=exif.tobytes())) is None


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 40, b"x"]
)
def test_corrupt_exif_is_ignored(exif: bytes, encode: Encode) -> None:
    data = encode("JPEG")
    data = data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]
    assert images.decode(data).pixels.shape == (160, 240, 3)
    assert images.taken_at(data) is None


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_broken_color_profile_is_ignored(image_format: str, encode: Encode, photo: Pixels) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode(image_format, icc_profile=profile[:100] + b"\xff" * 200)
    assert difference(images.decode(data).pixels, photo) < 6


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "JPEG2000"])
def test_sixteen_bits_are_scaled_not_clipped(image_format: str) -> None:
    levels = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (64, 1))
    file = io.BytesIO()
    Image.fromarray(levels).save(file, image_format)

    pixels = images.decode(file.getvalue()).pixels

    assert np.abs(pixels.astype(int) - (levels // 257)[:, :, None]).max() <= 1
    assert images.decode(file.getvalue(), at_least=64).pixels.shape == (16, 64, 3)


def test_other_deep_grays_use_their_range() -> None:
    file = io.BytesIO()
    Image.fromarray(np.linspace(-1, 1, 256, dtype=np.float32).reshape(16, 16)).save(file, "TIFF")
    pixels = images.decode(file.getvalue()).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


@pytest.mark.parametrize(("mode", "color"), [("1", 1), ("L", 200), ("LA", (200, 255)), ("LAB", (200, 128, 128))])
def test_gray_is_gray(mode: str, color: int | tuple[int, ...]) -> None:
    file = io.BytesIO()
    Image.new(mode, (20, 10), color).save(file, "TIFF")
    pixels = images.decode(file.getvalue()).pixels.astype(int)
    assert pixels.min() > 180
    assert np.ptp(pixels) <= 2


def test_what_is_transparent_is_white() -> None:
    for options in ({"format": "PNG"}, {"format": "WEBP", "lossless": True, "exact": True}):
        file = io.BytesIO()
        Image.new("RGBA", (8, 8), (10, 20, 30, 0)).save(file, **options)
        assert (images.decode(file.getvalue()).pixels == 255).all()
    file = io.BytesIO()
    Image.new("P", (8, 8), 3).save(file, "GIF", transparency=3)
    assert (images.decode(file.getvalue()).pixels == 255).all()


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_the_first_of_several_frames(image_format: str, encode: Encode, photo: Pixels) -> None:
    others = [Image.new("RGB", (240, 160), color) for color in ("red", "blue")]
    data = encode(image_format, save_all=True, append_images=others)
    assert difference(images.decode(data).pixels, photo) < 12


def test_a_jpeg_may_have_more_behind_it(encode: Encode, photo: Pixels) -> None:
    """A second picture, a film, padding: phones append all of these."""
    other = Image.new("RGB", (240, 160), "red")
    stereo = io.BytesIO()
    Image.fromarray(photo).save(stereo, "MPO", save_all=True, append_images=[other], quality=95)
    film = encode("JPEG", quality=95) + b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 50
    for data in (stereo.getvalue(), film, encode("JPEG", quality=95) + b"\0" * 64):
        assert difference(images.decode(data).pixels, photo) < 6


def test_a_panorama_is_decoded_whole() -> None:
    file = io.BytesIO()
    Image.new("L", (30000, 4000), 77).save(file, "JPEG")
    whole, small = images.decode(file.getvalue()), images.decode(file.getvalue(), at_least=2000)
    assert whole.pixels.shape == (4000, 30000, 3)
    assert small.pixels.shape == (500, 3750, 3)
    assert (small.full_width, small.full_height) == (30000, 4000)
    assert (whole.pixels[::100] == 77).all()


def test_more_than_128_megapixels_come_halved() -> None:
    file = io.BytesIO()
    Image.new("L", (12000, 11000)).save(file, "JPEG")
    picture = images.decode(file.getvalue())
    assert picture.pixels.shape == (5500, 6000, 3)
    assert (picture.full_width, picture.full_height) == (12000, 11000)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "HEIF"])
def test_thumbnails_have_the_size_asked_for(image_format: str, encode: Encode, photo: Pixels) -> None:
    data = encode(image_format)
    expected = np.asarray(Image.fromarray(photo).resize((90, 60), Image.Resampling.BOX))
    picture = images.thumbnail(data, 90)
    assert difference(picture.pixels, expected) < 8
    assert (picture.full_width, picture.full_height) == (240, 160)
    assert images.thumbnail(data, 1000).pixels.shape == (160, 240, 3)


def test_a_thumbnail_is_made_of_the_copy_a_file_carries(encode: Encode) -> None:
    plain, with_copy = encode("HEIF", quality=95), encode("HEIF", quality=95, thumbnails=[120])
    assert (images.decode(plain).pixels == images.decode(with_copy).pixels).all()
    one, other = images.thumbnail(plain, 100).pixels, images.thumbnail(with_copy, 100).pixels
    assert 0 < difference(one, other) < 8


@pytest.mark.parametrize("size", [(2400, 1600), (1600, 2400), (1200, 2400), (3000, 800)])
@pytest.mark.parametrize("wide", [0.11, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_face_that_is_cut_out_is_as_large_as_it_would_be_of_the_whole_picture(
    size: tuple[int, int], wide: float, image_format: str, photo: Pixels
) -> None:
    data = io.BytesIO()
    Image.fromarray(photo).resize(size, Image.Resampling.BICUBIC).save(data, image_format, quality=95)
    high = min(1.0, wide * size[0] / size[1])
    box = BoundingBox(0.6 * (1 - wide), 0.4 * (1 - high), wide, high)

    cut = images.cut_out(data.getvalue(), box, 320, 1600)

    expected = images.cut_around(images.decode(data.getvalue()).pixels, box, 320)
    assert cut.shape == pytest.approx(expected.shape, abs=1)
    assert difference(images.resized(cut, *expected.shape[1::-1]), expected) < 6


def test_for_a_large_face_less_is_decoded(encode: Encode, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int | None] = []
    decode = images._decode

    def noting(data: bytes, at_least: int | None, *, copy_will_do: bool) -> images.Picture:
        decoded.append(at_least)
        return decode(data, at_least, copy_will_do=copy_will_do)

    monkeypatch.setattr(images, "_decode", noting)
    for wide in (0.0, 0.05, 0.2, 0.9):
        images.cut_out(encode("JPEG"), BoundingBox(0.0, 0.0, wide, wide), 320, 1600)
    assert decoded == [1600, 1600, 640, 640]


def test_encoded_pictures_come_back(photo: Pixels) -> None:
    assert (images.decode(images.encode_png(photo)).pixels == photo).all()
    assert difference(images.decode(images.encode_jpeg(photo, quality=95)).pixels, photo) < 4
    assert len(images.encode_jpeg(photo, quality=30)) < len(images.encode_jpeg(photo, quality=90))
    assert images.resized(photo, 120, 80).shape == (80, 120, 3)


def test_many_threads_at_once(encode: Encode, photo: Pixels) -> None:
    files = [encode("JPEG", quality=95), encode("PNG"), encode("HEIF", quality=95), b"\xff\xd8\xffno"] * 8

    def decoded(data: bytes) -> Pixels | None:
        try:
            return images.decode(data).pixels
        except PhotoError:
            return None

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(decoded, files))
    for index, pixels in enumerate(results):
        if index % 4 == 3:
            assert pixels is None
        else:
            assert pixels is not None
            assert difference(pixels, photo) < 6


def test_shared_formats_show_what_they_show(data: Path) -> None:
    """Each picture of `formats` that exists as PNG too is the same picture, whatever its format."""
    for path in sorted((data / "formats").iterdir()):
        name = path.name.split(".")[0].removesuffix("_cmyk").removesuffix("_grey")
        png = data / "formats" / f"{name}.png"
        if png.exists():
            ours, other = (images.decode(file.read_bytes()).pixels.mean(axis=2) for file in (path, png))
            assert np.abs(ours - other).mean() < 16, path.name


def test_shared_raw_files_are_read_by_their_previews(data: Path) -> None:
    sizes = {
        path.name: images.decode(path.read_bytes()).pixels.shape[1::-1]
        for path in (data / "formats").iterdir()
        if path.suffix.lower() in (".cr3", ".nef", ".dng")
    }
    assert sizes == {
        "ex_Canon-R6-pruned.CR3": (1620, 1080),
        "mx_Issue_247-1.nef": (2000, 3008),
        "pp_canon_eos_6d.dng": (1024, 683),
    }


def test_labeled_shared_photos_are_all_read(data: Path) -> None:
    with (data / "labels.csv").open(encoding="utf-8", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    for name in names:
        picture = images.decode((data / name).read_bytes(), at_least=320)
        assert picture.pixels.std() > 10, name
    assert len(names) > 50
