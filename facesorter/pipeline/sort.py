"""The whole way of one run: scan, analyze, grow, decide, copy.

Provisional verdicts come while photos are still being read, and what is sure by the headshots alone is copied at
once; when every photo has its analysis, the references grow, and one pass over the stored analyses gives each photo its
final verdict. A photo that may have to leave its name to an earlier one waits for that: names follow from the verdicts
and the order of the photos, and not from what was known when.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

from facesorter.domain.events import (
    CompanionsLeft,
    CostEstimated,
    Event,
    MoneySpent,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    ReferencesGrew,
    RunFinished,
)
from facesorter.domain.models import Person, Photo, Pile, Verdict
from facesorter.domain.planning import CopyOrder
from facesorter.domain.ports import AnalyzedPhoto, Copier, FaceEngine
from facesorter.domain.spending import CallEstimate, Cost, SavingsMode
from facesorter.pipeline.analyze import analyze
from facesorter.pipeline.analyze_stored import analyze_stored
from facesorter.pipeline.asking_second import analyze_second
from facesorter.pipeline.counter_examples import with_counter_examples
from facesorter.pipeline.decide import decide, decide_all
from facesorter.pipeline.estimate import calls_for, calls_for_all
from facesorter.pipeline.final_verdicts import FinalVerdicts
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.reconsider import Reconsidering
from facesorter.pipeline.scan import scan
from facesorter.pipeline.second_opinion import First, Second, decide_one_with_second, unasked
from facesorter.pipeline.sort_request import SortRequest
from facesorter.pipeline.sort_tools import Tools
from facesorter.pipeline.sure_copies import SureCopies
from facesorter.pipeline.write_names import NamesToWrite


class Sort:
    """One run. `person_queries` are its people as they are known so far: their references grow while it goes on."""

    def __init__(self, person_queries: Sequence[PersonQuery], request: SortRequest, tools: Tools) -> None:
        self.person_queries = tuple(person_queries)
        self.request = request
        self._tools = tools
        self._copying = SureCopies(request, tools)
        self.reconsidering: Reconsidering | None = None
        """Decides anew what an engine that costs nothing has found; None before the final verdicts."""
        self._unjudged: dict[bytes | None, str] = {}
        """Why the second engine could not look, by content."""

    def run(self) -> Generator[Event]:
        """Find these people in the source and copy what is sure; ends with `RunFinished`.

        Raises `UserError` for what ends the run; closing the generator stops it and leaves nothing half done.
        """
        tools = self._tools
        yield from scan(tools.source, tools.catalog, tools.companions)
        self.begin()
        self._set_apart()
        yield from self._ask()
        if self._first_decides and not tools.engine.paid:
            self._set_apart()  # now that every photo has its analysis
            self.person_queries, added = grow_references(self.person_queries, tools.engine, tools.catalog)
            if added:
                yield ReferencesGrew(added)
        if tools.second is not None:
            yield from self._ask_second(tools.second)
        yield from self._finish()

    def begin(self) -> int:
        """Note in the journal that the run begins; what the journal calls it."""
        people = [one.person for one in self.person_queries]
        self._copying.run_id = self._tools.journal.begin_run(people, self.request.destination)
        return self._copying.run_id

    def _set_apart(self) -> None:
        engine = self._tools.engine
        if not engine.paid:
            self.person_queries = with_counter_examples(
                self.person_queries, engine, self._tools.catalog, self.request.threshold
            )

    @property
    def run_id(self) -> int:
        """What the journal calls this run; 0 before it had found its photos."""
        return self._copying.run_id

    def copy(self, orders: Iterable[CopyOrder], copier: Copier) -> Iterator[Event]:
        """Carry out orders for photos of this run, as a part of it, and name who is in them; see `pipeline.copy`."""
        names = NamesToWrite()
        writes_names = self.request.write_names and not copier.dry_run
        for event in self._copying.carry_out(orders, copier):
            match event:
                case PhotoCopied(photo, person, target) | PhotoAlreadyThere(photo, person, target) if writes_names:
                    self._name(names, photo, person)
                    names.copied(photo, person, target)
                case _:
                    pass
            yield event
        if self._tools.sidecars is not None:
            yield from names.write(self._tools.sidecars, copier, self._tools.journal, self._copying.carry_out)

    def _name(self, names: NamesToWrite, photo: Photo, wanted: Person) -> None:
        """Of a photo that is wanted for somebody that person is in it, whatever the run has found."""
        engine = self._tools.engine
        analyzed = self._tools.catalog.analyzed_photo(
            photo.id, engine.queries([one.reference for one in self.person_queries])
        )
        for _photo, verdicts in decide(self.person_queries, self.request.threshold, engine, [analyzed]):
            sure = (one._replace(pile=Pile.SURE) if one.person.id == wanted.id else one for one in verdicts)
            names.decided(analyzed, sure, engine)

    @property
    def spent(self) -> Cost | None:
        """What the run has cost so far; None if it cannot cost anything."""
        return None if self._tools.meter is None else self._tools.meter.spent

    @property
    def engine(self) -> FaceEngine:
        """The engine that looked at every photo."""
        return self._tools.engine

    @property
    def _first_decides(self) -> bool:
        """Whether what the first engine says stands until the second has spoken."""
        return self._tools.second is None or self._tools.second.savings is SavingsMode.HYBRID

    @property
    def _first(self) -> First:
        return First(self._tools.engine, self.person_queries, self.request.threshold, self._tools.catalog)

    def _ask(self) -> Iterator[Event]:
        """Ask about every photo without an analysis; provisional verdicts, and copies of what is sure already."""
        tools, person_queries, threshold = self._tools, self.person_queries, self.request.threshold
        queries = tools.engine.queries([one.reference for one in person_queries])
        if next(tools.catalog.unanalyzed(queries), None) is None:
            return
        if tools.engine.paid:
            yield from self._estimate(calls_for_all(queries, tools.catalog))
        for analyzed, verdicts in decide_all(person_queries, threshold, tools.engine, tools.catalog):
            if verdicts:
                yield from self._provisional(analyzed, verdicts)
        for photo, reason in self._asked(queries):
            if tools.engine.paid:
                yield from self._spent()
            if reason is not None:
                self._copying.met(photo)
                yield PhotoFailed(photo, reason)
                continue
            analyses = tools.catalog.analyzed_photo(photo.id, queries)
            for analyzed, verdicts in decide(person_queries, threshold, tools.engine, [analyses]):
                yield from self._provisional(analyzed, verdicts)
        yield from self._copying.finish()

    def _asked(self, queries: Sequence[str]) -> Iterator[tuple[Photo, str | None]]:
        """Ask about objects of S3 where they lie, if that can be done, and read all other photos."""
        tools = self._tools

        def todo() -> Iterator[tuple[Photo, Sequence[str]]]:
            return ((photo, queries) for photo in tools.catalog.unanalyzed(queries))

        if tools.where_it_lies is not None:
            yield from analyze_stored(todo(), tools.where_it_lies, tools.engine, tools.catalog, tools.executor)
        yield from analyze(todo(), tools.engine, tools.source, tools.catalog, tools.executor)

    def _ask_second(self, second: Second) -> Iterator[Event]:
        """Tell the price, ask the paid engine, and copy what is sure now."""
        calls = calls_for(unasked(first := self._first, second), second.sheets)
        if not calls.most:
            return
        yield from self._estimate(calls)
        for photo, reason in analyze_second(first, second, self._tools.source):
            yield from self._spent()
            if reason is not None:
                self._unjudged[photo.content] = reason
            analyzed, verdicts = decide_one_with_second(first, second, photo.id)
            if verdicts:
                yield from self._compared(analyzed, verdicts)
            elif reason is not None:
                yield PhotoFailed(photo, reason)
        yield from self._copying.finish()

    def _estimate(self, calls: CallEstimate) -> Iterator[Event]:
        """Tell the price, and hold the meter to it."""
        meter, terms = self._tools.meter, self.request.terms
        if meter is not None and terms is not None:
            meter.agree(calls)
            likely, most = meter.cost_of(calls.likely), meter.cost_of(calls.most)
            yield CostEstimated(terms.savings, likely, most, meter.most_dollars)

    def _spent(self) -> Iterator[Event]:
        if self.spent is not None:
            yield MoneySpent(self.spent)

    def _provisional(self, analyzed: AnalyzedPhoto, verdicts: tuple[Verdict, ...]) -> Iterator[Event]:
        """What the first engine says, where that means anything yet: nobody is in a photo without a face."""
        if self._first_decides or all(verdict.pile is Pile.NO_FACE for verdict in verdicts):
            yield from self._compared(analyzed, verdicts)

    def _compared(self, analyzed: AnalyzedPhoto, verdicts: tuple[Verdict, ...]) -> Iterator[Event]:
        self._copying.met(analyzed.photo)
        yield PhotoCompared(analyzed.photo, verdicts, final=False)
        for verdict in verdicts:
            if verdict.pile is Pile.SURE and not self.request.dry_run:
                yield from self._copying.order_early(analyzed.photo, verdict.person)
        yield from self._copying.finish_late()

    def _finish(self) -> Iterator[Event]:
        """Every photo's final verdict, the copies still to make, and the balance."""
        tools, final = self._tools, FinalVerdicts(self._first, self.request, self._copying)
        if tools.second is not None:
            yield from final.with_second(tools.second, self._unjudged)
        else:
            if not tools.engine.paid:
                self.reconsidering = Reconsidering(self.person_queries, tools.engine, tools.catalog)
            yield from final.alone(self.reconsidering)
        yield from self._copying.finish_all()
        yield from self._copying.write_names()
        if self._copying.beside:
            yield CompanionsLeft(len(self._copying.beside))
        yield RunFinished(self.run_id, tuple(self._copying.balance(one.person) for one in self.person_queries))
