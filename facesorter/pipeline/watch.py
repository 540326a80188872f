"""Sort again whenever photos were added, and tell only what is new.

Each round is a whole run over the stored analyses, so that the folders hold what a run by hand would have put there;
what a drive says of its changes only makes the next look come sooner, as not every drive says anything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from time import monotonic, time_ns

from facesorter.domain.errors import StorageUnavailable, WrongUse
from facesorter.domain.events import (
    CompanionCopied,
    CompanionFailed,
    CompanionsLeft,
    CopyFailed,
    Event,
    HeadshotFailed,
    NamesWritten,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    PhotosFound,
    ReferencesGrew,
    RunFinished,
    RunPaused,
    SamePicture,
)
from facesorter.domain.films import Film, StopCheck
from facesorter.domain.listing import FolderEntry, KnownFolder, Listing
from facesorter.domain.models import Metadata, Photo
from facesorter.domain.ports import PhotoSource, Watcher

STABLE_SECONDS = 2.0
"""How long a photo must have kept its size and time before it counts as complete."""

PATIENCE_SECONDS = 20.0
"""How long a new photo that cannot be decoded may be one that is still arriving, over a slow network."""

RESCAN_SECONDS = 60.0
"""Time between two looks where no change was announced, and before a pause ends."""

REST = 4
"""A look may take a fifth of the time: so many times as long as it took is waited before the next one."""

Sorting = Callable[[PhotoSource], Generator[Event]]


def watch(source: PhotoSource, sort: Sorting, watcher: Watcher, stopped: threading.Event) -> Iterator[Event]:
    """The events of a first run of `sort`, then those that are new of each further one, until `stopped` is set.

    Raises what ends the first run. Later `RunPaused` tells what stands in the way, and it is tried again by itself.
    """
    stable_source = StableSource(source)
    news = _News()
    trouble = ""
    todo = False
    while not stopped.is_set():
        began = looked = monotonic()
        try:
            todo |= stable_source.look()
            looked = monotonic()
            if todo or news.is_due:
                yield from _round(sort(stable_source), news, stopped)
            todo, trouble = False, ""
        except (StorageUnavailable, WrongUse) as error:
            if news.is_first:
                raise
            if str(error) != trouble:
                trouble = str(error)
                yield RunPaused(trouble)
        stopped.wait(REST * (looked - began))
        watcher.wait(STABLE_SECONDS / 2 if stable_source.is_waiting or news.is_waiting else RESCAN_SECONDS)


def _round(events: Generator[Event], news: _News, stopped: threading.Event) -> Iterator[Event]:
    try:
        for event in events:
            if stopped.is_set():
                return
            told_at = monotonic()
            if news.tells(event):
                yield event
            if isinstance(event, RunPaused):
                stopped.wait(RESCAN_SECONDS - (monotonic() - told_at))
    finally:
        events.close()
    news.round_ended()


class StableSource:
    """A `PhotoSource` that holds a photo back until it has kept its size and time for a while."""

    def __init__(self, source: PhotoSource) -> None:
        self._source = source
        # Hashes: of the path, and of size and time. A hundred thousand paths would be a burden.
        self._stable: dict[int, int] = {}
        self._arriving: dict[int, tuple[int, float]] = {}
        self._looked = False

    @property
    def is_waiting(self) -> bool:
        """Whether a photo is held back."""
        return bool(self._arriving)

    def look(self) -> bool:
        """Go through all photos; whether one has stable since the last look, or this is the first.

        At the first look only what was written just now is held back.
        """
        stable: dict[int, int] = {}
        arriving: dict[int, tuple[int, float]] = {}
        now, oldest_ns = monotonic(), time_ns() - round(STABLE_SECONDS * 1e9)
        for listing in self._source.listings():
            for entry in listing.entries:
                path, state = _hashes(listing, entry)
                before, since = self._arriving.get(path, (state, now))
                waited = before == state and now - since >= STABLE_SECONDS
                old = not self._looked and not oldest_ns < entry.modified_ns <= time_ns()
                if waited or old or self._stable.get(path) == state:
                    stable[path] = state
                else:
                    arriving[path] = (state, since if before == state else now)
        new = not self._looked or any(self._stable.get(path) != state for path, state in stable.items())
        self._stable, self._arriving, self._looked = stable, arriving, True
        return new

    def listings(self) -> Iterator[Listing]:
        """Those of the source, with the photos that had stable when they were looked at last."""
        for listing in self._source.listings():
            entries = tuple(entry for entry in listing.entries if self._is_stable(listing, entry))
            # What is held back is not gone: it stays the photo that it was.
            whole = listing.whole and len(entries) == len(listing.entries)
            yield replace(listing, entries=entries, whole=whole)

    def gone(self, folder: KnownFolder, names: Callable[[], Sequence[str]]) -> Sequence[str]:
        """See `PhotoSource.gone`."""
        return self._source.gone(folder, names)

    def read(self, path: str) -> bytes:
        """As the source."""
        return self._source.read(path)

    def describe(self, data: bytes) -> Metadata:
        """As the source."""
        return self._source.describe(data)

    def film(self, path: str, stopped: StopCheck) -> AbstractContextManager[Film]:
        """As the source."""
        return self._source.film(path, stopped)

    def _is_stable(self, listing: Listing, entry: FolderEntry) -> bool:
        path, state = _hashes(listing, entry)
        return self._stable.get(path) == state


def _hashes(listing: Listing, entry: FolderEntry) -> tuple[int, int]:
    return hash((listing.folder, entry.name)), hash((entry.size, entry.modified_ns))


class _News:
    """What was announced about each photo, so that it is not announced again."""

    def __init__(self) -> None:
        self.is_first = True
        self._told: dict[int, int] = {}
        self._failing: dict[int, float] = {}
        self._still_failing: dict[int, float] = {}
        self._any = False

    @property
    def is_waiting(self) -> bool:
        """Whether a problem is not told yet, because it may pass."""
        return bool(self._failing)

    @property
    def is_due(self) -> bool:
        """Whether such a problem has lasted too long."""
        return any(monotonic() - since >= PATIENCE_SECONDS for since in self._failing.values())

    def round_ended(self) -> None:
        """The next events are of another run."""
        self.is_first = self._any = False
        self._failing, self._still_failing = self._still_failing, {}

    def tells(self, event: Event) -> bool:
        """Whether the event is worth telling."""
        match event:
            case PhotoCompared(photo, verdicts, final=True):
                return self._is_new(photo, "verdict", *(verdict.pile for verdict in verdicts))
            case PhotoFailed(photo, reason, final=True):
                return not self._may_pass(photo) and self._is_new(photo, "verdict", reason)
            case PhotoCopied(photo, person) | PhotoAlreadyThere(photo, person):
                return self._is_new(photo, f"copy {person.id}", "there") or isinstance(event, PhotoCopied)
            case CopyFailed(photo, person, reason):
                return self._is_new(photo, f"copy {person.id}", reason)
            case SamePicture(photo, person, same):
                return self._is_new(photo, f"copy {person.id}", same)
            case CompanionCopied(source, person, target, already_there=there):
                return self._is_news_of(source, f"beside {person.id}", target) or not there
            case NamesWritten(source, person, target, there):
                return self._is_news_of(source, f"names {person.id}", target) or not there
            case CompanionFailed(source, person, reason):
                return self._is_news_of(source, f"beside {person.id}", reason)
            case CompanionsLeft(count):
                return self._is_news_of("", "left", str(count))
            case PhotoCompared() | PhotoFailed() | PhotosFound() | HeadshotFailed() | ReferencesGrew():
                return self.is_first
            case RunFinished():
                return self.is_first or self._any
            case _:
                return True

    def _is_new(self, photo: Photo, what: str, *told: str) -> bool:
        return self._is_news_of((photo.path, photo.content), what, *told)

    def _is_news_of(self, whom: Hashable, what: str, *told: str) -> bool:
        about, now = hash((whom, what)), hash(told)
        before = self._told.get(about)
        self._told[about] = now
        self._any |= before != now
        return before != now

    def _may_pass(self, photo: Photo) -> bool:
        about = hash(photo.path)
        since = self._failing.get(about, monotonic())
        if self.is_first or monotonic() - since >= PATIENCE_SECONDS:
            return False
        self._still_failing[about] = since
        return True
