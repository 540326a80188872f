"""The whole way of one run: scan, ask, settle, decide, copy.

Provisional verdicts come while photos are still being read, and what is sure by the headshots alone is copied at
once; when every photo has its answer, the references grow, and one pass over the stored answers gives each photo its
final verdict.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facesorter.domain.events import (
    CopyFailed,
    Event,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    ReferencesGrew,
    RunFinished,
)
from facesorter.domain.matching import DEFAULT_THRESHOLD
from facesorter.domain.models import Balance, Person, Photo, Pile, Verdict
from facesorter.domain.planning import CopyOrder
from facesorter.domain.ports import AnsweredPhoto, Catalog, Copier, Executor, FaceEngine, Journal, PhotoSource
from facesorter.pipeline.ask import ask
from facesorter.pipeline.copy import copy
from facesorter.pipeline.decide import Sought, decide, decide_all
from facesorter.pipeline.enrol import Wanted
from facesorter.pipeline.scan import scan
from facesorter.pipeline.settle import settle

COPY_TOGETHER = 16
"""Sure photos gathered before they are copied, so that one fsync of the folder serves them all."""


@dataclass(frozen=True, slots=True)
class SortRequest:
    """What the user asks for."""

    people: tuple[Wanted, ...]
    folders: tuple[str, ...]
    """Folders and single pictures to look through."""
    destination: str
    """The folder that receives one `PhotosWith...` folder a person."""
    recursive: bool = True
    threshold: float = DEFAULT_THRESHOLD
    include_check: bool = False
    """Copy the Check pile too."""
    dry_run: bool = False
    """Look only: nothing is written into the destination."""
    link: str = "copy"
    """`copy`, `hard` (hard link) or `reflink`."""

    @property
    def copied_piles(self) -> frozenset[Pile]:
        return frozenset({Pile.SURE, Pile.CHECK} if self.include_check else {Pile.SURE})


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with."""

    engine: FaceEngine
    source: PhotoSource
    catalog: Catalog
    journal: Journal
    copier: Copier
    executor: Executor


class Sort:
    """One run. `sought` are its people as they are known so far: their references grow while it goes on."""

    def __init__(self, sought: Sequence[Sought], request: SortRequest, tools: Tools) -> None:
        self.sought = tuple(sought)
        self.request = request
        self.run_id = 0
        self._tools = tools
        self._orders: list[CopyOrder] = []
        self._counts: Counter[tuple[int, str]] = Counter()
        self._ordered: set[tuple[int, int]] = set()

    def run(self) -> Iterator[Event]:
        """Find these people in the source and copy what is sure; ends with `RunFinished`.

        Raises `UserError` for what ends the run; closing the generator stops it and leaves nothing half done.
        """
        tools = self._tools
        yield from scan(tools.source, tools.catalog)
        self.run_id = tools.journal.begin_run([one.person for one in self.sought], self.request.destination)
        yield from self._ask()
        self.sought, added = settle(self.sought, tools.engine, tools.catalog)
        if added:
            yield ReferencesGrew(added)
        yield from self._finish()

    def _ask(self) -> Iterator[Event]:
        """Ask about every photo without an answer; provisional verdicts, and copies of what is sure already."""
        tools, sought, threshold = self._tools, self.sought, self.request.threshold
        questions = tools.engine.questions([one.reference for one in sought])
        if next(tools.catalog.unanswered(questions), None) is None:
            return
        for answered, verdicts in decide_all(sought, threshold, tools.engine, tools.catalog):
            if verdicts:
                yield from self._provisional(answered, verdicts)
        for photo, reason in ask(questions, tools.engine, tools.source.read, tools.catalog, tools.executor):
            if reason is not None:
                yield PhotoFailed(photo, reason)
                continue
            answers = tools.catalog.answers_of(photo.id, questions)
            for answered, verdicts in decide(sought, threshold, tools.engine, [answers]):
                yield from self._provisional(answered, verdicts)
        yield from self._copy()

    def _provisional(self, answered: AnsweredPhoto, verdicts: tuple[Verdict, ...]) -> Iterator[Event]:
        yield PhotoCompared(answered.photo, verdicts, final=False)
        for verdict in verdicts:
            if verdict.pile is Pile.SURE and not self.request.dry_run:
                yield from self._order(answered.photo, verdict.person)

    def _finish(self) -> Iterator[Event]:
        """Every photo's final verdict, the copies still to make, and the balance."""
        people = [one.person for one in self.sought]
        tools, threshold = self._tools, self.request.threshold
        for answered, verdicts in decide_all(self.sought, threshold, tools.engine, tools.catalog):
            if not verdicts:
                yield PhotoFailed(answered.photo, answered.problem or "It was not looked at.", final=True)
                self._counts.update((person.id, Pile.PROBLEM) for person in people)
                continue
            yield PhotoCompared(answered.photo, verdicts, final=True)
            for verdict in verdicts:
                if verdict.pile in self.request.copied_piles:
                    yield from self._order(answered.photo, verdict.person)
                else:
                    self._counts[verdict.person.id, verdict.pile] += 1
        yield from self._copy()
        yield RunFinished(self.run_id, tuple(self._balance(person) for person in people))

    def _order(self, photo: Photo, person: Person) -> Iterator[Event]:
        if (person.id, photo.id) in self._ordered:
            return
        self._ordered.add((person.id, photo.id))
        folder = os.path.join(self.request.destination, person.folder_name)
        self._orders.append(CopyOrder(photo, person, folder))
        if len(self._orders) >= COPY_TOGETHER:
            yield from self._copy()

    def _copy(self) -> Iterator[Event]:
        orders, self._orders = self._orders, []
        for event in copy(orders, self.run_id, self._tools.copier, self._tools.journal):
            match event:
                case PhotoCopied():
                    self._counts[event.person.id, "copied"] += 1
                case PhotoAlreadyThere():
                    self._counts[event.person.id, "already there"] += 1
                case CopyFailed():
                    self._counts[event.person.id, Pile.PROBLEM] += 1
                case _:
                    pass
            yield event

    def _balance(self, person: Person) -> Balance:
        def count(what: str) -> int:
            return self._counts[person.id, what]

        return Balance(
            person=person,
            copied=count("copied"),
            already_there=count("already there"),
            check=count(Pile.CHECK),
            not_them=count(Pile.NOT_THEM),
            no_face=count(Pile.NO_FACE),
            problems=count(Pile.PROBLEM),
        )
