"""All photos that are known, in whatever folders they were found."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

from facesorter.app.profile import Profile
from facesorter.domain.ports import AnalyzedPage, FacePacking
from facesorter.storage.catalog import SqliteCatalog

SMALL_PAGE = 250
"""Photos: 200 people are looked for in them within some 40 ms."""


@contextmanager
def everything_known(profile: Profile) -> Generator[SqliteCatalog]:
    """A catalog in which all photos that are known are selected."""
    selected = profile.new_catalog()
    try:
        selected.select_known()
        yield selected
    finally:
        selected.discard()


class InTurns:
    """A catalog's analyses in small pages, with a call of `between` after each: others may go first there."""

    def __init__(self, catalog: SqliteCatalog, between: Callable[[], None]) -> None:
        self._catalog, self._between = catalog, between
        self.analysis = catalog.analysis

    def analyzed(
        self, queries: Sequence[str], chunk: int = SMALL_PAGE, packing: FacePacking | None = None
    ) -> Iterator[AnalyzedPage]:
        """See `Catalog.analyzed`."""
        for page in self._catalog.analyzed(queries, chunk, packing):
            yield page
            self._between()
