"""Have every photo of a source analyzed that is not known yet, for whoever asks what is in all of them."""

from __future__ import annotations

from collections.abc import Generator

from facesorter.domain.events import Event, PhotoFailed
from facesorter.domain.models import Photo
from facesorter.domain.ports import Catalog, Executor, FaceEngine, PhotoSource
from facesorter.pipeline.analyze import analyze
from facesorter.pipeline.scan import scan


def look_through(
    source: PhotoSource, engine: FaceEngine, catalog: Catalog, executor: Executor
) -> Generator[Event | Photo]:
    """The events of the scan, then each photo that was analyzed, or a `PhotoFailed`.

    Raises what ends the run, as `analyze` does.
    """
    yield from scan(source, catalog)
    queries = engine.queries([])
    todo = ((photo, queries) for photo in catalog.unanalyzed(queries))
    for photo, reason in analyze(todo, engine, source, catalog, executor):
        yield photo if reason is None else PhotoFailed(photo, reason)
