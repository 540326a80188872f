"""One face, or each of several, against every picture of a place; nothing is remembered of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from facesorter.domain.errors import PhotoError
from facesorter.domain.events import CostEstimated, MoneySpent, PhotoFailed, PhotosFound
from facesorter.domain.formats import suffix_of
from facesorter.domain.left_out import LeftOut
from facesorter.domain.models import BoundingBox, Comparison, EncodedPicture, Face, Match, Photo, Portrait, Reference
from facesorter.domain.places import below
from facesorter.domain.ports import Analyses, Executor, FaceEngine, PhotoSource
from facesorter.pipeline.analyze import in_order


@dataclass(frozen=True, slots=True)
class PictureCompared:
    """A picture was compared: one comparison a source face, in their order, each with every face of the picture."""

    photo: Photo
    comparisons: tuple[Comparison, ...]


class PaidAnswers(Protocol):
    """Answers the queries about a picture in the engine's place, knows what that costs, and what it has cost."""

    def analyses(self, queries: Sequence[str], photo: Photo) -> Analyses:
        """One answer to each query. Raises as `FaceEngine.analyze` does."""
        ...

    def price(self, queries: Sequence[str], photos: Sequence[Photo]) -> CostEstimated:
        """What asking all this costs; no more is asked from now on."""
        ...

    def spent(self) -> MoneySpent:
        """What it has cost so far."""
        ...


CompareEvent = PhotosFound | CostEstimated | MoneySpent | PictureCompared | PhotoFailed


def compare(
    sources: Sequence[Portrait],
    place: PhotoSource,
    engine: FaceEngine,
    executor: Executor,
    paid: PaidAnswers | None = None,
) -> Generator[CompareEvent]:
    """Compare each source face with all pictures of a place, several pictures at a time.

    `PhotosFound` while the place is listed, then each picture once, in a stable order; what cannot be read is a
    `PhotoFailed` and the rest goes on. With `paid` the price comes before the first picture, and what was spent before
    each. Raises `NoFaceInHeadshot` and `PhotoError` for a source, `UserError` for what ends it all.
    """
    people = [engine.enrol("", [source]) for source in sources]
    queries = engine.queries(people)
    photos: list[Photo] = []
    formats, left_out = Counter[str](), Counter[LeftOut]()
    ids = count(1)
    found = passed_over = 0
    for listing in place.listings():
        for entry in listing.entries:
            path = below(listing.folder, entry.name)
            photos.append(Photo(next(ids), path, entry.size, entry.modified_ns, object=entry.object))
        formats.update(suffix_of(entry.name) for entry in listing.entries)
        found += len(listing.entries) + len(listing.problems)
        passed_over += listing.passed_over
        left_out.update(listing.left_out)
        yield PhotosFound(found, dict(formats), passed_over, dict(left_out))
        for path, reason in listing.problems.items():
            yield PhotoFailed(Photo(next(ids), path, 0, 0), reason, final=True)
    if paid is not None:
        yield paid.price(queries, photos)
    analyzing = _Analyzing(queries, place, engine, paid)
    with closing(in_order(photos, analyzing.analyze, executor, analyzing.stop)) as asked:
        for photo, analyses in asked:
            if paid is not None:
                yield paid.spent()
            if isinstance(analyses, str):
                yield PhotoFailed(photo, analyses, final=True)
            else:
                yield PictureCompared(photo, comparisons(people, analyses, engine))


class _Analyzing:
    """What the workers do."""

    def __init__(
        self,
        queries: Sequence[str],
        place: PhotoSource,
        engine: FaceEngine,
        paid: PaidAnswers | None,
    ) -> None:
        self._answer = self._read_and_ask if paid is None else paid.analyses
        self._questions = queries
        self._place = place
        self._engine = engine
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        self._engine.stop()

    def analyze(self, photo: Photo) -> tuple[Photo, Analyses | str]:
        """The answers to all queries, or why there are none."""
        if self._stopped:
            return photo, ""
        try:
            return photo, self._answer(self._questions, photo)
        except PhotoError as error:
            return photo, error.reason

    def _read_and_ask(self, queries: Sequence[str], photo: Photo) -> Analyses:
        picture = EncodedPicture(photo.path, self._place.read(photo.path))
        return tuple(self._engine.analyze(query, picture) for query in queries)


def comparisons(people: Sequence[Reference], analyses: Analyses, engine: FaceEngine) -> tuple[Comparison, ...]:
    """One comparison a source face: every face of the picture that was answered about, the most similar first."""
    faces = engine.faces_in(analyses)
    similarities = engine.similarities(people, [analyses])[0]
    return tuple(
        Comparison(person.face, _distinct(faces, [scores_of_face[place] for scores_of_face in similarities]))
        for place, person in enumerate(people)
    )


def distinct_matches(comparisons: Sequence[Comparison]) -> list[tuple[int, Match]]:
    """Each face of a picture once, with the most similar source face (counted from 1), the most similar first.

    A source that shows somebody twice, as a collage does, would otherwise find everything twice.
    """
    found = [(number, match) for number, comparison in enumerate(comparisons, 1) for match in comparison.matches]
    distinct: list[tuple[int, Match]] = []
    for number, match in sorted(found, key=lambda one: -one[1].similarity):
        if match.face.box.same_face([other.face.box for _, other in distinct]) is None:
            distinct.append((number, match))
    return distinct


def _distinct(faces: Sequence[Face], scores: Sequence[float]) -> tuple[Match, ...]:
    """The faces, most similar first, each once: of boxes around the same face the most similar stays."""
    matches: list[Match] = []
    boxes: list[BoundingBox] = []
    for face, score in sorted(zip(faces, scores, strict=True), key=lambda pair: -pair[1]):
        if face.box.same_face(boxes) is None:
            matches.append(Match(face, score))
            boxes.append(face.box)
    return tuple(matches)
