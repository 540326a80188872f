"""People whom other programs have named in photos, and the photos that show them best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from facesorter.domain.errors import PhotoError
from facesorter.domain.models import BoundingBox, EncodedPicture, Face
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.names import one_spelling
from facesorter.domain.ports import FaceEngine
from facesorter.pipeline.enrol import Headshot, PersonRequest

MOST_HEADSHOTS = 8
"""So many photos stand for a person: those in which the marked face is largest."""

_CANDIDATES = 3 * MOST_HEADSHOTS
_OVERLAP = 0.2
"""Intersection over union from which a box somebody drew is that of a face that was found; many draw whole heads."""


@dataclass(slots=True)
class NamedPerson:
    """Somebody's photos: how many name them, in how many their face is marked, and the best of both kinds."""

    name: str
    photos: int = 0
    marked: int = 0
    faces: list[tuple[float, str, BoundingBox]] = field(default_factory=list[tuple[float, str, BoundingBox]])
    alone: list[str] = field(default_factory=list[str])
    """Photos that name them and nobody else, and say not where they are."""


class NamedPeople:
    """Everybody who is named in photos that are added one by one."""

    def __init__(self) -> None:
        self._people: dict[str, NamedPerson] = {}

    def add(self, path: str, faces: Sequence[NamedFace]) -> None:
        """These people are named in the photo at this path."""
        names = {one_spelling(face.name) for face in faces}
        for name in names:
            person = self._people.setdefault(name, NamedPerson(name))
            person.photos += 1
            boxes = [face.box for face in faces if one_spelling(face.name) == name and face.box is not None]
            if boxes:
                person.marked += 1
                person.faces += [(box.area, path, box) for box in boxes]
            elif len(names) == 1 and len(person.alone) < _CANDIDATES:
                person.alone.append(path)
            if len(person.faces) > 2 * _CANDIDATES:
                person.faces = _largest(person)

    def by_number(self) -> list[NamedPerson]:
        """Whoever is named in most photos first."""
        return sorted(self._people.values(), key=lambda person: (-person.photos, person.name))


def requests(
    people: Iterable[NamedPerson], engine: FaceEngine, read: Callable[[str], bytes]
) -> Iterator[PersonRequest]:
    """Those of these people of whom a face was found where it is marked, or alone in a photo that names them."""
    for person in people:
        shots = list(_headshots(person, engine, read))
        if shots:
            yield PersonRequest(person.name, tuple(shots))


def _largest(person: NamedPerson) -> list[tuple[float, str, BoundingBox]]:
    return sorted(person.faces, key=lambda face: (-face[0], face[1]))[:_CANDIDATES]


def _headshots(person: NamedPerson, engine: FaceEngine, read: Callable[[str], bytes]) -> Iterator[Headshot]:
    found = 0
    wanted: list[tuple[str, BoundingBox | None]] = [(path, box) for _, path, box in _largest(person)]
    for path, box in [*wanted, *((path, None) for path in person.alone)]:
        try:
            faces = engine.faces(EncodedPicture(path, read(path)))
        except PhotoError:
            continue  # whoever sorts it is told
        index = _marked(faces, box) if box is not None else 0 if len(faces) == 1 else None
        if index is not None:
            yield Headshot(path, index)
            found += 1
        if found == MOST_HEADSHOTS:
            return


def _marked(faces: tuple[Face, ...], box: BoundingBox) -> int | None:
    best = max(range(len(faces)), key=lambda place: faces[place].box.overlap(box), default=None)
    return None if best is None or faces[best].box.overlap(box) < _OVERLAP else best
