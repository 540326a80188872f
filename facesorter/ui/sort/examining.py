"""Looks at headshots on workers: the faces in each, and whether all of a person's show the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from facesorter.domain.errors import PhotoError
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.sort.drafts import Draft
from facesorter.ui.widgets.pictures import Loaded, load_headshot
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.pipeline.enrol import HeadshotReport

HEADSHOT_PX, GROUP_PX = 640, 1600
"""Headshots are loaded this large, and pictures of several people: enough to recognize each face cut out of them."""


class Examiner(QObject):
    """`seen` after more is known of a draft's pictures."""

    seen = Signal()

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._jobs = jobs

    def look_at(self, draft: Draft, shot: Shot) -> None:
        """Find the faces of a picture."""

        def look() -> tuple[HeadshotReport, Loaded | None]:
            from facesorter.pipeline.enrol import HeadshotReport

            try:
                report = self._app.headshots.examine(shot.path)
                side_px = GROUP_PX if len(report.faces) > 1 else HEADSHOT_PX
                return report, load_headshot(self._app, shot.path, side_px)
            except PhotoError as error:
                return HeadshotReport(shot.path, error=error.reason), None

        def keep(seen: tuple[HeadshotReport, Loaded | None]) -> None:
            shot.report, shot.loaded = seen
            self._take_in(draft)

        def give_up(error: BaseException) -> None:
            from facesorter.pipeline.enrol import HeadshotReport

            shot.report = HeadshotReport(shot.path, error=str(error))
            self._take_in(draft)

        self._jobs.look(look, keep).failed.connect(give_up)

    def _take_in(self, draft: Draft) -> None:
        draft.guess_name()
        self.compare(draft)
        self.seen.emit()

    def compare(self, draft: Draft) -> None:
        """Find out whether the pictures of a person may not show the same one, once all are looked at."""
        from facesorter.domain.matching import CHECK_FROM
        from facesorter.pipeline.enrol import Headshot

        draft.doubtful = False
        headshots = [Headshot(shot.path, shot.chosen) for shot in draft.usable]
        if len(headshots) < 2 or draft.is_pending:
            return

        def keep(same: bool) -> None:
            if headshots == [Headshot(shot.path, shot.chosen) for shot in draft.usable]:
                draft.doubtful = not same
                self.seen.emit()

        self._jobs.look(lambda: self._app.headshots.same_person(headshots, CHECK_FROM), keep)
