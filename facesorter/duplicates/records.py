"""What is known of each picture of a queue, and of whom there are pictures: objects beside the reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
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
    """A picture, the version of it that was looked at, and what was found. `done` says that all reports know of it.

    `gone` says that it is being forgotten: nobody finds it any more, and whoever comes after an interruption goes on.
    Until the record is done, `old_face_ids` are the faces of earlier versions that are still to be forgotten, and
    `old_likes` the digests of pictures whose reports may still name those faces.
    """

    key: str
    version: str
    name: str | None
    contents: Contents
    done: bool = False
    gone: bool = False
    old_face_ids: frozenset[str] = frozenset()
    old_likes: frozenset[str] = frozenset()

    @property
    def face_ids(self) -> frozenset[str]:
        """The faces that can be found."""
        return frozenset(face.face_id for face in self.contents.faces)

    def finished(self) -> Record:
        """The same, with all reports knowing of it, and of nothing that was before it."""
        return replace(self, done=True, old_face_ids=frozenset(), old_likes=frozenset())

    def instead_of(self, former: Record, likes: Iterable[str]) -> Record:
        """The same, with what is still to be forgotten of the former record; `likes` are the keys in its report."""
        return replace(
            self,
            old_face_ids=(former.face_ids | former.old_face_ids) - self.face_ids,
            old_likes=former.old_likes | {digest_of(key) for key in likes},
        )

    def forgotten(self) -> Record:
        """The same, being forgotten."""
        return replace(self, gone=True, done=False)


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
        """Forget a picture, unless another record has taken the place of this one."""
        current, tag = self.read(digest_of(record.key))
        if current is not None and current != record:
            return
        if tag is not None:
            self._store.remove(_record_name(digest_of(record.key)), tag)
        self.remove_mark(record)

    def remove_mark(self, record: Record) -> None:
        """Forget whose picture it was."""
        if record.name is not None:
            self._store.remove(_mark(record.name, digest_of(record.key)))

    def of(self, name: str) -> Iterator[str]:
        """The digests of every picture of a person."""
        for mark in self._store.names(f"{NAMES}/{digest_of(name)}/"):
            digest = mark.rpartition("/")[2]
            record, _ = self.read(digest)
            if record is not None and record.name == name:
                yield digest
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
        "Gone": record.gone,
        "OldFaceIds": sorted(record.old_face_ids),
        "OldLikes": sorted(record.old_likes),
    }
    return json.dumps(kept) + "\n"


def _face(face_id: str, image_id: str, box: list[float], confidence: float) -> IndexedFace:
    return IndexedFace(face_id, image_id, BoundingBox(*box), confidence)


def _parsed(text: str) -> Record:
    kept: dict[str, Any] = json.loads(text)
    faces = tuple(_face(**face) for face in kept["Faces"])
    refused = tuple(RefusedFace(BoundingBox(*face["box"]), tuple(face["reasons"])) for face in kept["Refused"])
    return Record(
        kept["Key"],
        kept["Version"],
        kept["Name"],
        Contents(faces, refused, kept["Problem"]),
        kept["Done"],
        kept["Gone"],
        frozenset(kept["OldFaceIds"]),
        frozenset(kept["OldLikes"]),
    )
