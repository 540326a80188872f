"""Why a photo is not among those of a person, as far as its faces tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from facesorter.domain.figures import percent, whole
from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import BoundingBox, Decision, Face, Photo
from facesorter.domain.ports import Analyses, AnalyzedPhoto, FaceEngine
from facesorter.domain.why import Hindrance, Reason, WhyFace, WhyNot
from facesorter.pipeline.decide import decide, similarities
from facesorter.pipeline.enrol import (
    BLURRED_SHARPNESS,
    DARK_BRIGHTNESS,
    DOUBTFUL_CONFIDENCE,
    SMALL_FACE_PX,
    TURNED_PITCH_DEGREES,
    TURNED_YAW_DEGREES,
)
from facesorter.pipeline.person_query import PersonQuery


class Looked(NamedTuple):
    """A photo that was looked at: its analyses, its width and height (px; None of a film), and what was said of faces.

    `said` are the faces of which the user said whose they are, by where they are: the name of each.
    """

    photo: Photo
    analyses: Analyses
    size_px: tuple[int, int] | None
    said: Sequence[tuple[BoundingBox, str]] = ()


def why(looked: Looked, person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine) -> WhyNot:
    """What hinders the first of these people in the photo; the others may have a better claim to its faces."""
    one = person_queries[0]
    analyzed = AnalyzedPhoto(looked.photo, looked.analyses, None)
    [(_photo, verdicts)] = decide(person_queries, threshold, engine, [analyzed])
    _alone, [by_face] = similarities(person_queries, engine, [looked.analyses])
    found = engine.faces_in(looked.analyses)
    faces = tuple(
        _face(looked, face, dict(zip([other.person.name for other in person_queries], row, strict=True)), threshold)
        for face, row in zip(found, by_face, strict=True)
    )
    unborn = one.unborn is not None and bool(one.unborn(looked.photo.identities))
    boxes = [face.box for face in found]
    drawn = tuple(box for box, name in looked.said if name == one.person.name and box.same_face(boxes) is None)
    reasons = tuple(_of_photo(one, verdicts[0].decision, unborn=unborn, empty=not faces and not drawn))
    return WhyNot(
        looked.photo, one.person, verdicts[0].pile, threshold, reasons, faces, drawn, decision=verdicts[0].decision
    )


def _of_photo(one: PersonQuery, decision: Decision | None, *, unborn: bool, empty: bool) -> Iterator[Reason]:
    name = one.person.name
    if decision is Decision.NO:
        yield Reason(Hindrance.DECIDED, _("You said that {name} is not in it.").format(name=name))
    elif decision is Decision.UNSURE:
        yield Reason(Hindrance.DECIDED, _("You said that you are not sure about {name}.").format(name=name))
    if unborn and decision is not Decision.YES:
        yield Reason(Hindrance.UNBORN, _("It was taken before {name} was born.").format(name=name))
    if empty:
        yield Reason(Hindrance.NO_FACE, _("No face was found in it."))


def _face(looked: Looked, face: Face, similar: Mapping[str, float], threshold: float) -> WhyFace:
    """What hinders a face, given its similarity to each person; the first is the one who is looked for."""
    (name, similarity), *others = similar.items()
    place = face.box.same_face([box for box, _name in looked.said])
    if place is not None:
        whose = looked.said[place][1]
        said = Reason(Hindrance.DECIDED, _("You said that this is {name}.").format(name=whose))
        return WhyFace(face, similarity, () if whose == name else (said,), None if whose == name else whose)
    other, best = max(others, key=lambda one: one[1], default=("", 0.0))
    if best > max(similarity, CHECK_FROM):
        sentence = _("It is more like {name} ({similarity}).").format(name=other, similarity=percent(best))
        return WhyFace(face, similarity, (Reason(Hindrance.SOMEBODY_ELSE, sentence),), other)
    if similarity >= threshold:
        return WhyFace(face, similarity)
    sentence = _("Sure faces reach {threshold}.").format(threshold=percent(threshold))
    below = Reason(Hindrance.BELOW, sentence)
    return WhyFace(face, similarity, (below, *flaws(face, looked.size_px)))


def flaws(face: Face, size_px: tuple[int, int] | None) -> Iterator[Reason]:
    """What makes a face hard to recognize, by the bars of a headshot; `size_px` is its picture's width and height."""
    if size_px is not None:
        side = round(min(face.box.width * size_px[0], face.box.height * size_px[1]))
        if side < SMALL_FACE_PX:
            sentence = ngettext(
                "The face is too small: {px} pixel.", "The face is too small: {px} pixels.", side
            ).format(px=whole(side))
            yield Reason(Hindrance.SMALL, sentence)
    if face.quality.sharpness < BLURRED_SHARPNESS:
        yield Reason(Hindrance.BLURRED, _("The face is blurred."))
    if face.quality.brightness < DARK_BRIGHTNESS:
        yield Reason(Hindrance.DARK, _("The face is too dark."))
    if abs(face.pose.yaw) > TURNED_YAW_DEGREES or abs(face.pose.pitch) > TURNED_PITCH_DEGREES:
        yield Reason(Hindrance.TURNED, _("The face is turned away."))
    if face.confidence < DOUBTFUL_CONFIDENCE:
        yield Reason(Hindrance.POOR, _("The face is partly hidden, or hard to make out."))
