"""A search for duplicates in the window, and what was found by it or by an earlier one: its jobs and its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from facesorter.ui.insights.charts import pairs_net, similarities_chart
from facesorter.ui.insights.series import Bars, Net
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from facesorter.app.found_pairs import FoundPairs
    from facesorter.app.services import Services
    from facesorter.duplicates.decisions import Verdict
    from facesorter.duplicates.pairs import Pair, PairCount

MOST_TIED = 24
"""Pairs of names in the network; all others are in the list."""

LEAST = 50
"""Similarity from which on a search of the window reports faces."""


class State(Enum):
    """What goes on."""

    READY = auto()
    SEARCHING = auto()
    READING = auto()
    STOPPING = auto()


class Found(NamedTuple):
    """What is shown of a search for a threshold: how its pictures came out, and its pairs."""

    outcomes: dict[str, int]
    bars: Bars
    first: int
    number: PairCount
    pairs: list[Pair]
    tied: list[Pair]
    net: Net


class Searching(QObject):
    """One search at a time.

    `progressed` carries pictures (or reports) done and in all, `read` that there is something new to show, `failed`
    what stood in the way; `state_changed` follows every change of `state`.
    """

    progressed = Signal(int, int)
    state_changed = Signal()
    read = Signal()
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._jobs = app, jobs
        self.state = State.READY
        self.found: FoundPairs | None = None
        self._job: Job | None = None
        self._asked = 0

    def search(self, source: str, rule: str) -> None:
        """Search this folder or place in S3, and read what was found."""

        def steps() -> Iterator[Any]:
            from facesorter.app.duplicates import Search, naming_of
            from facesorter.domain.places import resolved
            from facesorter.duplicates.run import Looked

            out = self._app.paths.search(resolved(source))
            search = Search(source, naming_of(rule), str(out), LEAST, 100.0)
            with closing(self._app.insights.find_duplicates(search)) as events:
                for event in events:
                    if isinstance(event, Looked):
                        yield event.done, event.total
            yield str(out)

        self._begin(State.SEARCHING, steps)

    def open_earlier(self, source: str) -> None:
        """Read what the last search of this source has found, if it was ever searched in the window."""

        def steps() -> Iterator[Any]:
            from facesorter.domain.places import resolved

            out = self._app.paths.search(resolved(source))
            if out.is_dir():
                yield str(out)

        self._begin(State.READING, steps)

    def open_reports(self, out: str) -> None:
        """Read what a search of the command line has found, in the folder given to it with --out."""

        def steps() -> Iterator[Any]:
            yield out

        self._begin(State.READING, steps)

    def stop(self) -> None:
        """End it; what was looked at is kept."""
        if self._job is not None and self.state in (State.SEARCHING, State.READING):
            self._job.cancel()
            self._set(State.STOPPING)

    @property
    def busy(self) -> bool:
        return self.state is not State.READY

    def _begin(self, state: State, steps: Callable[[], Iterator[Any]]) -> None:
        if self.busy:
            return

        def whole() -> Iterator[Any]:
            out: str | None = None
            for step in steps():
                if isinstance(step, str):
                    out = step
                else:
                    yield step
            if out is not None:
                found = self._app.insights.found_pairs(out)
                yield State.READING
                for looked in found.refresh():
                    yield looked.done, looked.total
                yield found

        self._set(state)
        self._job = job = self._jobs.run(whole)
        job.reported.connect(self._take)
        job.failed.connect(self.failed)
        job.finished.connect(self._ended)

    def _take(self, reports: list[Any]) -> None:
        for report in reports:
            if isinstance(report, State):
                if self.state is not State.STOPPING:
                    self._set(report)
            elif not isinstance(report, tuple):
                self.found = report
                self.read.emit()
        last = reports[-1]
        if isinstance(last, tuple):
            self.progressed.emit(*last)

    def _ended(self) -> None:
        self._job = None
        self._set(State.READY)

    def _set(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()

    def show(self, at_least: float, percent: int | None, most: int, then: Callable[[Found], None]) -> None:
        """Have it added up for a threshold, and what is asked for last shown."""
        found = self.found
        if found is None:
            return
        self._asked += 1
        asked = self._asked

        def steps() -> Iterator[Found]:
            bars, first = similarities_chart(found.similarities())
            tied = found.pairs(at_least, most=MOST_TIED)
            pairs = found.pairs(at_least if percent is None else 0, percent, most)
            yield Found(found.outcomes(), bars, first, found.count(at_least), pairs, tied, pairs_net(tied))

        def take(results: list[Found]) -> None:
            if asked == self._asked and found is self.found and isValid(self):  # the window may be gone
                then(results[0])

        job = self._jobs.run(steps)
        job.reported.connect(take)
        job.failed.connect(self.failed)

    def decide(self, names: tuple[str, str], verdict: Verdict | None, then: Callable[[], None]) -> None:
        """Remember what the user said; `then` once it is kept."""
        found = self.found
        if found is None:
            return

        self._jobs.remember(lambda: found.decide(names, verdict), lambda _nothing: then()).failed.connect(self.failed)
