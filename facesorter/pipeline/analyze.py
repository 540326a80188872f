"""Ask the engine about every photo that has no stored analysis yet, several at a time.

An analysis is recorded by the worker that got it, before anything else happens, so that nothing is ever asked (or paid
for) twice.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from itertools import islice
from time import monotonic
from typing import Any, TypeVar

from facesorter.domain.errors import BudgetReached, PhotoError, Stopped, StorageUnavailable
from facesorter.domain.films import FilmAbandoned
from facesorter.domain.formats import is_film
from facesorter.domain.giants import alone_if_giant
from facesorter.domain.models import EncodedPicture, Metadata, Photo
from facesorter.domain.places import kind_of
from facesorter.domain.ports import Catalog, Executor, FaceEngine, PhotoSource
from facesorter.pipeline.alone import Alone
from facesorter.pipeline.films import analyze_film

AHEAD_PER_WORKER = 3
"""Photos handed to each worker in advance: enough to keep it busy while the events of others are dealt with."""

COMMIT_EVERY_S = 1.0
"""How much looking at photos a power failure may cost; an analysis that was paid for is made durable at once."""


def analyze(
    todo: Iterable[tuple[Photo, Sequence[str]]],
    engine: FaceEngine,
    source: PhotoSource,
    catalog: Catalog,
    executor: Executor,
) -> Generator[tuple[Photo, str | None]]:
    """Ask about each photo the queries that come with it; each in order, with the problem it turned out to have.

    Raises what ends the run: `EngineUnavailable`, `BudgetReached`, `StorageUnavailable`, or a bug. Closing the
    generator waits for the photos that are being looked at (a fraction of a second) and starts no other.
    """
    analyzing = _Analyzing(engine, source, catalog)
    yield from ahead(todo, analyzing.analyze, analyzing, executor)


Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(
    items: Iterable[Item], work: Callable[[Item], Result], analyzing: Analyzing, executor: Executor
) -> Generator[Result]:
    """The result of each item in order, several being worked on at once; what is recorded is made durable."""
    committed_at = monotonic()
    try:
        with closing(in_order(items, work, executor, analyzing.stop)) as results:
            for result in results:
                yield result
                if monotonic() - committed_at > COMMIT_EVERY_S:
                    analyzing.catalog.commit()
                    committed_at = monotonic()
    except BaseException:
        with suppress(StorageUnavailable):  # what ends the run says more, or it is a full disk itself
            analyzing.catalog.commit()
        raise
    analyzing.catalog.commit()


def in_order(
    items: Iterable[Item], work: Callable[[Item], Result], executor: Executor, stop: Callable[[], None]
) -> Generator[Result]:
    """The result of each item in order, several being worked on at once.

    Closing the generator calls `stop` and waits for what is under way. Where the budget or the user ends the run,
    nothing more is begun, and it is raised when what was paid for has arrived.
    """
    pending: deque[Future[Result]] = deque()
    waiting = iter(items)
    at_its_end: BudgetReached | Stopped | None = None
    try:
        while True:
            if at_its_end is None:
                for item in islice(waiting, executor.workers * AHEAD_PER_WORKER - len(pending)):
                    pending.append(executor.submit(work, item))
            if not pending:
                break
            try:
                result = pending.popleft().result()
            except (BudgetReached, Stopped) as error:
                at_its_end = error
                pending = deque(future for future in pending if not future.cancel())
            else:
                yield result
        if at_its_end is not None:
            raise at_its_end
    finally:
        if pending:
            stop()
        _wait_for(pending)


def _wait_for(pending: deque[Future[Any]]) -> None:
    """Begin none of these, and wait for those that have begun."""
    while pending:
        future = pending.pop()
        if not future.cancel():
            future.exception()


def content_of(data: bytes) -> bytes:
    """What a picture that was read is known by: the SHA-256 of its bytes."""
    return hashlib.sha256(data).digest()


def missing(photo: Photo, queries: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """Which of the queries are still to be asked about this photo."""
    remaining = tuple(queries)
    for known in photo.identities:
        remaining = catalog.missing(known, remaining)
    return remaining


class Analyzing:
    """Whom workers ask and where they record it; they look at `stopped` before they begin."""

    def __init__(self, engine: FaceEngine, catalog: Catalog) -> None:
        self.stopped = False
        self.engine = engine
        self.catalog = catalog

    def stop(self) -> None:
        """Begin nothing more, and let what waits end."""
        self.stopped = True
        self.engine.stop()

    def record(self, photo: Photo, content: bytes, analyses: Mapping[str, bytes]) -> None:
        """Record analyses before anything else happens, durably if they were paid for."""
        self.catalog.record_analyses(photo, content, analyses)
        if self.engine.paid and analyses:
            self.catalog.commit()


class _Analyzing(Analyzing):
    """What one worker does with one photo."""

    def __init__(self, engine: FaceEngine, source: PhotoSource, catalog: Catalog) -> None:
        super().__init__(engine, catalog)
        self._source = source
        self._alone = Alone()

    def analyze(self, item: tuple[Photo, Sequence[str]]) -> tuple[Photo, str | None]:
        """Read, analyze, record; the reason if the photo has a problem."""
        photo, queries = item
        if self.stopped:
            return photo, None
        if is_film(photo.path) and kind_of(photo.path).has_files:  # nothing but frames of it is held in memory
            return self._analyze_film(photo, queries)
        with alone_if_giant(photo.size):
            return (self._analyze_film if is_film(photo.path) else self._analyze)(photo, queries)

    def _analyze(self, photo: Photo, queries: Sequence[str]) -> tuple[Photo, str | None]:
        content: bytes | None = None
        try:
            data = self._source.read(photo.path)
            content = content_of(data)
            with self._alone.over(content):
                self.catalog.record_analyses(photo, content, {}, self._source.describe(data))
                for query in missing(replace(photo, content=content), queries, self.catalog):
                    self.record(photo, content, {query: self.engine.analyze(query, EncodedPicture(photo.path, data))})
        except PhotoError as error:
            self.catalog.record_problem(photo, error.sentence, content if error.lasting else None)
            return photo, error.reason
        return photo, None

    def _analyze_film(self, photo: Photo, queries: Sequence[str]) -> tuple[Photo, str | None]:
        content: bytes | None = None
        analyses: dict[str, bytes] = {}
        try:
            with ExitStack() as alone:
                with self._source.film(photo.path, lambda: self.stopped) as film:
                    content = film.content
                    alone.enter_context(self._alone.over(content))
                    said = Metadata(photo.size, film.taken_at)
                    for query in missing(replace(photo, content=content), queries, self.catalog):
                        analyses[query] = analyze_film(query, film, photo, self.engine, self.catalog)
                # Only when it is closed is it known that what was looked at is what the content was reckoned from.
                self.catalog.record_analyses(photo, content, {}, said)
                self.record(photo, content, analyses)
        except FilmAbandoned:
            return photo, None
        except PhotoError as error:
            self.catalog.record_problem(photo, error.sentence, content if error.lasting else None)
            return photo, error.reason
        return photo, None
