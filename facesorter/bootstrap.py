"""The one place that builds things: a profile and settings in, a workshop out that a front end can work with.

Engines are imported when they are first needed, because the window shall be there before onnxruntime is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from facesorter import logs
from facesorter import settings as settings_file
from facesorter.cloud import CALLS_AT_ONCE, Cloud
from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.events import Event, HeadshotFailed, PhotoFailed, PhotosFound
from facesorter.domain.models import Comparison, Decision, EncodedPicture, Face, Person, Photo, Portrait
from facesorter.domain.names import folder_name
from facesorter.domain.places import below, is_in_s3
from facesorter.domain.planning import CopyOrder, CopyPlan, plan_copies
from facesorter.domain.ports import Copier, Executor, FaceEngine, Meter, PhotoSource, SheetEngine
from facesorter.domain.spending import Cost, PricedTerms, Terms, Thrift
from facesorter.paths import AppPaths
from facesorter.pipeline.check import check
from facesorter.pipeline.compare import PictureCompared, compare
from facesorter.pipeline.copy import copy, recover
from facesorter.pipeline.decide import Sought
from facesorter.pipeline.enrol import Headshot, HeadshotReport, Wanted, enrol, examine
from facesorter.pipeline.estimate import estimate, most_calls
from facesorter.pipeline.report import ReportLine, write_report
from facesorter.pipeline.scan import scan
from facesorter.pipeline.second import First, Second
from facesorter.pipeline.sort import Sort, SortRequest, Tools
from facesorter.pipeline.undo import take_back, undo_run
from facesorter.pipeline.watch import watch
from facesorter.settings import Settings
from facesorter.sources.anywhere import AnywhereSource
from facesorter.sources.folder import FolderSource, read_file
from facesorter.sources.watching import FolderWatcher
from facesorter.storage.anywhere import AnywhereCopier, FetchingCopier, remove_leftovers
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.copier import DryCopier, check_destination
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal
from facesorter.storage.profile_lock import ProfileLock

if TYPE_CHECKING:
    from facesorter.engines.credentials import KeyStore
    from facesorter.engines.local import LocalEngine
    from facesorter.engines.rekognition import RekognitionEngine

REPORT_PICTURE_PX = 240


class ThreadExecutor:
    """The `Executor` of the command line: one thread a core, more where they only wait for a service."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="photo")

    def submit(self, function: Any, /, *arguments: Any) -> Future[Any]:
        """Run `function(*arguments)` on a thread."""
        return self._pool.submit(function, *arguments)

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(cancel_futures=True)


