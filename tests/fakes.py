"""A face engine whose pictures are text: one face a line, each with whom it looks like and how much.

`b"Anna 97 Ben 30"` is one face that is 97 similar to Anna and 30 to Ben; `b"damaged"` cannot be decoded and
`b"empty"` shows nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from packed_as_stored import PackedAsStored

from facesorter.domain.errors import PhotoError
from facesorter.domain.loaded_photos import ScoredAnew
from facesorter.domain.matching import DEFAULT_THRESHOLD, Highest, beside_counter_example, highest
from facesorter.domain.models import (
    Appearance,
    BoundingBox,
    Comparison,
    EncodedPicture,
    Face,
    Landmarks,
    Match,
    Point,
    Portrait,
    Pose,
    Quality,
    Reference,
)
from facesorter.domain.ports import Analyses, Example
from facesorter.domain.wire import face_detail
from facesorter.engines.headshot_face import place_of_face


def a_face(left: float = 0.25) -> Face:
    """A face with every member filled in."""
    points = Landmarks(*(Point(left + 0.1 * place, 0.4) for place in range(5)))
    return Face(BoundingBox(left, 0.25, 0.5, 0.5), 99.0, points, Pose(0, 0, 0), Quality(80, 80))


class TextEngine:
    """Counts what it was asked, and answers with the picture itself."""

    name = "text-1"
    paid = False

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.stopped = False
        self._lock = threading.Lock()

    def faces(self, picture: EncodedPicture) -> tuple[Face, ...]:
        return self.faces_in((self.analyze("", picture),))

    def enrol(self, name: str, portraits: Sequence[Portrait]) -> Reference:
        faces = [self.faces_in((portrait.picture.data,)) for portrait in portraits]
        places = [place_of_face(*one) for one in zip(portraits, faces, strict=True)]
        return Reference(name, faces[0][places[0]], {name: 0.0})

    def queries(self, people: Sequence[Reference]) -> tuple[str, ...]:
        return ("faces",)

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        with self._lock:
            self.asked.append(picture.path)
        if picture.data.startswith(b"damaged"):
            raise PhotoError("The picture is damaged.", lasting=True)
        return picture.data

    looker = None

    def of_film(self, frames: Sequence[tuple[float, bytes]]) -> bytes:
        """All faces of all frames, each with its time."""
        lines = [(line, seconds) for seconds, analysis in frames for line in _lines((analysis,))]
        return "\n".join(f"{line} {_SECONDS} {seconds}" for line, seconds in lines).encode() or b"empty"

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]:
        return tuple(
            replace(a_face(0.1 * number), seconds=_faces(line).get(_SECONDS))
            for number, line in enumerate(_lines(analyses))
        )

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        return [[[_similarity(line, person) for person in people] for line in _lines(analyses)] for analyses in photos]

    def highest(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[Highest]:
        return highest(self.similarities(people, photos), len(people))

    def load(self, photos: Sequence[Analyses]) -> ScoredAnew:
        return ScoredAnew(self, photos)

    @property
    def packing(self) -> PackedAsStored:
        return PackedAsStored(self)

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:
        """Whoever a confident example also looks like becomes part of the person."""
        looks = dict.fromkeys(_looks(examples), 0.0)
        kept = {name: value for name, value in _payload(person).items() if value == _OTHER or name == _SURE_FROM}
        return Reference(person.name, person.face, kept | looks | {person.name: 0.0})

    def set_apart(
        self, person: Reference, others: Sequence[Example], sure_from: float = DEFAULT_THRESHOLD
    ) -> Reference:
        """Whoever else a counter-example looks like is somebody else."""
        looks = {name: value for name, value in _payload(person).items() if value != _OTHER}
        return Reference(
            person.name, person.face, dict.fromkeys(_looks(others), _OTHER) | looks | {_SURE_FROM: sure_from}
        )

    def compare(self, source: Portrait, target: EncodedPicture) -> Comparison:
        reference = self.enrol(source.picture.data.decode().split()[0], [source])
        analyses = (self.analyze("", target),)
        scores = [score for (score,) in self.similarities([reference], [analyses])[0]]
        matches = [Match(face, score) for face, score in zip(self.faces_in(analyses), scores, strict=True)]
        return Comparison(reference.face, tuple(sorted(matches, key=lambda match: -match.similarity)))

    def face_details(self, picture: EncodedPicture) -> list[dict[str, Any]]:
        return [face_detail(face, Appearance()) for face in self.faces(picture)]

    def stop(self) -> None:
        self.stopped = True


def _lines(analyses: Analyses) -> list[str]:
    return [line for line in analyses[0].decode().splitlines() if line != "empty"]


def _faces(line: str) -> dict[str, float]:
    words = line.split()
    return dict(zip(words[::2], map(float, words[1::2]), strict=True))


_SECONDS = "at"
"""Nobody's name: when a face of a film is seen."""

_OTHER = -1.0
"""What a reference holds of a name that is somebody else's."""

_SURE_FROM = ""
"""Nobody's name: from which similarity a face is sure."""


def _looks(examples: Sequence[Example]) -> list[str]:
    return [name for example in examples for name in _faces(_lines(example.analyses)[example.face_index])]


def _payload(person: Reference) -> dict[str, float]:
    assert isinstance(person.payload, dict)
    return cast("dict[str, float]", person.payload)


def _similarity(line: str, person: Reference) -> float:
    known = _payload(person)
    values = [(value, known[name]) for name, value in _faces(line).items() if name in known]
    likeness = max((value for value, whose in values if whose != _OTHER), default=0.0)
    counter = max((value for value, whose in values if whose == _OTHER), default=0.0)
    return beside_counter_example(likeness, counter, known.get(_SURE_FROM, DEFAULT_THRESHOLD))
