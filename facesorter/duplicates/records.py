"""What is known of each picture of a queue, and of whom there are pictures: objects beside the reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from facesorter.domain.models import BoundingBox
from facesorter.duplicates.collection import digest_of
from facesorter.duplicates.index import Contents, IndexedFace, RefusedFace
from facesorter.duplicates.store import Store

FACES, NAMES = "faces", "names"
"""The folders of records, and of marks that say whose they are, so that one person's can be found without a search."""


@dataclass(frozen=True, slots=True)
class Record:
    """A picture, the version of it that was looked at, and what was found. `done` says that all reports know of it."""

    key: str
    version: str
    name: str | None
    contents: Contents
    done: bool = False

    @property
    def face_ids(self) -> frozenset[str]:
        """The faces that can be found."""
        return frozenset(face.face_id for face in self.contents.faces)

    def finished(self) -> Record:
        """The same, with all reports knowing of it."""
        return replace(self, done=True)


class Records:
    """Records by the digests of their pictures' keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, digest: str) -> tuple[Record | None, str | None]:
        """The record, if there is one, and the tag to write the next one with."""
        kept = self._store.read(_record_name(digest))
        return (_parsed(kept.text), kept.tag) if kept else (None, None)

    def write(self, record: Record, tag: str | None) -> bool:
        """Keep it if the former one is still that of the tag; whether it was.

        The mark of its name comes first, so that whoever is erased has no record that nobody finds.
        """
        digest = digest_of(record.key)
        if record.name is not None:
            mark = _mark(record.name, digest)
            if self._store.read(mark) is None:
                self._store.write(mark, "", None)
        return self._store.write(_record_name(digest), _text(record), tag)

    def remove(self, record: Record) -> None:
        """Forget a picture."""
        self._store.remove(_record_name(digest_of(record.key)))
        self.remove_mark(record)

    def remove_mark(self, record: Record) -> None:
        """Forget whose picture it was."""
        if record.name is not None:
            self._store.remove(_mark(record.name, digest_of(record.key)))

    def of(self, name: str) -> Iterator[Record]:
        """Every record of a person."""
        for mark in self._store.names(f"{NAMES}/{digest_of(name)}/"):
            record, _ = self.read(mark.rpartition("/")[2])
            if record is not None and record.name == name:
                yield record
            else:
                self._store.remove(mark)  # the picture bears another name by now, or is gone


def _record_name(digest: str) -> str:
    return f"{FACES}/{digest}.json"


def _mark(name: str, digest: str) -> str:
    return f"{NAMES}/{digest_of(name)}/{digest}"


def _text(record: Record) -> str:
    contents = record.contents
    kept = {
        "Key": record.key,
        "Version": record.version,
        "Name": record.name,
        "Faces": [face._asdict() for face in contents.faces],
        "Refused": [face._asdict() for face in contents.refused],
        "Problem": contents.problem,
        "Done": record.done,
    }
    return json.dumps(kept) + "\n"


def _face(face_id: str, image_id: str, box: list[float], confidence: float) -> IndexedFace:
    return IndexedFace(face_id, image_id, BoundingBox(*box), confidence)


def _parsed(text: str) -> Record:
    kept: dict[str, Any] = json.loads(text)
    faces = tuple(_face(**face) for face in kept["Faces"])
    refused = tuple(RefusedFace(BoundingBox(*face["box"]), tuple(face["reasons"])) for face in kept["Refused"])
    return Record(kept["Key"], kept["Version"], kept["Name"], Contents(faces, refused, kept["Problem"]), kept["Done"])
