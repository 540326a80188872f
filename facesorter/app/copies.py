"""What the journal knows of copies: taking a run back, and checking that all of them still stand."""

from __future__ import annotations

from collections.abc import Iterator

from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.events import Event
from facesorter.pipeline.check import check
from facesorter.pipeline.undo import undo_run


class Copies:
    """Everything that was ever copied, whichever session did it."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def undo(self, run_id: int) -> Iterator[Event]:
        """Remove the copies a run made, if they are unchanged."""
        try:
            yield from undo_run(run_id, self._profile.places.copier("copy"), self._profile.journal)
        finally:
            self._profile.changes.tell(Subject.COPIES)

    def check(self, *, repair: bool) -> Iterator[Event]:
        """Compare every copy with the journal and with its photo; see `pipeline.check`."""
        return check(self._profile.places.copier("copy"), self._profile.journal, repair=repair)
