"""A run that is stopped does not wait until a film is looked through, and the next one looks at it anew."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import numpy as np
from film_making import make_film
from painted import PaintedEngine

from facesorter.app import ThreadExecutor
from facesorter.domain.models import EncodedPicture
from facesorter.pipeline.analyze import analyze
from facesorter.pipeline.scan import scan
from facesorter.places.disk.source import FolderSource
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database


class SlowEngine(PaintedEngine):
    """Takes a while for each frame."""

    def __init__(self) -> None:
        self.frames = 0

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        self.frames += 1
        time.sleep(0.2)
        return super().analyze(query, picture)


def test_stop(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    gray = np.full((64, 96, 3), 128, np.uint8)
    make_film(tmp_path / "films" / "a-short.mp4", [gray], seconds=1)
    make_film(tmp_path / "films" / "long.mp4", [gray], seconds=60)
    database = Database(tmp_path / "catalog.db")
    catalog, engine, executor = SqliteCatalog(database), SlowEngine(), ThreadExecutor(2)
    source = FolderSource([str(tmp_path / "films")], films=True)
    try:
        list(scan(source, catalog))
        todo = [(photo, engine.queries(())) for photo in catalog.unanalyzed(engine.queries(()))]
        with closing(analyze(todo, engine, source, catalog, executor)) as running:
            assert next(running)[1] is None
            began, frames = time.monotonic(), engine.frames
        assert time.monotonic() - began < 3
        assert engine.frames <= frames + 3
        assert [Path(photo.path).name for photo in catalog.unanalyzed(engine.queries(()))] == ["long.mp4"]
    finally:
        executor.close()
        database.close()
