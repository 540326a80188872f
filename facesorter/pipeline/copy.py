"""Copy what was ordered, a batch at a time: announce, publish, sync, record, and only then tell.

Whenever an event is handed out, the journal knows all that lies in the folders, unless a folder that went out of reach
has to be synced still; so a listener may stop at any event, and a kill between two is made good by `recover`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from facesorter.domain.errors import (
    DiskFull,
    PhotoChanged,
    PhotoError,
    SourceUnavailable,
    StorageUnavailable,
    UserError,
)
from facesorter.domain.events import (
    CompanionCopied,
    CompanionFailed,
    CopyFailed,
    Event,
    PhotoAlreadyThere,
    PhotoCopied,
    RunPaused,
)
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo
from facesorter.domain.names import merging_key
from facesorter.domain.places import folder_of, name_of
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.domain.ports import Copier, Journal

BATCH = 32
"""Orders to a batch at most: two commits and one fsync a folder are shared by so many."""

BATCH_SECONDS = 0.4
"""A batch that takes longer is cut, and the next ones made smaller: Stop waits for the end of a batch."""

RETRY_DELAYS_S = (0.1, 0.2, 0.4)
"""Waits before a folder out of reach is tried again; short, because Stop waits for them too. Then the run pauses."""

_NAME_ATTEMPTS = 5

_log = logging.getLogger(__name__)


def copy(
    orders: Iterable[CopyOrder],
    run_id: int,
    copier: Copier,
    journal: Journal,
    identify: Callable[[Photo], Photo] | None = None,
) -> Iterator[Event]:
    """Carry the orders out; `PhotoCopied`, `PhotoAlreadyThere` or `CopyFailed` for each, once, when it is durable.

    After its photo comes each companion, with `CompanionCopied` or `CompanionFailed`.

    A full disk or a folder out of reach yields `RunPaused`: analyzing for the next event tries again, closing the
    generator gives up. Photos whose own folder is still gone then fail, since it may have been deleted. A copy that
    the journal knows and that looks as it was made is already there, by one look at the folder. `identify` gives a
    photo its content where it was never read.
    """
    copying = _Copying(orders, run_id, copier, journal, identify)
    failures = 0
    try:
        while copying.unfinished:
            trouble = copying.advance()
            if copying.events:
                failures = 0
            yield from copying.take_events()
            if trouble is None:
                continue
            if failures < len(RETRY_DELAYS_S) and not isinstance(trouble, DiskFull):
                time.sleep(RETRY_DELAYS_S[failures])
                failures += 1
                continue
            _log.warning("The run pauses: %s", trouble)
            yield RunPaused(str(trouble))
            copying.sources_awaited = isinstance(trouble, SourceUnavailable)
    finally:
        journal.left(copying.unrecorded)


def recover(journal: Journal, copier: Copier) -> None:
    """Make good what a kill left: our temporary files go, and complete copies are recorded as ours.

    What is out of reach waits for the next time.
    """
    for record, temporary in journal.unfinished():
        try:
            found = copier.adopt(record, temporary)
            if found is None:
                journal.abandoned([record.id])
            else:
                copier.sync([folder_of(record.target)])
                journal.published({record.id: found})
        except (PhotoError, UserError) as error:
            _log.warning("An interrupted copy cannot be cleared up yet: %s", error)


class _Copying:
    """The orders on their way: waiting, published but not recorded, told."""

    def __init__(
        self,
        orders: Iterable[CopyOrder],
        run_id: int,
        copier: Copier,
        journal: Journal,
        identify: Callable[[Photo], Photo] | None,
    ) -> None:
        self.events: list[Event] = []
        self.sources_awaited = False
        """The run has paused: a source folder that is still out of reach fails its photos and is not waited for."""
        self._run_id = run_id
        self._copier = copier
        self._journal = journal
        self._identify = identify
        self._waiting = deque(orders)
        self._size = BATCH
        self._deadline = 0.0
        self._published: dict[int, tuple[int, int]] = {}
        self._abandoned: list[int] = []
        self._to_tell: list[tuple[CopyOrder, str]] = []
        self._attempts: Counter[CopyOrder] = Counter()

    @property
    def unfinished(self) -> bool:
        return bool(self._waiting or self._published or self._abandoned)

    @property
    def unrecorded(self) -> list[int]:
        """The records of copies that were announced, and of which the journal does not know yet what became of them."""
        return [*self._published, *self._abandoned]

    def take_events(self) -> list[Event]:
        events, self.events = self.events, []
        return events

    @property
    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def advance(self) -> StorageUnavailable | None:
        """One batch; what stopped it, if anything did. What could not be tried waits on."""
        trouble = None
        self._deadline = time.monotonic() + BATCH_SECONDS
        batch: list[tuple[CopyOrder, Placement]] = []
        try:
            self._record()
            self._place(batch)
            self._publish(batch)
        except StorageUnavailable as error:
            trouble = error
        self._waiting.extendleft(order for order, _ in reversed(batch))
        try:
            self._record()
        except StorageUnavailable as error:
            trouble = trouble or error
        return trouble

    def _place(self, batch: list[tuple[CopyOrder, Placement]]) -> None:
        """Move orders from the queue to the batch; those that need no copy are dealt with at once."""
        names: set[tuple[str, str]] = set()
        for taken in range(self._size):
            if not self._waiting or (taken and self._is_late):
                break
            order = self._waiting[0]
            try:
                if self._identify and order.photo.content is None and not order.belongs_to:
                    order = self._waiting[0] = replace(order, photo=self._identify(order.photo))
                records = [] if order.belongs_to else self._journal.copies_of(order)
                known = next(filter(self._copier.intact, records), None)
                place = known.target if known else self._copier.place(order)
            except (PhotoError, SourceUnavailable) as error:
                self._fail(order, error)
                self._waiting.popleft()
                continue
            if isinstance(place, str):
                self._waiting.popleft()
                self._tell(order, place, already_there=True)
            elif self._copier.dry_run:
                self._waiting.popleft()
                self._copier.publish(order, place)
                self._tell(order, place.target, dry_run=True)
            else:
                paths = [place.target, *(one.name for one in order.for_companions(place.target))]
                new = {(order.folder, merging_key(name_of(path))) for path in paths}
                if not names.isdisjoint(new):
                    break  # the next batch will see the files that this one is about to publish
                names |= new
                self._waiting.popleft()
                batch.append((order, place))

    def _tell(self, order: CopyOrder, target: str, *, already_there: bool = False, dry_run: bool = False) -> None:
        """An order is carried out; what belongs to its photo comes next."""
        photo, person = order.photo, order.person
        if order.belongs_to:
            self.events.append(CompanionCopied(photo.path, person, target, order.belongs_to, already_there, dry_run))
        elif already_there:
            self.events.append(PhotoAlreadyThere(photo, person, target))
        else:
            self.events.append(PhotoCopied(photo, person, target, dry_run))
        self._waiting.extendleft(reversed(order.for_companions(target)))

    def _publish(self, batch: list[tuple[CopyOrder, Placement]]) -> None:
        """Announce and publish; what is dealt with leaves the batch."""
        if not batch:
            return
        ids = self._journal.intend(self._run_id, batch, held=True)
        self._abandoned = ids.copy()
        for record_id in ids:
            order, place = batch[0]
            try:
                self._published[record_id] = self._copier.publish(order, place)
            except FileExistsError:
                self._attempts[order] += 1
                if self._attempts[order] < _NAME_ATTEMPTS:
                    self._waiting.append(order)
                else:
                    self._fail(order, PhotoError(_("No free name was found for its copy.")))
            except (PhotoError, SourceUnavailable) as error:
                self._fail(order, error)
            else:
                self.sources_awaited = False
                self._abandoned.remove(record_id)
                self._to_tell.append((order, place.target))
            batch.pop(0)
            if self._is_late:
                break
        self._size = max(1, len(ids) - len(batch)) if self._is_late else min(BATCH, 2 * self._size)

    def _fail(self, order: CopyOrder, error: PhotoError | SourceUnavailable) -> None:
        """The photo has failed; but a source folder out of reach is waited for first."""
        if isinstance(error, SourceUnavailable) and not self.sources_awaited:
            raise error
        reason = error.reason if isinstance(error, PhotoError) else error.what_happened
        if order.belongs_to:
            self.events.append(CompanionFailed(order.photo.path, order.person, reason))
            return
        self.events.append(CopyFailed(order.photo, order.person, reason, isinstance(error, PhotoChanged)))

    def _record(self) -> None:
        """Sync and record what was published; only now it is told."""
        if self._published:
            self._copier.sync({folder_of(target) for _, target in self._to_tell})
            self._journal.published(self._published)
            self._published = {}
        if self._abandoned:
            self._journal.abandoned(self._abandoned)
            self._abandoned = []
        told, self._to_tell = self._to_tell, []
        for order, target in told:
            self._tell(order, target)
