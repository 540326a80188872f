"""A single bit of the catalog flips, at rest: nobody meets a crash, and what the user said is still there."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from made_up_catalog import everything, fill

from facesorter.domain.errors import StorageUnavailable
from facesorter.storage.database import Database

FLIPS = 250
"""In each test: all tests together flip 2,000 bits."""
PAGE = 4096
SAID = ("people", "decisions", "runs", "copies", "copies of people")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """In memory where there is such a folder: what is tried here is not the disk."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def sound(folder: Path) -> tuple[bytes, dict[str, set[Any]]]:
    """A sound catalog's bytes, and all that is in it."""
    path = folder / "sound.db"
    fill(path)
    with closing(Database(path)) as database:
        return path.read_bytes(), everything(database)


def schema_bits(data: bytes) -> list[int]:
    """The bits of the pages that hold the file's header or the tables' definitions."""
    starts = [start for start in range(0, len(data), PAGE) if start == 0 or b"CREATE " in data[start : start + PAGE]]
    return [8 * start + bit for start in starts for bit in range(8 * PAGE)]


def read_with_flipped(folder: Path, data: bytes, bit: int) -> tuple[dict[str, set[Any]], bool]:
    """All that is still there, and whether the file was set aside. Damage that is met late is cured by a restart."""
    path = folder / "profile" / "catalog.db"
    path.parent.mkdir(exist_ok=True)
    for file in path.parent.iterdir():
        file.unlink()
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << bit % 8
    path.write_bytes(damaged)
    found = None
    for _ in range(2):
        try:
            with closing(Database(path)) as database:
                found = everything(database)
            break
        except StorageUnavailable as error:
            assert "damaged" in error.what_happened, bit  # noqa: PT017
    assert found, bit
    others = {file.name for file in path.parent.iterdir()} - {"catalog.db"}
    assert all("-damaged-" in name for name in others), (bit, others)
    return found, bool(others)


@pytest.mark.parametrize("part", range(4))
def test_in_the_header_and_the_schema_all_is_taken_over(
    folder: Path, sound: tuple[bytes, dict[str, set[Any]]], part: int
) -> None:
    data, whole = sound
    chosen = random.Random(1).sample(schema_bits(data), 4 * FLIPS)
    set_aside = 0
    for bit in chosen[part::4]:
        found, was_set_aside = read_with_flipped(folder, data, bit)
        assert found == whole, bit
        set_aside += was_set_aside
    assert set_aside > FLIPS // 4


@pytest.mark.parametrize("part", range(4))
def test_anywhere_one_row_of_a_kind_is_lost_at_most(
    folder: Path, sound: tuple[bytes, dict[str, set[Any]]], part: int
) -> None:
    data, whole = sound
    chosen = random.Random(2).sample(range(8 * len(data)), 4 * FLIPS)
    for bit in chosen[part::4]:
        found, _ = read_with_flipped(folder, data, bit)
        for kind in SAID:
            assert len(whole[kind] - found[kind]) <= 1, (bit, kind)
