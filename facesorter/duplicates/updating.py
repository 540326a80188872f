"""One picture of a queue brought up to date, however often it is announced, in any order, by many functions at once.

Unlike `matching`, which makes every report anew, this adds one picture's part to the others' reports, because each
search of a collection is paid for. That is safe by the order of steps: a picture's record is written before its faces
are searched for, a report is written only as long as it is what was read before the search, and whoever finds a face
makes sure afterwards that its record still holds it. So of two pictures that come at once, the later search finds the
other one, and no report that was overtaken is ever written.

What is to be forgotten stands in the picture's record until nothing is left of it, so that an interruption at any step
is made good by the next call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facesorter.duplicates.collection import Collection, digest_of
from facesorter.duplicates.index import Like, Picture
from facesorter.duplicates.naming import Naming
from facesorter.duplicates.notices import Notice, gathered, notices_of
from facesorter.duplicates.records import Record, Records
from facesorter.duplicates.reports import Report, Source, line_of, match_of, parsed, rank, report_name, report_of
from facesorter.duplicates.store import Store

REPORTS = "reports"

_MOST_ATTEMPTS = 20
"""So often others may be faster before a picture is left to its next message."""


class Busy(Exception):
    """Others kept changing the same reports; the message is to come again."""


class Broken(Exception):
    """The picture cannot be read. Its report says why, and its message is to fail, so that it is seen to."""


@dataclass(frozen=True, slots=True)
class Updater:
    """Brings pictures up to date. `version` says what a key holds by now, None if nothing.

    `tell` gets what a picture's report has to say of other names, each time; it must say it once.
    """

    source: Source
    naming: Naming
    collection: Collection
    store: Store
    version: Callable[[str], str | None]
    tell: Callable[[Sequence[Notice]], None]
    notify_from: float

    @property
    def _records(self) -> Records:
        return Records(self.store)

    def update(self, key: str) -> None:
        """Make all reports right about the picture under this key as it is now. Raises `Busy`, `Broken`."""
        digest = digest_of(key)
        for _ in range(_MOST_ATTEMPTS):
            former, tag = self._records.read(digest)
            version = self.version(key)
            if version is None:
                if former is None or self._forget(former, tag):
                    return
                continue
            name = self.naming(key)
            known = former is not None and not former.gone and (former.version, former.name) == (version, name)
            if former is not None and known and former.done:
                return
            if former is not None and known and former.contents.problem is None:
                record = former
            else:
                record = Record(key, version, name, self.collection.index(key, name))
                if former is not None:
                    record = record.instead_of(former, self._named_in_report(key))
                if not self._records.write(record, tag):
                    self._drop_unknown(record, digest)
                    continue
            self.collection.delete(sorted(record.old_face_ids))
            if former is not None and former.name != record.name:
                self._records.remove_mark(former)
            self._spread(record, self._others(record))
            if record.contents.problem is not None:
                raise Broken(record.contents.problem)
            current, tag = self._records.read(digest)
            if current == record and self._records.write(record.finished(), tag):
                return
        raise Busy

    def erase(self, name: str, delete_picture: Callable[[str], None]) -> int:
        """Erase everything that is known of a person, pictures included; how many pictures. May be repeated."""
        count = 0
        for digest in self._records.of(name):
            for _ in range(_MOST_ATTEMPTS):
                record, tag = self._records.read(digest)
                if record is None:
                    break
                delete_picture(record.key)
                if self._forget(record, tag):
                    break
            else:
                raise Busy
            count += 1
        return count

    def _drop_unknown(self, record: Record, digest: str) -> None:
        """Forget faces of a look that was overtaken, unless the look that counts has found the same."""
        current, _ = self._records.read(digest)
        known = current.face_ids if current and not current.gone else frozenset[str]()
        self.collection.delete(sorted(record.face_ids - known))

    def _forget(self, record: Record, tag: str | None) -> bool:
        """Forget a picture that is gone, in every report; False if its record is not that of the tag any more."""
        gone = record.forgotten()
        if gone != record and not self._records.write(gone, tag):
            return False
        self.collection.delete(sorted(gone.face_ids | gone.old_face_ids))
        for other in self._others(gone):
            self._merge(other, gone, [])
        self.store.remove(_place(gone.key))
        self._records.remove(gone)
        return True

    def _spread(self, record: Record, before: set[str]) -> None:
        """Write the picture's report, and its part of the reports of all that it is or was like."""
        for _ in range(_MOST_ATTEMPTS):
            likes = self._write_own(record)
            by_other: dict[str, list[Like]] = {key: [] for key in before}
            for like in likes:
                by_other.setdefault(like.picture.key, []).append(like)
            merged = [self._merge(other, record, found) for other, found in sorted(by_other.items())]
            if all(merged):
                break
        else:
            raise Busy
        report = report_of(self.source, _picture(record), record.contents, likes)
        self.tell(gathered(notices_of(report, self.notify_from)))

    def _write_own(self, record: Record) -> list[Like]:
        place = _place(record.key)
        for _ in range(_MOST_ATTEMPTS):
            kept = self.store.read(place)
            likes = self._likes(record)
            text = line_of(report_of(self.source, _picture(record), record.contents, likes))
            if kept is not None and kept.text == text:
                return likes
            if self.store.write(place, text, kept.tag if kept else None):
                return likes
        raise Busy

    def _likes(self, record: Record) -> list[Like]:
        """Faces of pictures of other names that are like one of this picture's, the most similar first."""
        if record.name is None:
            return []
        known: dict[str, Record | None] = {}
        likes: list[Like] = []
        for own in record.contents.faces:
            for hit in self.collection.search(own.face_id, record.name, self.source.report_from):
                if hit.digest not in known:
                    known[hit.digest] = self._records.read(hit.digest)[0]
                other = known[hit.digest]
                if other is None or other.gone or other.name in (None, record.name):
                    continue
                if hit.face.face_id not in other.face_ids:
                    continue
                likes.append(Like(hit.similarity, own.face_id, hit.face, _picture(other)))
        likes.sort(key=lambda like: (-like.similarity, like.picture.key, like.face.face_id, like.own_face_id))
        return likes

    def _merge(self, key: str, record: Record, likes: Sequence[Like]) -> bool:
        """Put this picture's part into another's report; False if what was found of the other is out of date."""
        source = f"{self.source.root}/{record.key}"
        for _ in range(_MOST_ATTEMPTS):
            other, _tag = self._records.read(digest_of(key))
            if other is None or other.gone or not {like.face.face_id for like in likes} <= other.face_ids:
                return not likes
            kept = self.store.read(_place(key))
            former: Report = (parsed(kept.text) if kept else None) or {"Matches": []}
            matches = [
                match
                for match in former["Matches"]
                if match["Source"] != source
                and match["SourceFaceId"] in other.face_ids
                and match["Similarity"] >= self.source.report_from
            ]
            by_id = {face.face_id: face for face in record.contents.faces}
            matches += [
                match_of(
                    self.source, Like(like.similarity, like.face.face_id, by_id[like.own_face_id], _picture(record))
                )
                for like in likes
            ]
            report = report_of(self.source, _picture(other), other.contents, [])
            report["Matches"] = sorted(matches, key=lambda match: rank(self.source, match))
            text = line_of(report)
            if (kept is not None and kept.text == text) or self.store.write(
                _place(key), text, kept.tag if kept else None
            ):
                return True
        raise Busy

    def _others(self, record: Record) -> set[str]:
        """The pictures whose reports may name faces of this one, now or of an earlier version."""
        old = (self._records.read(digest)[0] for digest in record.old_likes)
        return self._named_in_report(record.key) | {other.key for other in old if other is not None}

    def _named_in_report(self, key: str) -> set[str]:
        kept = self.store.read(_place(key))
        report: Mapping[str, Any] = (parsed(kept.text) if kept else None) or {"Matches": []}
        prefix = f"{self.source.root}/"
        return {match["Source"].removeprefix(prefix) for match in report["Matches"]}


def _place(key: str) -> str:
    return f"{REPORTS}/{report_name(key)}"


def _picture(record: Record) -> Picture:
    return Picture(record.key, record.version, record.name)
