"""A folder, or what else can be listed, brought up to date: what is new is looked at, what is gone is forgotten."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from facesorter.domain.errors import PhotoError
from facesorter.domain.places import below, key_below
from facesorter.domain.ports import Executor, PhotoSource
from facesorter.duplicates.index import FaceIndex, Picture
from facesorter.duplicates.matching import Matcher
from facesorter.duplicates.naming import Naming
from facesorter.duplicates.notices import Outbox, SomeDecided

_COMMIT_EVERY = 32


@dataclass(frozen=True, slots=True)
class Looked:
    """So many of the pictures that are new were looked at."""

    done: int
    total: int


class Listed(NamedTuple):
    """The pictures and their paths by key, what cannot be read, and whether nothing can have been overlooked."""

    pictures: dict[str, Picture]
    paths: dict[str, str]
    problems: dict[str, str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended: every picture is counted once among `matched`, `alone`, `no_face`, `too_poor` and `problems`.

    `unnamed` are those, of any kind, that no rule names. `changed` counts reports, `notices` messages.
    """

    pictures: int = 0
    looked_at: int = 0
    matched: int = 0
    alone: int = 0
    no_face: int = 0
    too_poor: int = 0
    problems: Mapping[str, str] = field(default_factory=dict[str, str])
    unnamed: tuple[str, ...] = ()
    gone: int = 0
    changed: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """What a run works with. `root` is the source's folder or `s3://` place, whose pictures' keys lie below it."""

    root: str
    source: PhotoSource
    naming: Naming
    index: FaceIndex
    matcher: Matcher
    outbox: Outbox
    decided: SomeDecided
    notify_from: float

    def new(self, listed: Listed) -> list[str]:
        """The keys of the pictures that are to be looked at."""
        known = self.index.known()
        return [
            key for key, picture in listed.pictures.items() if key not in known or known[key].version != picture.version
        ]

    def events(self, executor: Executor, listing: Listed | None = None) -> Iterator[Looked | Summary]:
        """Bring everything up to date; the last event is the `Summary`. Breaking off loses nothing that was looked at.

        `listing` is given where the source was listed already. Raises what the source raises for the whole of it.
        """
        listing = listing or self.listed()
        listed, paths, problems, whole = listing
        known = self.index.known()
        new = self.new(listing)
        renamed = [key for key, one in listed.items() if key in known and known[key].name != one.name]
        gone = [key for key in known if key not in listed] if whole else []
        touched = {*new, *renamed, *gone}
        touched |= self.matcher.neighbors(touched)
        touched |= {key for key in listed if key in known and not self.matcher.is_of(key, self.index.contents(key))}
        yield from self._look(new, listed, paths, executor)
        for key in renamed:
            self.index.rename(key, listed[key].name)
        for path, problem in problems.items():
            self.index.fail(Picture(path, "", self.naming(path)), problem)
            touched.add(path)
        self.index.remove(gone)
        self.index.commit()
        changed = self.matcher.refresh(touched)
        notices = self.matcher.notify(sorted(self.index.known()), self.outbox, self.notify_from, self.decided)
        yield self._summary(Summary(looked_at=len(new), gone=len(gone), changed=len(changed), notices=len(notices)))

    def listed(self) -> Listed:
        """What the source holds now. Raises what the source raises for the whole of it."""
        listed: dict[str, Picture] = {}
        paths: dict[str, str] = {}
        problems: dict[str, str] = {}
        for listing in self.source.listings():
            problems.update({key_below(self.root, path): problem for path, problem in listing.problems.items()})
            for entry in listing.entries:
                path = below(listing.folder, entry.name)
                key = key_below(self.root, path)
                version = entry.object.hex() if entry.object else f"{entry.size} {entry.modified_ns}"
                listed[key], paths[key] = Picture(key, version, self.naming(key)), path
        return Listed(listed, paths, problems, not problems)

    def _look(
        self, new: list[str], listed: Mapping[str, Picture], paths: Mapping[str, str], executor: Executor
    ) -> Iterator[Looked]:
        """Have every new picture looked at, as many at once as there are workers."""
        waiting: deque[Future[None]] = deque()
        done = 0
        for key in new:
            waiting.append(executor.submit(self._take_in, listed[key], paths[key]))
            while len(waiting) > 2 * executor.workers:
                waiting.popleft().result()
                done += 1
                if done % _COMMIT_EVERY == 0:
                    self.index.commit()
                yield Looked(done, len(new))
        while waiting:
            waiting.popleft().result()
            done += 1
            yield Looked(done, len(new))

    def _take_in(self, picture: Picture, path: str) -> None:
        try:
            data = self.source.read(path)
        except PhotoError as error:
            self.index.fail(picture._replace(version=""), error.sentence)  # so that the next run tries again
            return
        self.index.add(picture, data)

    def _summary(self, begun: Summary) -> Summary:
        counts = {"matched": 0, "alone": 0, "no_face": 0, "too_poor": 0}
        problems: dict[str, str] = {}
        unnamed: list[str] = []
        known = self.index.known()
        for key, picture in sorted(known.items()):
            report = self.matcher.report(key) or {}
            if picture.name is None:
                unnamed.append(key)
            if report.get("Problem") is not None:
                problems[key] = report["Problem"]
            elif report.get("Matches"):
                counts["matched"] += 1
            elif report.get("Faces"):
                counts["alone"] += 1
            else:
                counts["too_poor" if report.get("UnindexedFaces") else "no_face"] += 1
        return replace(begun, pictures=len(known), problems=problems, unnamed=tuple(unnamed), **counts)
