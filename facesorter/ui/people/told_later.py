"""What can wait until a person's photos are seen: whether their folder of copies has all, which groups may be theirs,
and of which age no face is known. All at once would take twice as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from facesorter.ui.people.known_by import KnownBy
from facesorter.ui.people.loading import PersonShown
from facesorter.ui.people.suggestion_card import SuggestionCard
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.services import Services

AFTER_MS = 100
"""Photos are painted by then."""


class ToldLater(QObject):
    """`told` carries how many photos are not copied yet (see `PersonShown`), `failed` what went wrong.

    `seen` comes once the photos are seen, for what others have to look for then.
    """

    seen = Signal()
    told = Signal(object)
    failed = Signal(object)

    def __init__(
        self, app: Services, jobs: Jobs, known_by: KnownBy, suggestion: SuggestionCard, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._app, self._jobs = app, jobs
        self._known_by, self._suggestion = known_by, suggestion
        self._about: PersonShown | None = None
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self._look)

    def be_about(self, shown: PersonShown) -> None:
        """These photos are shown now."""
        self._about = shown
        self._timer.start()

    def _look(self) -> None:
        shown, people, albums = self._about, self._app.people, self._app.albums
        if shown is None:
            return
        person = shown.details.person

        def count() -> int | None:
            photos = shown.photos if shown.wanted is None else people.photos_of(person)
            return albums.not_copied(person, photos)

        def tell(not_copied: int | None) -> None:
            if self._about is shown:
                self.told.emit(not_copied)

        self._jobs.look(count, tell).failed.connect(self.failed)
        self._suggestion.look()
        self._known_by.look_for_gap()
        self.seen.emit()
