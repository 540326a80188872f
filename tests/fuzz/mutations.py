"""Pictures mutated at random, and what decoding one may cost: 10 seconds and a gigabyte.

A hundred in the ordinary run, always the same ones; `FACESORTER_FUZZ_EXAMPLES=20000 pytest tests/fuzz` for a long one.
"""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pillow_heif
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data as photographs

from facesorter import images
from facesorter.domain.errors import PhotoError

FEW = 100
EXAMPLES = int(os.environ.get("FACESORTER_FUZZ_EXAMPLES", FEW))
MOST_SECONDS = 10
"""Of the processor's time, since a busy machine is not the picture's fault."""
LONGEST_WAIT = 120
"""Seconds by the clock, for what waits without working."""
MOST_MEMORY_KB = 1_000_000
NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
SIDES = [0, 1, 2, 3000, 7000, 13000, 30000, 65500, 65535, 1 << 24, 0x7FFFFFFF]

RUNS = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == FEW,  # the ordinary run is always the same
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

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
        kind=st.sampled_from(
            ["bits", "byte", "number", "number", "cut", "delete", "repeat", "zero", "splice", "sides", "exif"]
        ),
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
def originals() -> Sequence[bytes]:
    """One small picture of each kind made here, and the shared ones of all kinds, where they are."""
    made: list[bytes] = []
    photo = Image.fromarray(photographs.astronaut()).resize((160, 160)).crop((0, 0, 160, 100))
    for image_format, options in (
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        (
            "JPEG",
            {"restart_marker_blocks": 4, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"},
        ),
        ("MPO", {"save_all": True, "append_images": [photo.rotate(90)]}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
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
    made.append(raw_photo(photo))
    for size in ((1, 3000), (3000, 2)):
        file = io.BytesIO()
        Image.new("RGB", size, "gray").save(file, "PNG")
        made.append(file.getvalue())
    default = Path(__file__).parents[3] / "shared" / "data"
    shared = Path(os.environ.get("FACESORTER_TEST_DATA") or default)
    folders = (shared / name for name in ("formats", "bad", "camera"))
    files = (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()))
    shared_ones = (path.read_bytes() for path in files if path.stat().st_size < 600_000)
    return [*made, *(data for data in shared_ones if not is_giant(data))]


def is_giant(data: bytes) -> bool:
    """Whether a picture takes seconds as it is, which would leave no time for the others."""
    with suppress(PhotoError):
        width, height = images.size_of(data)
        return width * height > 20_000_000
    return False


def raw_photo(photo: Image.Image) -> bytes:
    """A RAW file as Canon's CR2: a TIFF directory, a preview, and something that stands for the sensor's data."""
    file = io.BytesIO()
    photo.resize((640, 400)).save(file, "JPEG")
    directory = struct.pack("<HHHIIHHIII", 2, 0x0100, 3, 1, 640, 0x010F, 2, 4, 0x6E6143, 0)
    return b"II*\0\x10\0\0\0CR\x02\0\0\0\0\0" + directory + file.getvalue() + bytes(range(256)) * 20


def mutated(data: bytes, mutations: Sequence[Mutation], other: bytes) -> bytes:
    result = bytearray(data)
    for mutation in mutations:
        start = int(mutation.at * len(result))
        end = start + 1 + int(mutation.length * len(result))
        if mutation.kind == "bits":
            for step in range(1 + mutation.number % 16):
                if start < len(result):
                    place = (start + step * (mutation.number >> 4)) % len(result)
                    result[place] ^= 1 << (mutation.number >> step) % 8
        elif mutation.kind == "byte":
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
        elif mutation.kind == "splice":
            result[start:end] = other[start:end]
        elif mutation.kind == "sides":
            change_a_side(result, mutation)
        else:
            change_exif(result, mutation, other[start:end])
    return bytes(result)


def change_a_side(data: bytearray, mutation: Mutation) -> None:
    """Write another number where the header tells a side of the picture, and let PNG's checksum agree with it."""
    with suppress(PhotoError):
        side = images.size_of(bytes(data))[mutation.number % 2]
        for width in (4, 2):
            for order in (mutation.order, "big", "little"):
                place = data.find(side.to_bytes(width, order), 4, 5000)  # type: ignore[arg-type]
                if place >= 0 and side > 2:
                    claimed = SIDES[mutation.number // 2 % len(SIDES)] & ((1 << 8 * width) - 1)
                    data[place : place + width] = claimed.to_bytes(width, order)  # type: ignore[arg-type]
                    if data[12:16] == b"IHDR":
                        data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
                    return


def change_exif(data: bytearray, mutation: Mutation, garbage: bytes) -> None:
    """Garbage in a block of metadata: in the middle of the one that is there, or as a new one of a JPEG file."""
    block = data.find(b"Exif")
    if block >= 0:
        at = block + 6 + mutation.number % 60
        data[at : at + len(garbage) % 60] = garbage[: len(garbage) % 60]
    elif data[:2] == b"\xff\xd8":
        content = (b"Exif\0\0MM\0*" if mutation.number % 2 else b"Exif\0\0II*\0") + garbage[:60_000]
        data[2:2] = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


@contextmanager
def within_limits() -> Iterator[None]:
    """Fails if what happens inside takes too long, or if this process or a decoder takes too much memory for it."""
    held, worked, started = forget_peaks(), seconds_worked(), time.monotonic()
    yield
    assert seconds_worked() - worked < MOST_SECONDS
    assert time.monotonic() - started < LONGEST_WAIT
    assert peak_memory_kb(held) < MOST_MEMORY_KB


def seconds_worked() -> float:
    """The processor's time that this process and its decoders had."""
    decoders = (int(process) for process in processes() if process != "self")
    return time.process_time() + sum(time.clock_gettime(~decoder << 3 | 2) for decoder in decoders)


def forget_peaks() -> int:
    """Let the kernel measure peaks anew; what this process, which other tests have filled, holds now (kB)."""
    for process in processes():
        Path(f"/proc/{process}/clear_refs").write_text("5")
    return status_kb("self", "VmRSS")


def peak_memory_kb(held_before: int) -> int:
    """The most memory that a decoder held since, or that this process held beyond what it held before.

    A worker that a picture ended is not asked any more, but could not have gone beyond its own limit.
    """
    own, *decoders = (status_kb(process, "VmHWM") for process in processes())
    return max(own - held_before, *decoders, 0)


def processes() -> list[str]:
    return ["self", *(str(kept.worker.process.pid) for kept in images._workers._idle.queue if kept.worker)]


def status_kb(process: str, field: str) -> int:
    return int(Path(f"/proc/{process}/status").read_text().split(f"{field}:")[1].split()[0])
