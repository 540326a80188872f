"""Loads photos for the large view: as many pixels as are shown, and the next photo before it is asked for."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import gettext as _
from facesorter.ui.review.results import Results
from facesorter.ui.review.run import Run
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.pictures import Loaded, load_photo

STEP_PX, MOST_PX = 640, 6000
"""Photos are loaded with a longer side that is a multiple of the first, and no longer than the second."""

KEPT_BYTES = 100_000_000
"""So much is kept of photos that were looked at or may be next, beside the one that is shown."""


class Shown(NamedTuple):
    """A photo that is looked at for a person of the results."""

    results: Results
    row: int
    number: int

    @property
    def key(self) -> tuple[int, int | None]:
        """By which its picture is kept: of a film the frame depends on the face."""
        return self.results.photos.at(self.row).id, self.results.verdict(self.row, self.number)[0].face_index


class _Loading(NamedTuple):
    """What is being loaded, how large, and by what job."""

    shown: Shown
    side_px: int
    job: Job


class LargeLoading(QObject):
    """`loaded` carries what was asked for with its picture, `failed` the same with a sentence."""

    loaded = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, run: Run, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._jobs = jobs
        self._kept: OrderedDict[tuple[int, int | None], tuple[int, Loaded]] = OrderedDict()
        self._wanted: _Loading | None = None
        self._ahead: _Loading | None = None

    def clear(self) -> None:
        """Forget all of it."""
        self.stop()
        self._kept.clear()

    def stop(self) -> None:
        """Nobody waits for a picture any more."""
        for loading in (self._wanted, self._ahead):
            if loading is not None:
                loading.job.cancel()
        self._wanted = self._ahead = None

    def kept(self, shown: Shown) -> Loaded | None:
        """The picture, if it is there, in whatever size."""
        found = self._kept.get(shown.key)
        return None if found is None else found[1]

    def ask(self, shown: Shown, side_px: int) -> None:
        """Load the photo with a longer side of `side_px` at least, if it has so many and is not loaded so."""
        side_px = _whole(side_px)
        if self._is_kept(shown, side_px):
            if self._wanted is not None and self._wanted.shown.key != shown.key:
                self.stop()
        elif self._ahead is not None and self._ahead[:2] == (shown, side_px):
            self._wanted, self._ahead = self._ahead, None
        elif self._wanted is None or self._wanted[:2] != (shown, side_px):
            self.stop()
            self._wanted = self._load(shown, side_px)

    def ask_ahead(self, shown: Shown, side_px: int) -> None:
        """The same for a photo that may be asked for next, once nothing else is waited for."""
        side_px = _whole(side_px)
        if self._wanted is None and self._ahead is None and not self._is_kept(shown, side_px):
            self._ahead = self._load(shown, side_px)

    def _is_kept(self, shown: Shown, side_px: int) -> bool:
        known = self._kept.get(shown.key)
        return known is not None and known[0] >= side_px

    def _load(self, shown: Shown, side_px: int) -> _Loading:
        photo, (_key, face_index), session = shown.results.photos.at(shown.row), shown.key, self._run.begun

        def load() -> Loaded | str:
            try:
                return load_photo(session, photo.id, photo.path, side_px, face_index)
            except PhotoError as error:
                return error.reason

        def keep(loaded: Loaded | str) -> None:
            ended()
            if isinstance(loaded, str):
                self.failed.emit(shown, loaded)
            else:
                self._keep(shown, side_px, loaded)
                self.loaded.emit(shown, loaded)

        job = self._jobs.look(load, keep)

        def ended() -> None:
            if self._wanted is not None and self._wanted.job is job:
                self._wanted = None
            if self._ahead is not None and self._ahead.job is job:
                self._ahead = None

        def could_not(_error: BaseException) -> None:
            self.failed.emit(shown, _("This photo could not be shown. The log says why."))

        job.failed.connect(could_not)
        job.finished.connect(ended)
        return _Loading(shown, side_px, job)

    def _keep(self, shown: Shown, side_px: int, loaded: Loaded) -> None:
        """The last one is kept whatever its size."""
        self._kept.pop(shown.key, None)
        self._kept[shown.key] = side_px, loaded
        while len(self._kept) > 1 and sum(one.image.sizeInBytes() for _side, one in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)


def _whole(side_px: int) -> int:
    """One of few sizes that is at least so large, so that not every change of the window loads anew."""
    return min(MOST_PX, -(-side_px // STEP_PX) * STEP_PX)
