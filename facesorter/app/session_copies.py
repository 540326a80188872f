"""The copies that a session made: what a change of mind would do to them, doing that, and taking all of them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from facesorter.app.other_copies import OtherCopies
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.events import Event
from facesorter.domain.models import Person, Photo
from facesorter.domain.places import below
from facesorter.domain.planning import CopyOrder, CopyPlan, plan_copies
from facesorter.domain.ports import Copier
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.undo import take_back, undo_run


class SessionCopies:
    """Keeps the numbers under which the journal knows the copies of one session."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._run_ids: list[int] = []
        self._others = OtherCopies(profile.places)

    def add_run(self, run_id: int, copier: Copier) -> None:
        """What the journal has under this number is of the session, and this has copied it."""
        self._run_ids.append(run_id)
        self._others.after(copier)

    def plan(self, sort: Sort, person: Person, sure: Iterable[Photo], not_sure: Iterable[Photo]) -> CopyPlan:
        """What would make the person's folder hold just the sure photos of the run."""
        request, profile = sort.request, self._profile
        folder = below(request.destination, person.folder_name)
        return plan_copies(
            (CopyOrder(photo, person, folder, request.keep_duplicates) for photo in sure),
            not_sure,
            filter(profile.places.copier("copy").intact, profile.journal.copies(person, request.destination)),
            self._others.within(folder),
        )

    def carry_out(self, sort: Sort, plan: CopyPlan) -> Iterator[Event]:
        """Make the copies of a plan and take back what it takes back, as part of the run."""
        self._profile.places.check_destination(sort.request.destination)
        if not sort.run_id:  # it looked back, and nothing was copied by it yet
            self._run_ids.append(sort.begin())
        copier = self._profile.places.copier(sort.request.link)
        try:
            yield from sort.copy(plan.to_copy, copier)
            yield from take_back(plan.to_take_back, copier, self._profile.journal)
        finally:
            self._profile.changes.tell(Subject.COPIES)

    def undo(self) -> Iterator[Event]:
        """Remove the copies, the last ones first, if they are unchanged."""
        try:
            for run_id in reversed(self._run_ids):
                yield from undo_run(run_id, self._profile.places.copier("copy"), self._profile.journal)
        finally:
            self._profile.changes.tell(Subject.COPIES)
