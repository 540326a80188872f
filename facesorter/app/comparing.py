"""Builds comparisons: two pictures, or one with a whole place; and what they cost where they are paid for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.app.executor import ThreadExecutor
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.models import Comparison, EncodedPicture, Photo, Portrait, kept_time
from facesorter.domain.places import below, is_in_s3
from facesorter.domain.ports import Answers, Executor
from facesorter.domain.spending import Errand, PricedTerms, SavingsMode, Terms
from facesorter.pipeline.analyze import content_of
from facesorter.pipeline.compare import PictureCompared, compare, comparisons
from facesorter.pipeline.enrol import Headshot
from facesorter.pipeline.recall import Recall

if TYPE_CHECKING:
    from facesorter.engines.rekognition.engine import RekognitionEngine


class Comparing(Profile):
    """Pictures beside each other, by the engine on this computer or, for an `Errand`, by Amazon Rekognition.

    Of the pictures nothing is remembered but answers that were paid for.
    """

    _recalled: Recall | None = None

    def compare(self, source: Headshot, target_path: str, errand: Errand | None = None) -> Comparison:
        """Every face of the target with its similarity to the source face. Raises `PhotoError`, `UserError`."""
        portrait = self._portrait(source)
        if errand is None:
            return self.engine.compare(portrait, EncodedPicture(target_path, self.read(target_path)))
        with self._engine_for(errand) as engine:
            person = engine.enrol("", [portrait])
            answers = self._answering(engine)(engine.questions([person]), self._picture_at(target_path))
            return comparisons([person], answers, engine)[0]

    def compare_with_folder(
        self, source: Headshot, folder: str, executor: Executor, errand: Errand | None = None
    ) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
        """The source face and every picture of a folder or a place in S3. Raises `PhotoError`, `UserError`."""
        yield from self._compare([self._portrait(source)], folder, executor, errand)

    def compare_all_faces(
        self, source_path: str, folder: str, executor: Executor, errand: Errand | None = None
    ) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
        """Each face of the source picture and every picture of a folder or a place in S3, in one pass."""
        picture = EncodedPicture(source_path, self.read(source_path))
        faces = self.engine.faces(picture) or (None,)  # of a picture without a face the engine says what is wrong
        yield from self._compare([Portrait(picture, index) for index in range(len(faces))], folder, executor, errand)

    def _compare(
        self, sources: Sequence[Portrait], folder: str, executor: Executor, errand: Errand | None
    ) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
        place = self._source_of([folder], recursive=True, skip=set())
        if errand is None:
            yield from compare(sources, place, self.engine, executor)
            return
        calls = ThreadExecutor(CALLS_AT_ONCE)
        try:
            with self._engine_for(errand) as engine:
                yield from compare(sources, place, engine, calls, self._answering(engine))
        finally:
            calls.close()

    def price_of_comparison(self, source: Headshot, place: str, terms: Terms, *, whole: bool) -> PricedTerms:
        """What comparing the source with a picture, or with the `whole` of a place, costs at most; nothing is sent.

        What was asked before is not counted where that is known without reading a whole folder. Raises as `compare`.
        """
        with self._engine_for(Errand(terms)) as engine:
            questions = engine.questions([engine.enrol("", [self._portrait(source)])])
            photos = self._pictures_below(place) if whole else (self._picture_at(place),)
            calls = 0
            for photo in photos:
                if not whole and not is_in_s3(place):
                    self._recall.look_at(photo)
                calls += self._recall.missing(questions, photo)
            return PricedTerms(self.cloud.account.region, terms, engine.calls.meter.cost_of(calls))

    def price_of_a_call(self, terms: Terms) -> PricedTerms:
        """What comparing two pictures, or analyzing one, usually costs. Raises `UserError` if there is no account."""
        with self._engine_for(Errand(terms)) as engine:
            return PricedTerms(self.cloud.account.region, terms, engine.calls.meter.cost_of(1))

    def analyze(self, path: str, errand: Errand | None = None) -> list[dict[str, Any]]:
        """All that the engine says of each face of a picture, as Rekognition's `FaceDetail`. Raises `PhotoError`."""
        picture = EncodedPicture(path, self.read(path))
        if errand is None:
            return self.engine.analyze(picture)
        with self._engine_for(errand) as engine:
            question = f"{engine.name}/every attribute"
            answer = self._recall.once(
                content_of(picture.data), question, lambda: json.dumps(engine.analyze(picture)).encode()
            )
            return json.loads(answer or b"[]")

    def _portrait(self, source: Headshot) -> Portrait:
        return Portrait(EncodedPicture(source.path, self.read(source.path)), source.face_index)

    def _pictures_below(self, folder: str) -> Generator[Photo]:
        for listing in self._source_of([folder], recursive=True, skip=set()).listings():
            for name, size, modified_ns, known in listing.entries:
                yield Photo(0, below(listing.folder, name), size, modified_ns, object=known)

    def _picture_at(self, path: str) -> Photo:
        """A single picture, of whatever name it is."""
        if is_in_s3(path):
            found = next((photo for photo in self._pictures_below(path) if photo.path == path), None)
            if found is None:
                raise PhotoError("The object is missing: it was moved or deleted.")
            return found
        try:
            facts = os.stat(path)
        except OSError as error:
            raise PhotoError(f"It cannot be read ({error.strerror}).") from error
        return Photo(0, path, facts.st_size, kept_time(facts.st_mtime_ns))

    @property
    def _recall(self) -> Recall:
        """Without the profile for itself, as on the command line, it remembers nothing."""
        with self._building:
            if self._recalled is None:
                self._recalled = Recall(self.catalog if self.is_open else None, self.read)
            return self._recalled

    def _answering(self, engine: RekognitionEngine) -> Callable[[Sequence[str], Photo], Answers]:
        return partial(self._recall.answers, engine, self.cloud.where_it_lies(engine))

    @contextmanager
    def _engine_for(self, errand: Errand) -> Generator[RekognitionEngine]:
        """Amazon Rekognition for one errand; it sends whole pictures, for nobody has looked at them before."""
        engine = self.cloud.rekognition(replace(errand.terms, savings=SavingsMode.NONE), self.engine, errand.stopped)
        errand.meter = engine.calls.meter
        try:
            yield engine
        finally:
            engine.stop()
