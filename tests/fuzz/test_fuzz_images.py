"""Pictures mutated at random: each is decoded or refused, within 10 seconds and a gigabyte.

A hundred in the ordinary run; `FACESORTER_FUZZ_EXAMPLES=20000 pytest tests/fuzz` for a long one.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data as photographs

from facesorter import images
from facesorter.domain.errors import PhotoError

FEW = 100
EXAMPLES = int(os.environ.get("FACESORTER_FUZZ_EXAMPLES", FEW))
MOST_SECONDS = 10
MOST_MEMORY_KB = 1_000_000
NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]

pillow_heif.register_heif_opener()


class Mutation(NamedTuple):
    """One change: `at` and `length` are shares of the file, so that they mean something in a file of any size."""

    kind: str
    at: float
    length: float
    number: int
    width: int
    order: str


MUTATIONS = st.lists(
    st.builds(
        Mutation,
        kind=st.sampled_from(["byte", "number", "number", "cut", "delete", "repeat", "zero", "splice"]),
        at=st.one_of(st.floats(0, 1), st.floats(0, 0.02)),  # headers are where it hurts
        length=st.floats(0, 0.1),
        number=st.one_of(st.sampled_from(NUMBERS), st.integers(0, 0xFFFFFFFF)),
        width=st.sampled_from([1, 2, 4]),
        order=st.sampled_from(["little", "big"]),
    ),
    min_size=1,
    max_size=6,
)


@cache
def originals(shared: Path) -> Sequence[bytes]:
    """One small picture of each kind made here, and the shared ones of all kinds, where they are."""
    made: list[bytes] = []
    photo = Image.fromarray(photographs.astronaut()).resize((96, 64))
    for image_format, options in (
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "jpeg"}),
        ("BMP", {}),
        ("GIF", {"save_all": True, "append_images": [photo.rotate(90)]}),
        ("HEIF", {"thumbnails": [32]}),
        ("AVIF", {}),
        ("JPEG2000", {}),
    ):
        file = io.BytesIO()
        photo.save(file, image_format, **options)
        made.append(file.getvalue())
    folders = (shared / name for name in ("formats", "bad", "camera"))
    files = (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()))
    return [*made, *(path.read_bytes() for path in files if path.stat().st_size < 600_000)]


def mutated(data: bytes, mutations: Sequence[Mutation], other: bytes) -> bytes:
    result = bytearray(data)
    for mutation in mutations:
        start = int(mutation.at * len(result))
        end = start + 1 + int(mutation.length * len(result))
        if mutation.kind == "byte":
            result[start : start + 1] = bytes([mutation.number & 0xFF])
        elif mutation.kind == "number":
            number = mutation.number & ((1 << 8 * mutation.width) - 1)
            result[start : start + mutation.width] = number.to_bytes(mutation.width, mutation.order)  # type: ignore[arg-type]
        elif mutation.kind == "cut":
            del result[start:]
        elif mutation.kind == "delete":
            del result[start:end]
        elif mutation.kind == "repeat":
            result[start:start] = result[start:end] * (1 + mutation.number % 8)
        elif mutation.kind == "zero":
            result[start:end] = bytes(len(result[start:end]))
        else:
            result[start:end] = other[start:end]
    return bytes(result)


def forget_peaks() -> int:
    """Let the kernel measure peaks anew; what this process, which other tests have filled, holds now (kB)."""
    for process in processes():
        Path(f"/proc/{process}/clear_refs").write_text("5")
    return status_kb("self", "VmRSS")


def peak_memory_kb(held_before: int) -> int:
    """The most memory that a decoder held since, or that this process held beyond what it held before."""
    own, *decoders = (status_kb(process, "VmHWM") for process in processes())
    return max(own - held_before, *decoders, 0)


def processes() -> list[str]:
    return ["self", *(str(worker.process.pid) for worker in images._workers._idle.queue if worker)]


def status_kb(process: str, field: str) -> int:
    return int(Path(f"/proc/{process}/status").read_text().split(f"{field}:")[1].split()[0])


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == FEW,  # the ordinary run is always the same
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.data(), mutations=MUTATIONS, at_least=st.sampled_from([None, 64, 400]))
def test_mutated_pictures(shared: Path, drawn: st.DataObject, mutations: list[Mutation], at_least: int | None) -> None:
    known = originals(shared)
    original, other = (known[drawn.draw(st.integers(0, len(known) - 1))] for _ in range(2))
    data = mutated(original, mutations, other)

    held = forget_peaks()
    started = time.monotonic()
    try:
        picture = images.decode(data, at_least=at_least)
    except PhotoError:
        pass
    else:
        height, width = picture.pixels.shape[:2]
        longer = max(picture.full_width, picture.full_height)
        assert max(width, height) >= min(longer, at_least or longer) or longer * longer > 128_000_000
        assert images.size_of(data) == (picture.full_width, picture.full_height)
        images.thumbnail(data, 64)
        images.taken_at(data)
    assert time.monotonic() - started < MOST_SECONDS
    # A worker that a picture ended is not asked any more, but it could not have gone beyond its own limit.
    assert peak_memory_kb(held) < MOST_MEMORY_KB


@pytest.fixture(scope="module")
def shared() -> Path:
    """The shared photos' folder, which need not be there."""
    default = Path(__file__).parents[3] / "shared" / "data"
    return Path(os.environ.get("FACESORTER_TEST_DATA") or default)
