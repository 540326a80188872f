"""A folder that is open while it is listed.

Where the system can, it is listed by its descriptor: then the path that leads to it is not followed again for each
file whose size is asked.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from facesorter.places.disk.long_paths import for_system


@contextmanager
def open_folder(folder: str) -> Generator[Iterator[os.DirEntry[str]]]:
    """What lies in a folder; the `path` of an entry may be its name alone, and an entry may be asked until the end.

    Raises `OSError`.
    """
    if os.scandir not in os.supports_fd:
        with os.scandir(for_system(folder)) as entries:
            yield entries
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)
