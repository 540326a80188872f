"""Builds runs: from what the user asks for to the events of `pipeline.sort`."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.app.executor import ThreadExecutor
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError, WrongUse
from facesorter.domain.events import CostEstimated, Event, HeadshotFailed
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import EncodedPicture, Person, Portrait
from facesorter.domain.names import folder_name
from facesorter.domain.places import below, is_in_s3
from facesorter.domain.ports import Executor, FaceEngine, Meter, PhotoSource, SheetEngine
from facesorter.domain.spending import Cost, PricedTerms, SavingsMode, StopSignal, Terms
from facesorter.pipeline.copy import recover
from facesorter.pipeline.decide import PersonQuery
from facesorter.pipeline.enrol import Headshot, HeadshotReport, PersonRequest, enrol, examine
from facesorter.pipeline.estimate import estimate, estimated_calls, priced
from facesorter.pipeline.paid_engine import First, Second
from facesorter.pipeline.scan import scan
from facesorter.pipeline.sort import Sort, SortRequest, Tools
from facesorter.pipeline.watch import watch
from facesorter.places.disk.file_names import as_it_is_there
from facesorter.places.disk.watcher import FolderWatcher

if TYPE_CHECKING:
    from facesorter.engines.rekognition.engine import RekognitionEngine


class Sorting(Profile):
    """Everything up to the last verdict of a run."""

    def look_at_headshot(self, path: str) -> HeadshotReport:
        """What can be said of a headshot, in words; a picture that will not do is told of, not raised."""
        from facesorter.images import size_of

        try:
            picture = EncodedPicture(path, self.read(path))
            return examine(path, self.engine.faces(picture), *size_of(picture.data))
        except PhotoError as error:
            return HeadshotReport(path, error=error.reason)

    def same_person(self, headshots: Sequence[Headshot], threshold: float) -> bool:
        """Whether every headshot is at least as similar (0-100) to the first as `threshold`."""
        first, *others = (
            Portrait(EncodedPicture(shot.path, self.read(shot.path)), shot.face_index) for shot in headshots
        )
        references = [self.engine.enrol(str(number), [portrait]) for number, portrait in enumerate(others)]
        if not references:
            return True
        analyses = tuple(self.engine.analyze(query, first.picture) for query in self.engine.queries(references))
        faces = self.engine.similarities(references, [analyses])[0]
        return all(similarity >= threshold for similarity in faces[first.face_index or 0])

    def folder_preview(self, name: str) -> str:
        """The name of the folder a person's photos go to. Raises `WrongUse` with the reason why a name will not do."""
        return folder_name(name)

    def count(self, request: SortRequest) -> Iterator[Event]:
        """Find the photos of a request without looking at them."""
        return scan(self._source(request, [self._person(person, request) for person in request.people]), self.catalog)

    def estimate(self, request: SortRequest, executor: Executor) -> Iterator[Event]:
        """What the request would cost in each way; `CostEstimated` for each. Photos are looked at on this computer.

        Of photos in S3 they would all be downloaded for that.
        """
        first = First(self.engine, self._seek(request, self.engine)[0], request.threshold, self.catalog)
        terms = request.terms or Terms()
        with self._hired(request, Terms(SavingsMode.NONE, terms.most_dollars)) as (_, meter, _):
            source = self._source(request, [one.person for one in first.person_queries])

            def second(savings: SavingsMode) -> Second:
                with self._hired(request, Terms(savings, terms.most_dollars)) as (paid, _, _):
                    return paid

            yield from estimate(first, second, source, executor, meter)

    def estimate_unseen(self, request: SortRequest) -> Iterator[Event]:
        """What the request costs at most in its own way, as its listings tell: no photo is read."""
        yield from self.count(request)
        told = self.price(request)
        yield CostEstimated(told.terms.savings, told.cost, told.most, told.terms.most_dollars)

    def price(self, request: SortRequest) -> PricedTerms:
        """What the request costs at most, of the photos found last; nothing is looked at and nothing is sent.

        Raises `UserError` if there is no account, no region or no headshot that will do.
        """
        terms = request.terms or Terms()
        first = First(self.engine, self._seek(request, self.engine)[0], request.threshold, self.catalog)
        return self._price(request, terms, first)

    def _price(self, request: SortRequest, terms: Terms, first: First) -> PricedTerms:
        with self._hired(request, terms) as (paid, meter, _):
            return priced(self.cloud.account.region, terms, meter, estimated_calls(first, paid))

    def price_of_second_opinion(self, threshold: float, terms: Terms) -> PricedTerms:
        """What it costs to ask Amazon Rekognition about what the last run left to check. Raises as `price`."""
        last = self.last_sort
        person_queries = tuple(
            replace(one, decisions=self.catalog.decisions(one.person), grown=None) for one in last.person_queries
        )
        return self._price(last.request, terms, First(last.engine, person_queries, threshold, self.catalog))

    def watch(self, request: SortRequest, executor: Executor, stopped: threading.Event) -> Iterator[Event]:
        """A whole run, and another one whenever photos were added, until `stopped` is set; see `pipeline.watch`.

        Raises `WrongUse` for a request that costs money: nobody would see how much.
        """
        if request.terms is not None:
            raise WrongUse(
                _("Folders are watched on this computer alone, because nobody would see what each new photo costs."),
                _("Leave out Amazon Rekognition, or sort now and then."),
            )
        watcher = FolderWatcher([one for one in request.folders if not is_in_s3(one)], request.recursive, stopped)
        source = self._source(request, [self._person(person, request) for person in request.people])
        return watch(source, lambda stable: self.sort(request, executor, stable), watcher, stopped)

    def sort(
        self,
        request: SortRequest,
        executor: Executor,
        source: PhotoSource | None = None,
        stopped: StopSignal | None = None,
    ) -> Generator[Event]:
        """A whole run. Raises `UserError` for what ends it; see `Sort.run`. `source` stands in for the request's.

        Closing the generator stops it between two events; setting `stopped` also ends the wait for a service.
        """
        with ExitStack() as closing:
            second, meter, engine, where_it_lies = None, None, self.engine, None
            if request.terms is not None:
                second, meter, executor_of_calls = closing.enter_context(self._hired(request, request.terms, stopped))
                if request.terms.savings is SavingsMode.NONE:
                    engine, executor, second = second.engine, executor_of_calls, None
                    where_it_lies = self.cloud.where_it_lies(cast("RekognitionEngine", engine))
            person_queries, failed = self._seek(request, engine)
            yield from failed
            recover(self.journal, self._copier("copy"))
            if not request.dry_run:
                self._check_destination(request.destination)
            source = source or self._source(request, [one.person for one in person_queries])
            copier = self._copier(request.link, dry_run=request.dry_run)
            tools = Tools(engine, source, self.catalog, self.journal, copier, executor, second, meter, where_it_lies)
            self._sort = Sort(person_queries, request, tools)
            yield from self._sort.run()

    @contextmanager
    def _hired(
        self, request: SortRequest, terms: Terms, stopped: StopSignal | None = None
    ) -> Generator[tuple[Second, Meter, Executor]]:
        """Amazon Rekognition for one run: the engine and the people as it knows them, its meter, threads for calls."""
        engine = self.cloud.rekognition(terms, self.engine, stopped)
        sheets = cast("SheetEngine", engine) if terms.savings is SavingsMode.SHEETS else None
        executor = ThreadExecutor(CALLS_AT_ONCE)
        try:
            person_queries, _ = self._seek(request, engine)
            yield Second(engine, person_queries, terms.savings, executor, sheets), engine.calls.meter, executor
        finally:
            executor.close()

    def _seek(self, request: SortRequest, engine: FaceEngine) -> tuple[tuple[PersonQuery, ...], list[HeadshotFailed]]:
        """Whom to look for. A person without a usable headshot is left out, unless nobody else is looked for."""
        person_queries: list[PersonQuery] = []
        failed: list[HeadshotFailed] = []
        for person_request in request.people:
            try:
                reference, refused = enrol(person_request, engine, self.read)
            except WrongUse as error:
                if len(request.people) == 1:
                    raise
                path = person_request.headshots[0].path if person_request.headshots else ""
                failed.append(HeadshotFailed(person_request.name, path, str(error)))
                continue
            person = self._person(person_request, request)
            person_queries.append(PersonQuery(person, reference, self.catalog.decisions(person)))
            failed += refused
        if not person_queries:
            raise WrongUse(_("None of the headshots can be used."), *(event.reason for event in failed[:1]))
        return tuple(person_queries), failed

    def _person(self, person_request: PersonRequest, request: SortRequest) -> Person:
        """Who this is to the catalog, and the folder as the destination spells it."""
        person = self.catalog.person(person_request.name)
        return replace(person, folder_name=as_it_is_there(request.destination, person.folder_name))

    def _source(self, request: SortRequest, people: Sequence[Person]) -> PhotoSource:
        targets = {below(request.destination, person.folder_name) for person in people}
        for folder in request.folders:
            for target in targets:
                if _same_folder(folder, target):
                    raise WrongUse(
                        _("The photos in {folder} cannot be copied into that same folder.").format(folder=folder),
                        _("Choose another folder of photos or another destination."),
                    )
        skip = targets | self.journal.target_folders()
        return self._source_of(request.folders, request.recursive, skip, all_pictures=request.all_pictures)

    @property
    def last_sort(self) -> Sort:
        """The run that was begun last. Raises `WrongUse` if there was none."""
        if self._sort is None:
            raise WrongUse(_("No photos were looked through yet."), _("Choose a headshot and a folder first."))
        return self._sort

    @property
    def run_id(self) -> int:
        """What the journal calls the run that was begun last; 0 before it had found its photos."""
        return 0 if self._sort is None else self._sort.run_id

    @property
    def spent(self) -> Cost | None:
        """What the last run has cost, however it ended; None if it could not cost anything."""
        return self._sort and self._sort.spent


def _same_folder(one: str, other: str) -> bool:
    """Whether two paths lead to one folder; of a bind mount only device and inode tell."""
    if is_in_s3(one) or is_in_s3(other):
        return one.rstrip("/") == other.rstrip("/")
    try:
        return os.path.realpath(one) == os.path.realpath(other) or os.path.samefile(one, other)
    except OSError:  # one of them is not there
        return False