class Workshop:
    """Everything a front end needs, for one profile. Methods may block: the window calls them in jobs."""

    def __init__(self, paths: AppPaths) -> None:
        self.paths = paths
        self.settings = settings_file.load(paths.settings)
        self._building = threading.RLock()
        self._lock = ProfileLock(paths.lock)
        self._storage: tuple[Database, SqliteCatalog, SqliteJournal] | None = None
        self._engine: LocalEngine | None = None
        self._sort: Sort | None = None
        self._cloud: Cloud | None = None
        self._keys: KeyStore | None = None

    def open(self) -> None:
        """Take the profile for this program alone. Raises `StorageUnavailable` if another one has it."""
        try:
            self.paths.make()
            self._lock.acquire()
        except OSError as error:
            raise StorageUnavailable(
                f"FaceSorter cannot use its own folder {self.paths.profile} ({error.strerror}).",
                "Make it writable, or name another one with --profile-dir.",
            ) from None

    def close(self) -> None:
        """Close the catalog and let the profile go."""
        if self._storage is not None:
            self._storage[0].close()
            self._storage = None
        self._lock.release()

    def forget(self, name: str) -> None:
        """Erase a person beyond recovery; their copies stay. Raises `WrongUse` if nobody has this name."""
        if not self.catalog.forget(name):
            raise WrongUse(f"FaceSorter knows nobody named {name}.", "Write the name as it was given for the photos.")
        for file in self.paths.damaged_catalogs:
            file.unlink()

    def forget_everything(self) -> None:
        """Erase all that FaceSorter knows: its own files and the key in the keyring. The `PhotosWith...` folders stay.

        The workshop is closed by this, and nothing is logged any more; `open` begins anew. Raises `UserError`.
        """
        self.open()
        self.keys.forget()
        self.close()
        logs.stop()
        try:
            self.paths.remove()
        except OSError as error:
            raise StorageUnavailable(
                f"{error.filename} cannot be deleted ({error.strerror}).", "Close what uses it, then try again."
            ) from None
        remove_leftovers()
        self.settings = Settings()

    def save(self, settings: Settings) -> None:
        """Keep these settings from now on."""
        self.paths.make()
        settings_file.save(settings, self.paths.settings)
        before, self.settings = self.settings, settings
        with self._building:
            if settings.models_folder != before.models_folder:
                self._engine = None
            if (settings.aws_profile, settings.aws_region) != (before.aws_profile, before.aws_region):
                self._cloud = None

    @property
    def engine(self) -> LocalEngine:
        """The engine on this computer. Raises `EngineUnavailable` if a model is missing or altered."""
        with self._building:
            if self._engine is None:
                from facesorter.engines.local import LocalEngine

                self._engine = LocalEngine(self.settings.models_folder or None)
            return self._engine

    @property
    def _stored(self) -> tuple[Database, SqliteCatalog, SqliteJournal]:
        with self._building:
            if self._storage is None:
                database = Database(self.paths.catalog)
                self._storage = database, SqliteCatalog(database), SqliteJournal(database)
            return self._storage

    @property
    def catalog(self) -> SqliteCatalog:
        """What is remembered of photos, people and decisions. Raises `StorageUnavailable`."""
        return self._stored[1]

    @property
    def journal(self) -> SqliteJournal:
        """What was copied where. Raises `StorageUnavailable`."""
        return self._stored[2]

    @property
    def keys(self) -> KeyStore:
        """The access key that was imported."""
        with self._building:
            if self._keys is None:
                from facesorter.engines.credentials import KeyStore

                self._keys = KeyStore()
            return self._keys

    @property
    def cloud(self) -> Cloud:
        """What acts for the AWS account of the settings, or of `use_account`."""
        with self._building:
            if self._cloud is None:
                self.use_account()
            return cast("Cloud", self._cloud)

    def use_account(self, profile: str | None = None, region: str | None = None) -> None:
        """Act for this profile in this region from now on; None is what the settings say."""
        settings = self.settings
        with self._building:
            self._cloud = Cloud(self.keys, profile or settings.aws_profile, region or settings.aws_region)

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
        answers = tuple(self.engine.ask(question, first.picture) for question in self.engine.questions(references))
        faces = self.engine.similarities(references, [answers])[0]
        return all(similarity >= threshold for similarity in faces[first.face_index or 0])

    def folder_preview(self, name: str) -> str:
        """The name of the folder a person's photos go to. Raises `WrongUse` with the reason why a name will not do."""
        return folder_name(name)

    def count(self, request: SortRequest) -> Iterator[Event]:
        """Find the photos of a request without looking at them."""
        return scan(
            self._source(request, [self.catalog.person(wanted.name) for wanted in request.people]), self.catalog
        )

    def estimate(self, request: SortRequest, executor: Executor) -> Iterator[Event]:
        """What the request would cost in each way; `CostEstimated` for each. Photos are looked at here alone."""
        first = First(self.engine, self._seek(request.people, self.engine)[0], request.threshold, self.catalog)
        terms = request.terms or Terms()
        with self._hired(request, Terms(Thrift.NONE, terms.most_dollars)) as (_, meter, _):
            source = self._source(request, [one.person for one in first.sought])

            def second(thrift: Thrift) -> Second:
                with self._hired(request, Terms(thrift, terms.most_dollars)) as (paid, _, _):
                    return paid

            yield from estimate(first, second, source, executor, meter)

    def price(self, request: SortRequest) -> PricedTerms:
        """What the request costs at most, of the photos found last; nothing is looked at and nothing is sent.

        Raises `UserError` if there is no account, no region or no headshot that will do.
        """
        terms = request.terms or Terms()
        first = First(self.engine, self._seek(request.people, self.engine)[0], request.threshold, self.catalog)
        with self._hired(request, terms) as (paid, meter, _):
            return PricedTerms(self.cloud.account.region, terms, meter.cost_of(most_calls(first, paid)))

    def price_of_second_opinion(self, threshold: float, terms: Terms) -> PricedTerms:
        """What it costs to ask Amazon Rekognition about what the last run left to check. Raises as `price`."""
        last = self.last_sort
        sought = tuple(replace(one, decisions=self.catalog.decisions(one.person)) for one in last.sought)
        first = First(last.engine, sought, threshold, self.catalog)
        with self._hired(last.request, terms) as (paid, meter, _):
            return PricedTerms(self.cloud.account.region, terms, meter.cost_of(most_calls(first, paid)))

    def watch(self, request: SortRequest, executor: Executor, stopped: threading.Event) -> Iterator[Event]:
        """A whole run, and another one whenever photos were added, until `stopped` is set; see `pipeline.watch`.

        Raises `WrongUse` for a request that costs money: nobody would see how much.
        """
        if request.terms is not None:
            raise WrongUse(
                "Folders are watched on this computer alone, because nobody would see what each new photo costs.",
                "Leave out Amazon Rekognition, or sort now and then.",
            )
        watcher = FolderWatcher([one for one in request.folders if not is_in_s3(one)], request.recursive, stopped)
        source = self._source(request, [self.catalog.person(wanted.name) for wanted in request.people])
        return watch(source, lambda settled: self.sort(request, executor, settled), watcher, stopped)

    def sort(self, request: SortRequest, executor: Executor, source: PhotoSource | None = None) -> Generator[Event]:
        """A whole run. Raises `UserError` for what ends it; see `Sort.run`. `source` stands in for the request's."""
        with ExitStack() as closing:
            second, meter, engine = None, None, self.engine
            if request.terms is not None:
                second, meter, executor_of_calls = closing.enter_context(self._hired(request, request.terms))
                if request.terms.thrift is Thrift.NONE:
                    engine, executor, second = second.engine, executor_of_calls, None
            sought, failed = self._seek(request.people, engine)
            yield from failed
            recover(self.journal, self._copier("copy"))
            if not request.dry_run:
                self._check_destination(request.destination)
            source = source or self._source(request, [one.person for one in sought])
            copier = self._copier(request.link, dry_run=request.dry_run)
            tools = Tools(engine, source, self.catalog, self.journal, copier, executor, second, meter)
            self._sort = Sort(sought, request, tools)
            yield from self._sort.run()

    @contextmanager
    def _hired(self, request: SortRequest, terms: Terms) -> Generator[tuple[Second, Meter, Executor]]:
        """Amazon Rekognition for one run: the engine and the people as it knows them, its meter, threads for calls."""
        engine = self.cloud.rekognition(terms, self.engine)
        sheets = cast("SheetEngine", engine) if terms.thrift is Thrift.SHEETS else None
        executor = ThreadExecutor(CALLS_AT_ONCE)
        try:
            sought, _ = self._seek(request.people, engine)
            yield Second(engine, sought, terms.thrift, executor, sheets), engine.calls.meter, executor
        finally:
            executor.close()

    def _seek(self, people: Sequence[Wanted], engine: FaceEngine) -> tuple[tuple[Sought, ...], list[HeadshotFailed]]:
        """Whom to look for. A person without a usable headshot is left out, unless nobody else is looked for."""
        sought: list[Sought] = []
        failed: list[HeadshotFailed] = []
        for wanted in people:
            try:
                reference, refused = enrol(wanted, engine, self.read)
            except WrongUse as error:
                if len(people) == 1:
                    raise
                failed += [HeadshotFailed(wanted.name, shot.path, str(error)) for shot in wanted.headshots[:1]]
                continue
            person = self.catalog.person(wanted.name)
            sought.append(Sought(person, reference, self.catalog.decisions(person)))
            failed += refused
        if not sought:
            raise WrongUse("None of the headshots can be used.", *(event.reason for event in failed[:1]))
        return tuple(sought), failed

    def _source(self, request: SortRequest, people: Sequence[Person]) -> PhotoSource:
        targets = {below(request.destination, person.folder_name) for person in people}
        for folder in request.folders:
            for target in targets:
                if _real(folder) == _real(target):
                    raise WrongUse(
                        f"The photos in {folder} cannot be copied into that same folder.",
                        "Choose another folder of photos or another destination.",
                    )
        return self._source_of(request.folders, request.recursive, targets | self.journal.target_folders())

    def _source_of(self, places: Sequence[str], recursive: bool, skip: set[str]) -> PhotoSource:
        objects = [place for place in places if is_in_s3(place)]
        files = [place for place in places if not is_in_s3(place)]
        folders = FolderSource(files, recursive, [place for place in skip if not is_in_s3(place)])
        if not objects:
            return folders
        return AnywhereSource(folders, self.cloud.source(objects, recursive, [one for one in skip if is_in_s3(one)]))

    def _copier(self, method: str, *, dry_run: bool = False) -> Copier:
        files = DryCopier() if dry_run else FetchingCopier(method, self.read)
        return AnywhereCopier(files, lambda: self.cloud.copier(self.read, dry_run=dry_run))

    def _check_destination(self, folder: str) -> None:
        if is_in_s3(folder):
            self.cloud.copier(self.read, dry_run=False).check_destination(folder)
        else:
            check_destination(folder)

    @property
    def last_sort(self) -> Sort:
        """The run that was begun last. Raises `WrongUse` if there was none."""
        if self._sort is None:
            raise WrongUse("No photos were looked through yet.", "Choose a headshot and a folder first.")
        return self._sort

    @property
    def spent(self) -> Cost | None:
        """What the last run has cost, however it ended; None if it could not cost anything."""
        return self._sort and self._sort.spent

    def read(self, path: str) -> bytes:
        """A photo's bytes, from a file or from S3. Raises `PhotoError`."""
        return self.cloud.read(path) if is_in_s3(path) else read_file(path)

    def faces_of(self, photo_id: int) -> list[tuple[Face, list[float]]]:
        """The faces of a photo of the last run, each with its similarity (0-100) to each person of the run."""
        engine, references = self.last_sort.engine, [one.reference for one in self.last_sort.sought]
        answers = self.catalog.answers_of(photo_id, engine.questions(references)).answers
        if answers is None:
            return []
        return list(zip(engine.faces_in(answers), engine.similarities(references, [answers])[0], strict=True))

    def decide(self, person: Person, photo: Photo, decision: Decision | None) -> None:
        """Remember what the user said of a person in a photo; None takes it back."""
        if photo.content is not None:
            self.catalog.decide(person, photo.content, decision)

    def plan(self, person: Person, sure: Iterable[int], not_sure: Iterable[int]) -> CopyPlan:
        """What would make the person's folder hold just the sure photos (ids) of the last run."""
        request = self.last_sort.request
        folder = below(request.destination, person.folder_name)
        return plan_copies(
            (CopyOrder(self._photo(photo_id), person, folder) for photo_id in sure),
            (self._photo(photo_id) for photo_id in not_sure),
            filter(self._copier("copy").intact, self.journal.copies(person, request.destination)),
        )

    def _photo(self, photo_id: int) -> Photo:
        return self.catalog.answers_of(photo_id, ()).photo

    def carry_out(self, plan: CopyPlan) -> Iterator[Event]:
        """Make the copies of a plan and take back what it takes back, as part of the last run."""
        sort = self.last_sort
        self._check_destination(sort.request.destination)
        copier = self._copier(sort.request.link)
        yield from copy(plan.to_copy, sort.run_id, copier, self.journal)
        yield from take_back(plan.to_take_back, copier, self.journal)

    def undo(self, run_id: int) -> Iterator[Event]:
        """Remove the copies a run made, if they are unchanged."""
        return undo_run(run_id, self._copier("copy"), self.journal)

    def check(self, *, repair: bool) -> Iterator[Event]:
        """Compare every copy with the journal and with its photo; see `pipeline.check`."""
        return check(self._copier("copy"), self.journal, repair=repair)

    def save_report(self, path: str, summaries: Sequence[str], found: Iterable[ReportLine]) -> str:
        """Write a report (CSV or HTML, by the ending of `path`) under a free name, which is returned."""
        return write_report(path, summaries, found, self._small_jpeg)

    def _small_jpeg(self, photo: Photo) -> bytes | None:
        from facesorter.images import encode_jpeg, thumbnail

        try:
            return encode_jpeg(thumbnail(self.read(photo.path), REPORT_PICTURE_PX).pixels, 80)
        except PhotoError:
            return None

    def compare(self, source: Headshot, target_path: str, terms: Terms | None = None) -> Comparison:
        """Every face of the target with its similarity to the source face. Raises `PhotoError`, `UserError`."""
        portrait = Portrait(EncodedPicture(source.path, self.read(source.path)), source.face_index)
        with self._engine_by(terms) as engine:
            return engine.compare(portrait, EncodedPicture(target_path, self.read(target_path)))

    def compare_with_folder(
        self, source: Headshot, folder: str, executor: Executor, terms: Terms | None = None
    ) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
        """The source face and every picture of a folder or a place in S3. Raises `PhotoError`, `UserError`."""
        portrait = Portrait(EncodedPicture(source.path, self.read(source.path)), source.face_index)
        with self._engine_by(terms) as engine:
            yield from self._compare([portrait], folder, engine, executor)

    def compare_all_faces(
        self, source_path: str, folder: str, executor: Executor, terms: Terms | None = None
    ) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
        """Each face of the source picture and every picture of a folder or a place in S3, in one pass."""
        picture = EncodedPicture(source_path, self.read(source_path))
        faces = self.engine.faces(picture) or (None,)  # of a picture without a face the engine says what is wrong
        with self._engine_by(terms) as engine:
            yield from self._compare(
                [Portrait(picture, index) for index in range(len(faces))], folder, engine, executor
            )

    def _compare(
        self, sources: Sequence[Portrait], folder: str, engine: FaceEngine, executor: Executor
    ) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
        place = self._source_of([folder], recursive=True, skip=set())
        if not engine.paid:
            yield from compare(sources, place, engine, executor)
            return
        calls = ThreadExecutor(CALLS_AT_ONCE)
        try:
            yield from compare(
                sources, place, engine, calls, self.cloud.where_it_lies(cast("RekognitionEngine", engine))
            )
        finally:
            calls.close()

    def analyze(self, path: str, terms: Terms | None = None) -> list[dict[str, Any]]:
        """All that the engine says of each face of a picture, as Rekognition's `FaceDetail`. Raises `PhotoError`."""
        with self._engine_by(terms) as engine:
            return engine.analyze(EncodedPicture(path, self.read(path)))

    @contextmanager
    def _engine_by(self, terms: Terms | None) -> Generator[FaceEngine]:
        """The engine on this computer or, by these terms, Amazon Rekognition."""
        if terms is None:
            yield self.engine
            return
        engine = self.cloud.rekognition(replace(terms, thrift=Thrift.NONE), self.engine)
        try:
            yield engine
        finally:
            engine.stop()


def _real(path: str) -> str:
    return path.rstrip("/") if is_in_s3(path) else os.path.realpath(path)
