"""Builds what follows a run: answers, changes of mind, undo, checks and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from facesorter.app.sorting import Sorting
from facesorter.domain.errors import PhotoError
from facesorter.domain.events import Event
from facesorter.domain.models import Decision, Face, Person, Photo
from facesorter.domain.places import below
from facesorter.domain.planning import CopyOrder, CopyPlan, plan_copies
from facesorter.pipeline.check import check
from facesorter.pipeline.report import ReportHead, ReportLine, ReportPicture, ReportWords, write_report
from facesorter.pipeline.undo import take_back, undo_run

REPORT_PICTURE_PX, REPORT_SOURCE_PX = 320, 1400
"""The longer side of a picture in a report, and of the photo that it is cut from, if it is cut."""


class Reviewing(Sorting):
    """Everything after the last verdict of a run."""

    def faces_of(self, photo_id: int) -> list[tuple[Face, list[float]]]:
        """The faces of a photo of the last run, each with its similarity (0-100) to each person of the run."""
        engine, references = self.last_sort.engine, [one.reference for one in self.last_sort.person_queries]
        answers = self.catalog.analyzed_photo(photo_id, engine.queries(references)).analyses
        if answers is None:
            return []
        return list(zip(engine.faces_in(answers), engine.similarities(references, [answers])[0], strict=True))

    def decide(self, person: Person, answers: Iterable[tuple[Photo, Decision | None]]) -> None:
        """Remember what the user said of a person in these photos, all of it or nothing; None takes it back."""
        self.catalog.decide(person, {known: decision for photo, decision in answers for known in photo.identities})

    def plan(self, person: Person, sure: Iterable[int], not_sure: Iterable[int]) -> CopyPlan:
        """What would make the person's folder hold just the sure photos (ids) of the last run."""
        request = self.last_sort.request
        folder = below(request.destination, person.folder_name)
        return plan_copies(
            (CopyOrder(self._photo(photo_id), person, folder, request.keep_duplicates) for photo_id in sure),
            (self._photo(photo_id) for photo_id in not_sure),
            filter(self._copier("copy").intact, self.journal.copies(person, request.destination)),
        )

    def _photo(self, photo_id: int) -> Photo:
        return self.catalog.analyzed_photo(photo_id, ()).photo

    def carry_out(self, plan: CopyPlan) -> Iterator[Event]:
        """Make the copies of a plan and take back what it takes back, as part of the last run."""
        sort = self.last_sort
        self._check_destination(sort.request.destination)
        copier = self._copier(sort.request.link)
        yield from sort.copy(plan.to_copy, copier)
        yield from take_back(plan.to_take_back, copier, self.journal)

    def undo(self, run_id: int) -> Iterator[Event]:
        """Remove the copies a run made, if they are unchanged."""
        return undo_run(run_id, self._copier("copy"), self.journal)

    def check(self, *, repair: bool) -> Iterator[Event]:
        """Compare every copy with the journal and with its photo; see `pipeline.check`."""
        return check(self._copier("copy"), self.journal, repair=repair)

    def save_report(
        self,
        path: str,
        heads: Sequence[ReportHead],
        found: Iterable[ReportLine],
        words: ReportWords,
        day: Callable[[datetime | None, int], str],
    ) -> str:
        """Write a report (CSV or HTML, by the ending of `path`) under a free name, which is returned.

        `day` puts into words when a photo was taken, or else when its file was changed (in ns since 1970).
        """

        def picture(line: ReportLine) -> ReportPicture:
            return self._report_picture(line, day)

        return write_report(path, heads, found, picture, words)

    def _report_picture(self, line: ReportLine, day: Callable[[datetime | None, int], str]) -> ReportPicture:
        """The photo cut to the face that decided and its surroundings, or whole where there is none."""
        from facesorter.images import cut_around, encode_jpeg, taken_at, thumbnail

        try:
            data = self.read(line.photo.path)
            faces = self.faces_of(line.photo.id)
            when = day(taken_at(data), line.photo.modified_ns)
            if line.face_index is None or line.face_index >= len(faces):
                pixels = thumbnail(data, REPORT_PICTURE_PX).pixels
            else:
                box = faces[line.face_index][0].box
                pixels = cut_around(thumbnail(data, REPORT_SOURCE_PX).pixels, box, REPORT_PICTURE_PX)
        except PhotoError:
            return ReportPicture(None, day(None, line.photo.modified_ns))
        return ReportPicture(encode_jpeg(pixels, 80), when)
