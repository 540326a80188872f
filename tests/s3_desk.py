"""A journal, and copiers between a folder and a bucket, for tests."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from s3_server import BUCKET

from facesorter.domain.events import Event
from facesorter.domain.models import Person, Photo
from facesorter.domain.planning import CopyOrder
from facesorter.pipeline.copy import copy
from facesorter.places.copiers import AnywhereCopier, FetchingCopier
from facesorter.places.disk.source import read_file
from facesorter.places.s3.copier import S3Copier
from facesorter.places.s3.reading import read_object
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

FOLDER = f"s3://{BUCKET}/out/PhotosWithAnna"


class Desk:
    """A journal and copiers between a folder and a bucket."""

    def __init__(self, folder: Path, s3: Any) -> None:
        self.folder = folder
        self.s3 = s3
        self.database = Database(folder / "catalog.db")
        self.journal = SqliteJournal(self.database)
        self.anna: Person = SqliteCatalog(self.database).person("Anna")
        self.copier = AnywhereCopier(FetchingCopier("copy", self.read), lambda: S3Copier(s3, self.read))
        self.calls = Counter[str]()
        s3.meta.events.register("before-call.s3", self._count, f"desk {id(self)}")
        self.run_id = self.journal.begin_run([self.anna], f"s3://{BUCKET}/out")

    def close(self) -> None:
        self.s3.meta.events.unregister("before-call.s3", unique_id=f"desk {id(self)}")
        self.database.close()

    def _count(self, model: Any, **_: object) -> None:
        self.calls[model.name] += 1

    def read(self, path: str) -> bytes:
        return read_object(self.s3, path) if path.startswith("s3://") else read_file(path)

    def photo(self, path: str, data: bytes) -> Photo:
        known = None
        if path.startswith("s3://"):
            known = f"{self.put(path, data)} {len(data)}".encode()
        else:
            path = str(self.folder / path)
            Path(path).write_bytes(data)
        return Photo(1, path, len(data), 1_600_000_000_000_000_000, hashlib.sha256(data).digest(), known)

    def put(self, path: str, data: bytes) -> str:
        return self.s3.put_object(Bucket=BUCKET, Key=path.removeprefix(f"s3://{BUCKET}/"), Body=data)["ETag"]

    def copy(self, *photos: Photo, folder: str = FOLDER) -> list[Event]:
        orders = [CopyOrder(photo, self.anna, folder) for photo in photos]
        return list(copy(orders, self.run_id, self.copier, self.journal))

    def objects(self) -> dict[str, bytes]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: read_object(self.s3, f"s3://{BUCKET}/{one['Key']}") for one in listed}
