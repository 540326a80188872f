"""What it costs that hostile pictures cannot harm the program: each format decoded in this process and the way it is.

Run `python tests/bench/decoding.py` on Linux. It makes one photo of 12 megapixels of scikit-image's pictures in every
format, asks for 960 pixels as the engine does, and exits with 1 if a format costs more than is allowed. Times are those
of the processor, of this process and of the worker together, because what counts on all cores is the work; each is the
least of several, taken in turns. A photo's whole work is to read it, to hash it and to find its faces and vectors.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image
from skimage import data

from facesorter import images
from facesorter.domain.models import EncodedPicture
from facesorter.engines.local.engine import LocalEngine
from facesorter.images.decoding import decode_any

sys.path.insert(0, str(Path(__file__).parents[1] / "images"))
from heic_making import heic_grid

MOST_PERCENT = 5.0
AT_LEAST = 960
REPETITIONS = 9
WIDTH, HEIGHT = 4000, 3000

FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("JPEG", {"quality": 90}),
    "progressive JPEG": ("JPEG", {"quality": 90, "progressive": True}),
    "PNG": ("PNG", {"compress_level": 3}),
    "WebP": ("WEBP", {"quality": 85, "method": 2}),
    "TIFF": ("TIFF", {}),
    "TIFF, LZW": ("TIFF", {"compression": "tiff_lzw"}),
    "TIFF, JPEG": ("TIFF", {"compression": "jpeg", "quality": 90}),
    "BMP": ("BMP", {}),
    "GIF": ("GIF", {}),
    "HEIC": ("HEIF", {"quality": 70, "enc_params": {"preset": "ultrafast"}}),
    "AVIF": ("AVIF", {"quality": 70, "speed": 10}),
    "JPEG 2000": ("JPEG2000", {"quality_mode": "rates", "quality_layers": [10]}),
}


def make_photo() -> Image.Image:
    """Two people in front of gravel, with a camera's grain."""
    chance = np.random.default_rng(12)
    texture = data.gravel().astype(np.float32)
    scene = np.tile(texture, (6, 8))[:HEIGHT, :WIDTH, None] * (1.0, 0.9, 0.8)
    photo = Image.fromarray((scene + chance.normal(0, 4, (HEIGHT, WIDTH, 1))).clip(0, 255).astype(np.uint8))
    head = Image.fromarray(data.astronaut()).crop((110, 0, 340, 230))
    for left, side in ((300, 900), (2200, 1400)):
        photo.paste(head.resize((side, side), Image.Resampling.BICUBIC), (left, 600))
    return photo


def worker_seconds() -> float:
    """What the worker has had of the processor until now."""
    worker = images._workers._idle.queue[-1].worker
    return time.clock_gettime(~worker.process.pid << 3 | 2) if worker else 0.0  # Linux's number of a process's clock


def least_seconds(*works: Callable[[], object]) -> list[float]:
    """The processor time of each, started once before it counts."""
    spent: list[list[float]] = [[] for _ in works]
    for repetition in range(REPETITIONS + 1):
        for work, times in zip(works, spent, strict=True):
            started = time.process_time() + worker_seconds()
            work()
            if repetition:
                times.append(time.process_time() + worker_seconds() - started)
    return [min(times) for times in spent]


def milliseconds(path: Path, engine: LocalEngine) -> tuple[float, float, float]:
    """To decode the photo in this process, to decode it the way it is, and the whole work for it."""
    content = path.read_bytes()

    def whole_work() -> None:
        read = path.read_bytes()
        hashlib.sha256(read).digest()
        engine.analyze("", EncodedPicture(str(path), read))

    here, as_it_is, whole = least_seconds(
        lambda: decode_any(content, AT_LEAST, copy_will_do=False),
        lambda: images.decode(content, at_least=AT_LEAST),
        whole_work,
    )
    return 1000 * here, 1000 * as_it_is, 1000 * whole


def _by_libheif(content: bytes) -> Image.Image:
    """The whole picture, and then made smaller."""
    image = Image.open(io.BytesIO(content))
    return image.convert("RGB").reduce(max(1, max(image.size) // AT_LEAST))


def main() -> int:
    pillow_heif.register_heif_opener()
    photo, engine, dear = make_photo(), LocalEngine(), 0
    print(f"milliseconds of the processor, {WIDTH}x{HEIGHT}, the least of {REPETITIONS}")
    print(f"{'':18}{'MB':>6}{'decoded here':>14}{'as it is':>10}{'dearer':>9}{'whole work':>12}{'dearer':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "photo")
        for name, (image_format, options) in FORMATS.items():
            photo.save(path, image_format, **options)
            here, as_it_is, whole = milliseconds(path, engine)
            of_decoding = 100 * (as_it_is / here - 1)
            of_work = 100 * (as_it_is - here) / (whole - as_it_is + here)
            dear += of_work > MOST_PERCENT
            megabytes = path.stat().st_size / 1e6
            print(
                f"{name:18}{megabytes:6.1f}{here:14.1f}{as_it_is:10.1f}{of_decoding:8.1f}%{whole:12.1f}{of_work:8.1f}%"
            )
        path.write_bytes(heic_grid(np.asarray(photo), tile=512))
        content = path.read_bytes()
        floor, here, as_it_is = least_seconds(
            lambda: _by_libheif(content),
            lambda: decode_any(content, AT_LEAST, copy_will_do=False),
            lambda: images.decode(content, at_least=AT_LEAST),
        )
        print(
            f"HEIC as phones write it, {len(content) / 1e6:.1f} MB in tiles of 512 pixels: {1 / as_it_is:.2f} photos/s"
            f" a core ({1 / here:.2f} without a worker of its own); libheif alone {1 / floor:.2f}"
        )
    print(f"{dear} formats cost more than {MOST_PERCENT} % of the whole work")
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
