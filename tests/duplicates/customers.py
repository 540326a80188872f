"""Folders of painted pictures whose search for duplicates is run as often as a test likes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from painted import PaintedEngine

from facesorter.app.executor import ThreadExecutor
from facesorter.domain.models import EncodedPicture
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.index import Picture
from facesorter.duplicates.local_index import MIGRATIONS, LocalIndex
from facesorter.duplicates.matching import Matcher
from facesorter.duplicates.naming import Naming, by_folder
from facesorter.duplicates.notices import FolderOutbox
from facesorter.duplicates.reports import FolderReports, Source, report_name
from facesorter.duplicates.run import Looked, Run, Summary
from facesorter.duplicates.store import FolderStore
from facesorter.places.disk.source import FolderSource
from facesorter.storage.database import Database


class CountingEngine(PaintedEngine):
    """Remembers what it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        self.asked.append(picture.path)
        return super().analyze(query, picture)


class Bench:
    """A folder of customers, and what a search makes of it."""

    def __init__(self, folder: Path) -> None:
        self.pictures, self.out = folder / "customers", folder / "out"
        self.pictures.mkdir()
        self.engine = CountingEngine()
        self.naming: Naming = by_folder
        self.report_from, self.notify_from = 50.0, 90.0

    def put(self, key: str, data: bytes) -> None:
        """Lay a picture into the folder."""
        path = self.pictures / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def opened(self, database: Database) -> Run:
        """A run over the folder."""
        place = str(self.pictures)
        index = LocalIndex(self.engine, database, place, float)
        matcher = Matcher(Source("customers", self.report_from), index, FolderReports(str(self.out / "reports")))
        outbox = FolderOutbox(str(self.out / "outbox"))
        source = FolderSource([place], recursive=True, skip=[])
        return Run(place, source, self.naming, index, matcher, outbox, self.decisions, self.notify_from)

    @property
    def decisions(self) -> Decisions:
        """What was said of pairs of names."""
        return Decisions(FolderStore(str(self.out)))

    def run(self, stop_after: int | None = None) -> Summary | None:
        """Bring it up to date, or break off after so many pictures."""
        with (
            closing(Database(str(self.out / "index.db"), MIGRATIONS)) as database,
            closing(ThreadExecutor(2)) as executor,
        ):
            events: Iterator[Looked | Summary] = self.opened(database).events(executor)
            for event in events:
                if isinstance(event, Summary):
                    return event
                if event.done == stop_after:
                    break
        return None

    def take(self, key: str) -> None:
        """Bring a single picture up to date, as a queue does."""
        with closing(Database(str(self.out / "index.db"), MIGRATIONS)) as database:
            data = (self.pictures / key).read_bytes()
            self.opened(database).matcher.take(Picture(key, str(hash(data)), self.naming(key)), data)

    def report(self, key: str) -> dict[str, Any]:
        """A picture's report."""
        return json.loads((self.out / "reports" / report_name(key)).read_text())

    def reports(self) -> dict[str, bytes]:
        """Every report as it stands on the disk."""
        return {path.name: path.read_bytes() for path in sorted((self.out / "reports").iterdir())}

    def matches(self, key: str) -> list[tuple[str, str]]:
        """Who a picture's report takes for whom: name and picture."""
        return [(match["CustomerId"], match["Source"]) for match in self.report(key)["Matches"]]

    def messages(self) -> list[dict[str, Any]]:
        """What was posted."""
        return [json.loads(path.read_text()) for path in sorted((self.out / "outbox").iterdir())]
