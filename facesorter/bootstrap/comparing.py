"""Builds comparisons: two pictures, or one with a whole place."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from facesorter.bootstrap.executor import ThreadExecutor
from facesorter.bootstrap.profile import Profile
from facesorter.cloud import CALLS_AT_ONCE
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.models import Comparison, EncodedPicture, Portrait
from facesorter.domain.ports import Executor, FaceEngine
from facesorter.domain.spending import Terms, Thrift
from facesorter.pipeline.compare import PictureCompared, compare
from facesorter.pipeline.enrol import Headshot

if TYPE_CHECKING:
    from facesorter.engines.rekognition import RekognitionEngine


class Comparing(Profile):
    """Pictures beside each other; nothing is remembered."""

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
