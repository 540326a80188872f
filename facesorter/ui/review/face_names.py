"""Which face of a photo is whose, as it is written on the photo."""

from __future__ import annotations

from collections.abc import Sequence

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile, Score
from facesorter.ui.review.piles import name_of, tone_of
from facesorter.ui.review.results import Results
from facesorter.ui.review.said_faces import theirs
from facesorter.ui.widgets.picture_with_faces import Mark
from facesorter.ui.widgets.pictures import Loaded


def heading(name: str, which: Pile, score: Score) -> str:
    """What a photo's pile says of a person, in a few words: `Anna? 63%`."""
    if which is Pile.PROBLEM or score.face_index is None:
        return name_of(which)
    likeness = percent(score.similarity)
    if which is Pile.NOT_THEM:
        return _("Not {}, {}").format(name, likeness)
    return (_("{}? {}") if which is Pile.CHECK else _("{}, {}")).format(name, likeness)


def named_faces(results: Results, row: int, number: int, loaded: Loaded) -> list[Mark]:
    """Every face of the picture that is shown, with the name of whom of the run it shows, and how similar it is.

    A face that decided for the person `number` stands out. One that is nobody's tells how similar it is to them.
    """
    owners: dict[int, list[int]] = {}
    for person in range(len(results.names)):
        score, _decision = results.verdict(row, person)
        faces = set(theirs(results, row, person, loaded))
        if score.face_index is not None and (
            person == number or results.pile_of(row, person) in (Pile.SURE, Pile.CHECK)
        ):
            faces.add(score.face_index)
        for face in faces:
            owners.setdefault(face, []).append(person)
    return [
        _mark(results, row, number, (place, loaded), _first(owners.get(place, ()), number, results, row))
        for place, (face, _likeness) in enumerate(loaded.faces)
        if face.seconds == loaded.seconds
    ]


def _first(owners: Sequence[int], number: int, results: Results, row: int) -> int | None:
    """Whose name a face bears if several have it: the surest one's."""
    return max(
        owners,
        key=lambda one: (
            results.pile_of(row, one) is Pile.SURE,
            one == number,
            results.verdict(row, one)[0].similarity,
        ),
        default=None,
    )


def _mark(results: Results, row: int, number: int, shown: tuple[int, Loaded], owner: int | None) -> Mark:
    place, loaded = shown
    face, likeness = loaded.faces[place]
    if owner is None:
        known = len(likeness) == len(results.names)  # of somebody without a usable headshot there is none
        figure = percent(likeness[number]) if known else ""
        spoken = _("Somebody else, {} similar to {}").format(figure, results.names[number]) if known else ""
        return Mark(face.box, "bad", figure, spoken=spoken)
    which = results.pile_of(row, owner)
    score = results.verdict(row, owner)[0]
    if place != score.face_index and owner < len(likeness):  # another one of theirs, because the user said so
        score = Score(likeness[owner], place)
    text = heading(results.names[owner], which, score)
    return Mark(face.box, tone_of(which), text, strong=owner == number, spoken=text)
