"""Ask the engine about every photo that has no stored answer yet, several at a time.

An answer is recorded by the worker that got it, before anything else happens, so that nothing is ever asked (or paid
for) twice.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import islice
from time import monotonic

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import EncodedPicture, Photo
from facesorter.domain.ports import Catalog, Executor, FaceEngine

AHEAD_PER_WORKER = 3
"""Photos handed to each worker in advance: enough to keep it busy while the events of others are dealt with."""

COMMIT_EVERY_S = 1.0
"""How much looking at photos a power failure may cost; an answer that was paid for is made durable at once."""


def ask(
    questions: Sequence[str],
    engine: FaceEngine,
    read: Callable[[str], bytes],
    catalog: Catalog,
    executor: Executor,
) -> Iterator[tuple[Photo, str | None]]:
    """Each photo that had to be asked about, in order, with the problem it turned out to have.

    Raises what ends the run: `EngineUnavailable`, `StorageUnavailable`, or a bug. Closing the generator waits for the
    photos that are being looked at (a fraction of a second) and starts no other.
    """
    asking = _Asking(questions, engine, read, catalog)
    pending: deque[tuple[Photo, Future[str | None]]] = deque()
    photos = catalog.unanswered(questions)
    committed_at = monotonic()
    try:
        while True:
            for photo in islice(photos, executor.workers * AHEAD_PER_WORKER - len(pending)):
                pending.append((photo, executor.submit(asking.ask, photo)))
            if not pending:
                break
            photo, future = pending.popleft()
            yield photo, future.result()
            if monotonic() - committed_at > COMMIT_EVERY_S:
                catalog.commit()
                committed_at = monotonic()
    finally:
        asking.stopped = True
        for _, future in pending:
            if not future.cancel():
                future.exception()
        catalog.commit()


class _Asking:
    """What one worker does with one photo, and what keeps two workers from the same picture."""

    def __init__(
        self, questions: Sequence[str], engine: FaceEngine, read: Callable[[str], bytes], catalog: Catalog
    ) -> None:
        self.stopped = False
        self._questions = questions
        self._engine = engine
        self._read = read
        self._catalog = catalog
        self._contents: set[bytes] = set()
        self._changed = threading.Condition()

    def ask(self, photo: Photo) -> str | None:
        """Read, ask, record; the reason if the photo has a problem."""
        if self.stopped:
            return None
        content: bytes | None = None
        try:
            data = self._read(photo.path)
            content = hashlib.sha256(data).digest()
            with self._alone_with(content):
                missing = self._catalog.missing(content, self._questions)
                self._catalog.record_answers(photo, content, {})
                for question in missing:
                    answer = self._engine.ask(question, EncodedPicture(photo.path, data))
                    self._catalog.record_answers(photo, content, {question: answer})
                    if self._engine.paid:
                        self._catalog.commit()
        except PhotoError as error:
            self._catalog.record_problem(photo, error.reason, content if error.lasting else None)
            return error.reason
        return None

    @contextmanager
    def _alone_with(self, content: bytes) -> Generator[None]:
        with self._changed:
            self._changed.wait_for(lambda: content not in self._contents)
            self._contents.add(content)
        try:
            yield
        finally:
            with self._changed:
                self._contents.discard(content)
                self._changed.notify_all()
