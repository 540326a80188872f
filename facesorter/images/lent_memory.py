"""Memory that this program and one child process both reach, on Linux; it has no name and is never on a disk.

Through a pipe a large picture would go in pieces of 64 kB, and cost a tenth of what it takes to be decoded. As the
memory has no name, nothing of it is left behind, however the two processes end.
"""

from __future__ import annotations

import mmap
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

CAN_LEND = hasattr(os, "memfd_create")
"""Elsewhere such memory would be a file on a disk, which may be full, or have a name, which a crash leaves behind."""

KEPT_BYTES = 40_000_000
"""Kept for the next picture, because new memory costs more than the copy; 12 megapixels without compression take 36."""


class Mapped(mmap.mmap):
    """Bytes in place, which are read like a file too, though one without a number."""

    def getvalue(self) -> memoryview:
        """All of it: Pillow's reader of compressed TIFF files asks for it, and would copy it otherwise."""
        return memoryview(self)


Bytes = bytes | Mapped


class LentMemory:
    """For a child process that is handed its `descriptor`, and that never uses it while this one does.

    Every method may raise `OSError`.
    """

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("pictures")
        self._here: mmap.mmap | None = None

    def write(self, data: bytes) -> None:
        """Let it begin with `data`."""
        if self._here is None or len(self._here) < len(data):
            self._drop()
            size = max(len(data), 1)  # nothing cannot be mapped
            os.ftruncate(self.descriptor, size)
            self._here = mmap.mmap(self.descriptor, size)
        memoryview(self._here)[: len(data)] = data

    def read(self, pixels: NDArray[Any]) -> None:
        """Fill `pixels`, which are contiguous. Raises `EOFError` if the memory holds fewer."""
        if os.preadv(self.descriptor, [pixels.reshape(-1).data], 0) < pixels.size:
            raise EOFError

    def trim(self) -> None:
        """Give back what only a very large picture needed."""
        if os.fstat(self.descriptor).st_size > KEPT_BYTES:
            self._drop()
            os.ftruncate(self.descriptor, 0)

    def close(self) -> None:
        """Give it back; the child may still hold it."""
        self._drop()
        os.close(self.descriptor)

    def _drop(self) -> None:
        if self._here is not None:
            self._here.close()
            self._here = None


def borrowed(descriptor: int, length: int) -> Bytes:
    """In the child: the memory's first bytes."""
    return Mapped(descriptor, length, access=mmap.ACCESS_READ) if length else b""


def hand_back(descriptor: int, pixels: NDArray[np.uint8]) -> None:
    """In the child: let the memory begin with these pixels. Raises `OSError`."""
    content = pixels.reshape(-1).data
    at = 0
    while at < len(content):
        at += os.pwrite(descriptor, content[at:], at)
