"""A session: one run or one count, and what follows it, with photos, people, engine and money of its own.

Any number of them can stand side by side: what one counts or finds changes nothing of what another tells.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, cast

from facesorter.app.alike import blocks_of
from facesorter.app.deciding import decide, decide_faces, faces_decided
from facesorter.app.executor import ThreadExecutor
from facesorter.app.film_frame import ShownFrame, frame_of
from facesorter.app.known_looks import known_queries, known_query
from facesorter.app.namesakes import Namesakes
from facesorter.app.prepare import companion_finder, paid_engine, person_of, person_queries, photos_of
from facesorter.app.pricing import estimate_each_way, price_of_run, price_of_second_opinion
from facesorter.app.profile import Profile
from facesorter.app.report_picture import report_picture
from facesorter.app.session_copies import SessionCopies
from facesorter.app.sidecars import Sidecars
from facesorter.domain.changes import Subject
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CostEstimated, Event
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Face, Person, Photo
from facesorter.domain.places import kind_of
from facesorter.domain.planning import CopyPlan
from facesorter.domain.ports import Executor, PhotoSource
from facesorter.domain.spending import Cost, PricedTerms, SavingsMode, StopSignal, Terms
from facesorter.pipeline.copy import recover
from facesorter.pipeline.look_back import look_back
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.reconsider import Rescored
from facesorter.pipeline.report import ReportHead, ReportLine, ReportPicture, ReportWords, write_report
from facesorter.pipeline.scan import scan
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.sort_request import SortRequest
from facesorter.pipeline.sort_tools import Tools
from facesorter.pipeline.watch import watch
from facesorter.places.disk.watcher import FolderWatcher

if TYPE_CHECKING:
    from facesorter.engines.rekognition.engine import RekognitionEngine
    from facesorter.storage.catalog import SqliteCatalog


class Session:
    """Counts, prices, runs, and answers for what it found. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._building = threading.Lock()
        self._reconsidering = threading.Lock()
        self._own_catalog: SqliteCatalog | None = None
        self._sort: Sort | None = None
        self._copies = SessionCopies(profile)

    def close(self) -> None:
        """Let go of the photos that were selected; the session is not to be used again."""
        with self._building:
            catalog, self._own_catalog = self._own_catalog, None
        if catalog is not None and self._profile.is_open:
            catalog.discard()

    def count(self, request: SortRequest) -> Iterator[Event]:
        """Find the photos of a request without looking at them."""
        people = [person_of(self._profile, person, request) for person in request.people]
        return scan(photos_of(self._profile, request, people), self._catalog)

    def price(self, request: SortRequest) -> PricedTerms:
        """What the request costs at most, of the photos this session found; nothing is looked at, nothing is sent.

        Raises `UserError` if there is no account, no region or no headshot that will do.
        """
        return price_of_run(self._profile, request, self._catalog)

    def estimate(self, request: SortRequest, executor: Executor) -> Iterator[Event]:
        """What the request would cost in each way; `CostEstimated` for each. Photos are looked at on this computer.

        Of photos in S3 they would all be downloaded for that.
        """
        return estimate_each_way(self._profile, request, self._catalog, executor)

    def estimate_unseen(self, request: SortRequest) -> Iterator[Event]:
        """What the request costs at most in its own way, as its listings tell: no photo is read."""
        yield from self.count(request)
        told = self.price(request)
        yield CostEstimated(told.terms.savings, told.cost, told.most, told.terms.most_dollars)

    def run(
        self,
        request: SortRequest,
        executor: Executor,
        source: PhotoSource | None = None,
        stopped: StopSignal | None = None,
    ) -> Generator[Event]:
        """A whole run. Raises `UserError` for what ends it; see `Sort.run`. `source` stands in for the request's.

        Closing the generator stops it between two events; setting `stopped` also ends the wait for a service.
        """
        profile = self._profile
        with ExitStack() as closing:
            second, meter, engine, where_it_lies = None, None, profile.engine, None
            if request.terms is not None:
                second, meter, executor_of_calls = closing.enter_context(
                    paid_engine(profile, request, request.terms, stopped)
                )
                if request.terms.savings is SavingsMode.NONE:
                    engine, executor, second = second.engine, executor_of_calls, None
                    where_it_lies = profile.cloud.where_it_lies(cast("RekognitionEngine", engine))
            queries, failed = person_queries(profile, request, engine)
            yield from failed
            recover(profile.journal, profile.places.copier("copy"))
            if not request.dry_run:
                Namesakes(profile).take_in_all(request.people, {one.person.name for one in queries})
                profile.places.check_destination(request.destination)
                closing.enter_context(profile.places.keeping(request.folders))
            source = source or photos_of(profile, request, [one.person for one in queries])
            copier = profile.places.copier(request.link, dry_run=request.dry_run)
            given = engine, source, self._catalog, profile.journal, copier, executor, second, meter, where_it_lies
            companions = companion_finder(profile)
            tools = Tools(*given, companions=companions, sidecars=Sidecars(profile.places.read_again, companions))
            sort = Sort(queries, request, tools)
            self._sort = self._sort or sort
            try:
                yield from sort.run()
            finally:
                if sort.run_id:  # what ended before it had found its photos has done nothing that could follow it
                    self._sort = sort
                    self._copies.add_run(sort.run_id, copier)
                    profile.changes.tell(Subject.PEOPLE, Subject.COPIES)

    def look_back(self, request: SortRequest) -> Iterator[Event]:
        """The people of a request in all photos that are known, by the faces they are known by; see `pipeline`.

        No folder is listed and no photo is read. Raises `WrongUse` for somebody of whom no face is known.
        """
        profile, catalog = self._profile, self._catalog
        catalog.select_known()
        people = [profile.catalog.person(one.name) for one in request.people]
        queries = [known_query(profile, person) for person in people]
        others = known_queries(profile, {person.id for person in people}) if request.among_all else []
        copier, companions = profile.places.copier(request.link), companion_finder(profile)
        given = profile.engine, profile.places.source_of(()), catalog, profile.journal, copier, ThreadExecutor(1)
        sort = Sort(queries, request, Tools(*given, companions=companions, sidecars=Sidecars(profile.read, companions)))
        self._sort = sort
        yield from look_back(sort, catalog, others)

    def watch(self, request: SortRequest, executor: Executor, stopped: threading.Event) -> Iterator[Event]:
        """A whole run, and another one whenever photos were added, until `stopped` is set; see `pipeline.watch`.

        Raises `WrongUse` for a request that costs money: nobody would see how much.
        """
        if request.terms is not None:
            raise WrongUse(
                _("Folders are watched on this computer alone, because nobody would see what each new photo costs."),
                _("Leave out Amazon Rekognition, or sort now and then."),
            )
        watched = [folder for folder in request.folders if kind_of(folder).can_be_watched]
        watcher = FolderWatcher(watched, request.recursive, stopped)
        people = [person_of(self._profile, person, request) for person in request.people]
        source = photos_of(self._profile, request, people)
        return watch(source, lambda stable: self.run(request, executor, stable), watcher, stopped)

    @property
    def spent(self) -> Cost | None:
        """What the run has cost, however it ended; None if it could not cost anything."""
        return self._sort and self._sort.spent

    def price_of_second_opinion(self, threshold: float, terms: Terms) -> PricedTerms:
        """What it costs to ask Amazon Rekognition about what the run left to check. Raises as `price`."""
        return price_of_second_opinion(self._profile, self._begun, self._catalog, threshold, terms)

    def queries_here(self) -> tuple[PersonQuery, ...]:
        """The people of the run as it knows them by now, if it was this computer that compared; else nobody."""
        return self._begun.person_queries if self._begun.engine is self._profile.engine else ()

    def faces_of(self, photo_id: int) -> list[tuple[Face, list[float]]]:
        """The faces of a photo of the run, each with its similarity (0-100) to each person of the run."""
        engine, references = self._begun.engine, [one.reference for one in self._begun.person_queries]
        analyses = self._catalog.analyzed_photo(photo_id, engine.queries(references)).analyses
        if analyses is None:
            return []
        return list(zip(engine.faces_in(analyses), engine.similarities(references, [analyses])[0], strict=True))

    def taken_at(self) -> dict[int, int]:
        """When photos were taken, by their ids: seconds of the camera's own time since 1970, where that is known."""
        return self._profile.catalog.taken_at()

    def read(self, path: str) -> bytes:
        """A photo's bytes, from a file or from S3. Raises `PhotoError`."""
        return self._profile.read(path)

    def frame(self, path: str, seconds: float | None) -> ShownFrame:
        """A frame of a film to show; see `film_frame`. Raises `PhotoError`."""
        return frame_of(path, seconds, self._profile.read)

    def decide(self, person: Person, decisions: Iterable[tuple[Photo, Decision | None]]) -> None:
        """Remember what the user said of a person in these photos, all of it or nothing; None takes it back.

        A yes to a photo of which they said which faces are the person's says nothing new, and changes nothing.
        """
        decide(self._profile, person, decisions, self)

    def said_faces(self, photo_id: int) -> dict[int, frozenset[int]]:
        """By person (id) of the run which faces of a photo, as in `faces_of`, the user said are theirs."""
        photo = self._catalog.analyzed_photo(photo_id, ()).photo
        boxes = [face.box for face, _similarities in self.faces_of(photo_id)]
        people = [one.person for one in self._begun.person_queries]
        return {person.id: faces_decided(self._profile, person, photo, boxes) for person in people}

    def decide_faces(self, person: Person, photo: Photo, boxes: Sequence[BoundingBox]) -> None:
        """Remember that the faces in these places of a photo, and no others, are the person's."""
        decide_faces(self._profile, person, photo, boxes, self)
        found = None if self._sort is None else self._sort.reconsidering
        if found is not None:
            with self._reconsidering:
                found.take_faces(person, photo, boxes)

    def reconsider(
        self, said: Iterable[tuple[Person, Photo, Decision | None]], threshold: float, *, all_photos: bool = False
    ) -> list[Rescored]:
        """Score anew what the run found, taking in what the user said since, as a new run would.

        In memory, those photos that are like anybody; with `all_photos` the others too, from the catalog. Of a run that
        was paid for, nothing.
        """
        found = None if self._sort is None else self._sort.reconsidering
        if found is None:
            return []
        with self._reconsidering:
            scored = found.again(said, threshold)
            return found.everything(threshold) if all_photos else scored

    def alike(self, faces: Mapping[int, int]) -> dict[int, int]:
        """Which of the photos (ids), each with the index of a face, show faces that look like one another.

        A number for each of them, the same for those that look alike; those alone are left out.
        """
        reconsidering = None if self._sort is None else self._sort.reconsidering
        if reconsidering is None:
            return {}
        found = reconsidering.faces(faces)
        numbers = blocks_of(self._profile, *zip(*found.values(), strict=True)) if found else []
        return {photo: number for photo, number in zip(found, numbers, strict=True) if number >= 0}

    def plan(self, person: Person, sure: Iterable[int], not_sure: Iterable[int]) -> CopyPlan:
        """What would make the person's folder hold just the sure photos (ids) of the run."""
        return self._copies.plan(self._begun, person, self._photos(sure), self._photos(not_sure))

    def carry_out(self, plan: CopyPlan) -> Iterator[Event]:
        """Make the copies of a plan and take back what it takes back, as part of the run."""
        return self._copies.carry_out(self._begun, plan)

    def undo(self) -> Iterator[Event]:
        """Remove the copies that this session made, the last ones first, if they are unchanged."""
        return self._copies.undo()

    def save_report(
        self,
        path: str,
        heads: Sequence[ReportHead],
        found: Iterable[ReportLine],
        words: ReportWords,
        day: Callable[[datetime | None, int], str],
    ) -> str:
        """Write a report (CSV or HTML, by the ending of `path`) under a free name, which is returned.

        `day` puts into words when a photo was taken, or else when its file was changed (in ns since 1970).
        """

        def picture(line: ReportLine) -> ReportPicture:
            return report_picture(line, self, day)

        return write_report(path, heads, found, picture, words)

    @property
    def _catalog(self) -> SqliteCatalog:
        """The profile's catalog with a selection of this session's own."""
        with self._building:
            if self._own_catalog is None:
                self._own_catalog = self._profile.new_catalog()
            return self._own_catalog

    @property
    def _begun(self) -> Sort:
        if self._sort is None:
            raise WrongUse(_("No photos were looked through yet."), _("Choose a headshot and a folder first."))
        return self._sort

    def _photos(self, photo_ids: Iterable[int]) -> Iterator[Photo]:
        """Those that are still there: a photo may have been deleted since, and its folder listed anew."""
        for photo_id in photo_ids:
            with suppress(LookupError):
                yield self._catalog.analyzed_photo(photo_id, ()).photo
