"""All photos that are known, in whatever folders they were found."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from facesorter.app.profile import Profile
from facesorter.storage.catalog import SqliteCatalog


@contextmanager
def everything_known(profile: Profile) -> Generator[SqliteCatalog]:
    """A catalog in which all photos that are known are selected."""
    selected = profile.new_catalog()
    try:
        selected.select_known()
        yield selected
    finally:
        selected.discard()
