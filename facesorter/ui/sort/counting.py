"""Counts the photos of the chosen folders on a worker, and finds out which of the folders are not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from facesorter.domain.messages import gettext as _
from facesorter.domain.places import kind_of
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services, SessionService
    from facesorter.domain.events import Event, PhotosFound
    from facesorter.domain.spending import PricedTerms
    from facesorter.pipeline.sort_request import SortRequest


class Places(NamedTuple):
    """Where to count: the folders, the destination within them that is left out, whether subfolders and films count."""

    folders: tuple[str, ...]
    destination: str
    recursive: bool
    films: bool


class PhotoCounter(QObject):
    """`told` when there is something new to show, `ended` when a count is over.

    `missing` are the folders that were not there when they were looked for last.
    """

    told = Signal()
    ended = Signal()

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._jobs = jobs
        self._places: Places | None = None
        self._counted: SessionService | None = None
        self._counting: Job | None = None
        self._looking: Job | None = None
        self._count = ""
        self._failed = False
        self.missing: frozenset[str] = frozenset()

    @property
    def counting(self) -> bool:
        return self._counting is not None

    @property
    def looking(self) -> bool:
        return self._looking is not None

    @property
    def failed(self) -> bool:
        """Whether `text` says why there is no number."""
        return self._failed

    @property
    def text(self) -> str:
        """As `3,412 photos · JPEG 3,000, HEIC 412`, or why there is no number; "" if nothing is known yet."""
        going_on = self.counting and self._count and not self._failed
        return _("{} so far…").format(self._count) if going_on else self._count

    def price(self, request: SortRequest) -> PricedTerms:
        """What a run over the photos counted last costs at most; on a worker. Raises as `Session.price`."""
        return self._session().price(request)

    def _session(self) -> SessionService:
        """For every count and its prices; made on the worker, where nobody minds waiting for the app."""
        if self._counted is None:
            self._counted = self._app.session()
        return self._counted

    def stop(self) -> None:
        """A run begins, and counts for itself."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    def count(self, places: Places) -> None:
        """Count anew, in these places."""
        self.stop()
        self._places, self._count, self._failed = places, "", False
        self.missing &= frozenset(places.folders)
        if not places.folders:
            return

        def steps() -> Iterator[frozenset[str] | Event]:
            from facesorter.pipeline.sort_request import SortRequest  # the pipeline may come after the window

            missing = missing_of(places.folders)
            yield missing
            there = tuple(folder for folder in places.folders if folder not in missing)
            if there:
                request = SortRequest((), there, places.destination, recursive=places.recursive, films=places.films)
                yield from self._session().count(request)

        job = self._counting = self._jobs.select(steps)

        def take(events: list[Any]) -> None:
            from facesorter.domain.events import PhotosFound

            if job is not self._counting:
                return
            if isinstance(events[0], frozenset):
                self.missing = events[0]
            found = [event for event in events if isinstance(event, PhotosFound)]
            if found:
                self.show(found[-1])
            self.told.emit()

        def fail(error: BaseException) -> None:
            if job is self._counting:
                self._count, self._failed = str(error), True
                self.told.emit()

        def end() -> None:
            if job is self._counting:
                self._counting = None
                self.told.emit()
                self.ended.emit()

        job.reported.connect(take)
        job.failed.connect(fail)
        job.finished.connect(end)

    def show(self, found: PhotosFound) -> None:
        """How many photos there are, and of which formats."""
        formats = words.formats(found.formats)
        parts = [words.photos(found.total), formats, words.left_out(found.left_out)]
        self._count = " · ".join(filter(None, parts))

    def look_again(self) -> None:
        """Count anew if folders that were missing are there now; on a worker, because a network may let one wait.

        So if they could not be counted: an account may have been chosen since.
        """
        places = self._places
        if places is None or self.counting:
            return
        if self._failed:
            self.count(places)
        elif self.missing and not self.looking:
            before = self.missing

            def compare(missing: frozenset[str]) -> None:
                if missing != before and places == self._places and not self.counting:
                    self.count(places)
                    self.ended.emit()

            def end() -> None:
                self._looking = None

            self._looking = self._jobs.look(lambda: missing_of(places.folders), compare)
            self._looking.finished.connect(end)


def missing_of(folders: tuple[str, ...]) -> frozenset[str]:
    """Those that are not there now. To be called on a worker."""
    return frozenset(folder for folder in folders if kind_of(folder).has_folders and not os.path.isdir(folder))
