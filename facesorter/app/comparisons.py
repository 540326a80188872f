"""Builds comparisons: two pictures, or one with a whole place; and what they cost where they are paid for."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.app.executor import ThreadExecutor
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError
from facesorter.domain.events import CostEstimated, MoneySpent
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Comparison, EncodedPicture, Photo, Portrait, kept_time
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.places import below, kind_of
from facesorter.domain.ports import Analyses, Executor, WhereItLies
from facesorter.domain.spending import CallEstimate, PricedTerms, SavingsMode, Terms
from facesorter.pipeline.analyze import content_of
from facesorter.pipeline.compare import CompareEvent, compare, comparisons
from facesorter.pipeline.enrol import Headshot
from facesorter.pipeline.estimate import calls_for_unseen, priced
from facesorter.pipeline.recall import Recall
from facesorter.places.disk.long_paths import for_system

if TYPE_CHECKING:
    from facesorter.engines.rekognition.engine import RekognitionEngine


class _Analyzing:
    """Implements `PaidAnswers`: nothing is paid for that is known, and nothing beyond the price."""

    def __init__(self, recall: Recall, engine: RekognitionEngine, where_it_lies: WhereItLies, terms: Terms) -> None:
        self._recall = recall
        self._engine = engine
        self._where_it_lies = where_it_lies
        self._terms = terms

    def analyses(self, queries: Sequence[str], photo: Photo) -> Analyses:
        """What is known, or what the service says now."""
        return self._recall.analyses(self._engine, self._where_it_lies, queries, photo)

    def price(self, queries: Sequence[str], photos: Sequence[Photo]) -> CostEstimated:
        """As far as it is known without reading a photo."""
        meter = self._engine.calls.meter
        calls = calls_for_unseen(sum(self._recall.missing(queries, photo) for photo in photos), len(queries))
        meter.agree(calls)
        return CostEstimated(
            self._terms.savings, meter.cost_of(calls.likely), meter.cost_of(calls.most), meter.most_dollars
        )

    def spent(self) -> MoneySpent:
        """Calls under way included."""
        return MoneySpent(self._engine.calls.meter.spent)


class Comparisons:
    """Pictures beside each other, by the engine on this computer or, for `PaidWork`, by Amazon Rekognition.

    Of the pictures nothing is remembered but answers that were paid for.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._building = threading.Lock()
        self._recalled: Recall | None = None

    def compare(self, source: Headshot, target_path: str, paid_work: PaidWork | None = None) -> Comparison:
        """Every face of the target with its similarity to the source face. Raises `PhotoError`, `UserError`."""
        portrait = self._portrait(source)
        if paid_work is None:
            return self._profile.engine.compare(portrait, EncodedPicture(target_path, self._profile.read(target_path)))
        with self._engine_for(paid_work) as engine:
            person, photo = engine.enrol("", [portrait]), self._picture_at(target_path)
            queries, analyzing = engine.queries([person]), self._analyzing(engine, paid_work)
            analyzing.price(queries, [photo])
            return comparisons([person], analyzing.analyses(queries, photo), engine)[0]

    def compare_with_folder(
        self, source: Headshot, folder: str, executor: Executor, paid_work: PaidWork | None = None
    ) -> Generator[CompareEvent]:
        """The source face and every picture of a folder or a place in S3. Raises `PhotoError`, `UserError`."""
        yield from self._compare([self._portrait(source)], folder, executor, paid_work)

    def compare_all_faces(
        self, source_path: str, folder: str, executor: Executor, paid_work: PaidWork | None = None
    ) -> Generator[CompareEvent]:
        """Each face of the source picture and every picture of a folder or a place in S3, in one pass."""
        yield from self._compare(self._portraits(source_path), folder, executor, paid_work)

    def _compare(
        self, sources: Sequence[Portrait], folder: str, executor: Executor, paid_work: PaidWork | None
    ) -> Generator[CompareEvent]:
        place = self._profile.places.source_of([folder])
        if paid_work is None:
            yield from compare(sources, place, self._profile.engine, executor)
            return
        calls = ThreadExecutor(CALLS_AT_ONCE)
        try:
            with self._engine_for(paid_work) as engine:
                yield from compare(sources, place, engine, calls, self._analyzing(engine, paid_work))
        finally:
            calls.close()

    def price_of_comparison(self, source: Headshot, place: str, terms: Terms, *, whole: bool) -> PricedTerms:
        """What comparing the source with a picture, or with the `whole` of a place, costs at most; nothing is sent.

        What was asked before is not counted where that is known without reading a whole folder. Raises as `compare`.
        """
        return self._price_of([self._portrait(source)], place, terms, whole=whole)

    def price_of_all_faces(self, source_path: str, place: str, terms: Terms) -> PricedTerms:
        """The same for `compare_all_faces`."""
        return self._price_of(self._portraits(source_path), place, terms, whole=True)

    def _price_of(self, sources: Sequence[Portrait], place: str, terms: Terms, *, whole: bool) -> PricedTerms:
        with self._engine_for(PaidWork(terms)) as engine:
            queries = engine.queries([engine.enrol("", [source]) for source in sources])
            photos = self._pictures_below(place) if whole else (self._picture_at(place),)
            calls = 0
            for photo in photos:
                if not whole and not kind_of(place).costs_money:
                    self._recall.look_at(photo)
                calls += self._recall.missing(queries, photo)
            estimate = calls_for_unseen(calls, len(queries))
            return priced(self._profile.cloud.account.region, terms, engine.calls.meter, estimate)

    def price_of_a_call(self, terms: Terms) -> PricedTerms:
        """What comparing two pictures, or analyzing one, usually costs. Raises `UserError` if there is no account."""
        with self._engine_for(PaidWork(terms)) as engine:
            return priced(self._profile.cloud.account.region, terms, engine.calls.meter, CallEstimate(1, 1))

    def analyze(self, path: str, paid_work: PaidWork | None = None) -> list[dict[str, Any]]:
        """All that the engine says of each face of a picture, as Rekognition's `FaceDetail`. Raises `PhotoError`."""
        picture = EncodedPicture(path, self._profile.read(path))
        if paid_work is None:
            return self._profile.engine.face_details(picture)
        with self._engine_for(paid_work) as engine:
            engine.calls.meter.agree(CallEstimate(1, 1))
            query = f"{engine.name}/every attribute"
            answer = self._recall.once(
                content_of(picture.data), query, lambda: json.dumps(engine.face_details(picture)).encode()
            )
            return json.loads(answer or b"[]")

    def _portrait(self, source: Headshot) -> Portrait:
        return Portrait(EncodedPicture(source.path, self._profile.read(source.path)), source.face_index)

    def _portraits(self, path: str) -> list[Portrait]:
        """One of each face of a picture, largest first."""
        picture = EncodedPicture(path, self._profile.read(path))
        faces = self._profile.engine.faces(picture) or (
            None,
        )  # of a picture without a face the engine says what is wrong
        return [Portrait(picture, index) for index in range(len(faces))]

    def _pictures_below(self, folder: str) -> Generator[Photo]:
        for listing in self._profile.places.source_of([folder]).listings():
            for name, size, modified_ns, known in listing.entries:
                yield Photo(0, below(listing.folder, name), size, modified_ns, object=known)

    def _picture_at(self, path: str) -> Photo:
        """A single picture, of whatever name it is."""
        if not kind_of(path).has_files:
            found = next((photo for photo in self._pictures_below(path) if photo.path == path), None)
            if found is None:
                raise PhotoError(_("The object is missing: it was moved or deleted."))
            return found
        try:
            facts = os.stat(for_system(path))
        except OSError as error:
            raise PhotoError(_("It cannot be read ({reason}).").format(reason=error.strerror)) from error
        return Photo(0, path, facts.st_size, kept_time(facts.st_mtime_ns))

    @property
    def _recall(self) -> Recall:
        """Without the profile for itself, as on the command line, it remembers nothing."""
        with self._building:
            if self._recalled is None:
                catalog = self._profile.catalog if self._profile.is_open else None
                self._recalled = Recall(catalog, self._profile.read)
            return self._recalled

    def _analyzing(self, engine: RekognitionEngine, paid_work: PaidWork) -> _Analyzing:
        return _Analyzing(self._recall, engine, self._profile.cloud.where_it_lies(engine), paid_work.terms)

    @contextmanager
    def _engine_for(self, paid_work: PaidWork) -> Generator[RekognitionEngine]:
        """Amazon Rekognition for paid work; it sends whole pictures, for nobody has looked at them before."""
        engine = self._profile.cloud.rekognition(
            replace(paid_work.terms, savings=SavingsMode.NONE), self._profile.engine, paid_work.stopped
        )
        paid_work.meter = engine.calls.meter
        try:
            yield engine
        finally:
            engine.stop()
            self._profile.note_spending("compare", engine.calls.meter)
