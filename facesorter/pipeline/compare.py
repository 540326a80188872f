"""One face, or each of several, against every picture of a place; nothing is remembered of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count

from facesorter.domain.errors import PhotoError
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.formats import suffix_of
from facesorter.domain.models import BoundingBox, Comparison, EncodedPicture, Face, Match, Photo, Portrait, Reference
from facesorter.domain.places import below
from facesorter.domain.ports import Answers, Executor, FaceEngine, PhotoSource
from facesorter.pipeline.analyze import in_order


@dataclass(frozen=True, slots=True)
class PictureCompared:
    """A picture was compared: one comparison a source face, in their order, each with every face of the picture."""

    photo: Photo
    comparisons: tuple[Comparison, ...]


def compare(
    sources: Sequence[Portrait],
    place: PhotoSource,
    engine: FaceEngine,
    executor: Executor,
    answer: Callable[[Sequence[str], Photo], Answers] | None = None,
) -> Generator[PhotosFound | PictureCompared | PhotoFailed]:
    """Compare each source face with all pictures of a place, several pictures at a time.

    `PhotosFound` while the place is listed, then each picture once, in a stable order; what cannot be read is a
    `PhotoFailed` and the rest goes on. `answer` may answer the questions about a picture in the engine's place.
    Raises `NoFaceInHeadshot` and `PhotoError` for a source, `UserError` for what ends it all.
    """
    people = [engine.enrol("", [source]) for source in sources]
    questions = engine.questions(people)
    photos: list[Photo] = []
    formats = Counter[str]()
    ids = count(1)
    found = 0
    for listing in place.listings():
        for entry in listing.entries:
            path = below(listing.folder, entry.name)
            photos.append(Photo(next(ids), path, entry.size, entry.modified_ns, object=entry.object))
        formats.update(suffix_of(entry.name) for entry in listing.entries)
        found += len(listing.entries) + len(listing.problems)
        yield PhotosFound(found, dict(formats))
        for path, reason in listing.problems.items():
            yield PhotoFailed(Photo(next(ids), path, 0, 0), reason, final=True)
    asking = _Asking(questions, place, engine, answer)
    with closing(in_order(photos, asking.ask, executor, asking.stop)) as asked:
        for photo, answers in asked:
            if isinstance(answers, str):
                yield PhotoFailed(photo, answers, final=True)
            else:
                yield PictureCompared(photo, comparisons(people, answers, engine))


class _Asking:
    """What the workers do."""

    def __init__(
        self,
        questions: Sequence[str],
        place: PhotoSource,
        engine: FaceEngine,
        answer: Callable[[Sequence[str], Photo], Answers] | None,
    ) -> None:
        self._answer = answer or self._read_and_ask
        self._questions = questions
        self._place = place
        self._engine = engine
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        self._engine.stop()

    def ask(self, photo: Photo) -> tuple[Photo, Answers | str]:
        """The answers to all questions, or why there are none."""
        if self._stopped:
            return photo, ""
        try:
            return photo, self._answer(self._questions, photo)
        except PhotoError as error:
            return photo, error.reason

    def _read_and_ask(self, questions: Sequence[str], photo: Photo) -> Answers:
        picture = EncodedPicture(photo.path, self._place.read(photo.path))
        return tuple(self._engine.ask(question, picture) for question in questions)


def comparisons(people: Sequence[Reference], answers: Answers, engine: FaceEngine) -> tuple[Comparison, ...]:
    """One comparison a source face: every face of the picture that was answered about, the most similar first."""
    faces = engine.faces_in(answers)
    similarities = engine.similarities(people, [answers])[0]
    return tuple(
        Comparison(person.face, _distinct(faces, [scores_of_face[place] for scores_of_face in similarities]))
        for place, person in enumerate(people)
    )


def _distinct(faces: Sequence[Face], scores: Sequence[float]) -> tuple[Match, ...]:
    """The faces, most similar first, each once: of boxes around the same face the most similar stays."""
    matches: list[Match] = []
    boxes: list[BoundingBox] = []
    for face, score in sorted(zip(faces, scores, strict=True), key=lambda pair: -pair[1]):
        if face.box.same_face(boxes) is None:
            matches.append(Match(face, score))
            boxes.append(face.box)
    return tuple(matches)
