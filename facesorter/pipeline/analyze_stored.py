"""Ask a service about objects of S3 where they lie: it fetches them itself, and nothing is downloaded.

An analysis is kept under what S3 says of the object's bytes, not under a content that nobody knows. So the same bytes
under another key are not asked about again, and nothing is believed of them that was not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import Photo
from facesorter.domain.ports import Catalog, Executor, FaceEngine, WhereItLies
from facesorter.pipeline.alone import Alone
from facesorter.pipeline.analyze import Analyzing, ahead, content_of, missing


def analyze_stored(
    todo: Iterable[tuple[Photo, Sequence[str]]],
    where_it_lies: WhereItLies,
    engine: FaceEngine,
    catalog: Catalog,
    executor: Executor,
) -> Generator[tuple[Photo, str | None]]:
    """Ask about each photo the queries that come with it; each that is analyzed now or has a problem, in order.

    The others are to be read. Raises, and is closed, as `analyze`.
    """
    analyzing = _AnalyzingStored(where_it_lies, engine, catalog)
    for photo, reason, done in ahead(todo, analyzing.analyze, analyzing, executor):
        if done:
            yield photo, reason


class _AnalyzingStored(Analyzing):
    """What one worker does with one photo."""

    def __init__(self, where_it_lies: WhereItLies, engine: FaceEngine, catalog: Catalog) -> None:
        super().__init__(engine, catalog)
        self._where_it_lies = where_it_lies
        self._alone = Alone()

    def analyze(self, item: tuple[Photo, Sequence[str]]) -> tuple[Photo, str | None, bool]:
        """Ask and record; the reason if the photo has a problem, and whether all is said."""
        photo, queries = item
        if self.stopped or photo.object is None:
            return photo, None, False
        try:
            with self._alone.over(photo.object):
                for query in missing(photo, queries, self.catalog):
                    analysis = self._where_it_lies(query, photo)
                    if analysis is None:
                        return photo, None, False
                    self.record(photo, photo.object, {query: analysis})
        except PhotoError as error:
            self.catalog.record_problem(photo, error.sentence)
            return photo, error.reason, True
        return photo, None, True


def identifying(read: Callable[[str], bytes], catalog: Catalog) -> Callable[[Photo], Photo]:
    """Reads a photo that was never read, because it is to be copied, and gives it its content.

    What is returned raises as `read` does.
    """

    def identify(photo: Photo) -> Photo:
        known = catalog.analyzed_photo(photo.id, ()).photo
        if known.content is not None and known.object == photo.object:
            return known  # it was read for another person
        content = content_of(read(photo.path))
        catalog.record_analyses(photo, content, {})
        return replace(photo, content=content)

    return identify
