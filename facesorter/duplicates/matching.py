"""From what an index finds to reports: whose reports one picture changes, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from facesorter.duplicates.index import Contents, FaceIndex, Like, Picture
from facesorter.duplicates.notices import Notice, Outbox, SomeDecided, gathered, notices_of
from facesorter.duplicates.reports import Report, Reports, Source, report_of


class Matcher:
    """Writes the reports of an index's pictures. Each step may be repeated, and comes to the same reports."""

    def __init__(self, source: Source, index: FaceIndex, reports: Reports) -> None:
        self._source = source
        self._index = index
        self._reports = reports

    def take(self, picture: Picture, data: bytes) -> None:
        """A single new or changed picture: what a queue brings. All reports that it has a part in are made anew."""
        before = self.neighbors([picture.key])
        self._index.add(picture, data)
        self._index.commit()
        self.refresh({picture.key} | before)

    def refresh(self, keys: Iterable[str]) -> set[str]:
        """Make the reports of these pictures anew, and those of the pictures that are like them; whose were changed."""
        keys = set(keys)
        known = self._index.known()
        likes = self._index.likes(sorted(keys & known.keys()), self._source.report_from)
        others = {like.picture.key for found in likes.values() for like in found} - keys
        likes = {**likes, **self._index.likes(sorted(others), self._source.report_from)}
        changed = {key for key, found in likes.items() if self._write(known[key], found)}
        for key in keys - known.keys():
            self._reports.remove(key)
        return changed

    def report(self, key: str) -> Report | None:
        """The picture's report, unless there is none or it was made for another threshold."""
        report = self._reports.read(key)
        return report if report and report.get("SimilarityThreshold") == self._source.report_from else None

    def is_of(self, key: str, contents: Contents) -> bool:
        """Whether there is a report of what the index knows of this picture, and not of what another one did."""
        report = self.report(key)
        return report is not None and {face["FaceId"] for face in report["Faces"]} == {
            face.face_id for face in contents.faces
        }

    def neighbors(self, keys: Iterable[str]) -> set[str]:
        """The pictures that the present reports of these pictures name."""
        prefix = f"{self._source.root}/"
        reports = filter(None, (self._reports.read(key) for key in keys))
        return {match["Source"].removeprefix(prefix) for report in reports for match in report["Matches"]}

    def notify(self, keys: Iterable[str], outbox: Outbox, notify_from: float, decided: SomeDecided) -> list[Notice]:
        """Post what the reports of these pictures have to say of names that nothing was said of yet.

        Returns the messages that were left, which no earlier call has left.
        """
        reports: Iterable[Report] = filter(None, (self._reports.read(key) for key in keys))
        found = gathered(notice for report in reports for notice in notices_of(report, notify_from))
        return [notice for notice in found if decided.of(notice.names) is None and outbox.post(notice)]

    def _write(self, picture: Picture, likes: Sequence[Like]) -> bool:
        others = [
            like
            for like in likes
            if picture.name is not None and like.picture.name is not None and like.picture.name != picture.name
        ]
        report = report_of(self._source, picture, self._index.contents(picture.key), others)
        return self._reports.write(picture.key, report)
