"""Which faces of a photo are somebody's because the user said so: several of one person in a mirror or a collage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Pile
from facesorter.ui.review.results import Results
from facesorter.ui.shell import words
from facesorter.ui.widgets.pictures import Loaded


class SaidFaces(NamedTuple):
    """Faces of a photo that are one person's, by their places among the photo's, and where they are in it."""

    faces: frozenset[int]
    boxes: tuple[BoundingBox, ...]

    @classmethod
    def of(cls, faces: Iterable[int], loaded: Loaded) -> SaidFaces:
        places = frozenset(faces)
        return cls(places, tuple(loaded.faces[place][0].box for place in sorted(places)))


class Sayable(NamedTuple):
    """What can be said of a face: in these words, that these faces are the person's, instead of those before."""

    words: str
    now: SaidFaces
    before: SaidFaces


def theirs(results: Results, row: int, number: int, loaded: Loaded) -> frozenset[int]:
    """The faces that the user said are the person's; none if they did not say which.

    What was said in these results counts more than what was known when the photo was loaded.
    """
    person = results.person(number)
    if person is None or results.verdict(row, number)[1] is not Decision.YES:
        return frozenset()
    said = results.said_faces(number, row)
    return loaded.said.get(person.id, frozenset()) if said is None else said


def sayable(results: Results, row: int, number: int, loaded: Loaded, face: int) -> Sayable | None:
    """What can be said of this face of a photo; None if it is taken for the person's only one anyway.

    Somebody is in a photo once, unless the user says that another face is theirs too.
    """
    name = words.as_written(results.names[number])
    best = results.verdict(row, number)[0].face_index
    said = theirs(results, row, number, loaded)
    before = SaidFaces.of(said, loaded)
    if not said and best is not None and results.pile_of(row, number) in (Pile.SURE, Pile.CHECK):
        said = frozenset({best})
    if face not in said:
        text = _("This face is {name} too") if said else _("This face is {name}")
        return Sayable(text.format(name=name), SaidFaces.of(said | {face}, loaded), before)
    if len(said) > 1:
        return Sayable(_("This face is not {name}").format(name=name), SaidFaces.of(said - {face}, loaded), before)
    return None
