"""Why a photo is not among those of a person: what hinders it as a whole, and what hinders each of its faces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from facesorter.domain.figures import percent
from facesorter.domain.left_out import LeftOut
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Face, Person, Photo, Pile


class Hindrance(StrEnum):
    """What keeps a photo, or a face of it, from being a person's."""

    PASSED_OVER = "passed-over"
    UNREADABLE = "unreadable"
    NOT_LOOKED_THROUGH = "not-looked-through"
    UNBORN = "before-birth"
    DECIDED = "decided"
    NO_FACE = "no-face"
    SOMEBODY_ELSE = "somebody-else"
    BELOW = "below-threshold"
    SMALL = "small"
    POOR = "poor"
    BLURRED = "blurred"
    DARK = "dark"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Reason:
    """A hindrance and the sentence that explains it."""

    hindrance: Hindrance
    sentence: str


@dataclass(frozen=True, slots=True)
class WhyFace:
    """A face of the photo: its similarity (0-100) to the person, what hinders it, and whose it rather is, if known."""

    face: Face
    similarity: float
    reasons: tuple[Reason, ...] = ()
    other: str | None = None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """All that can be said of a person in a photo.

    `pile` is where a search puts the photo, with the `threshold` (0-100) for sure ones; `decision` what the user said.
    `drawn` are the boxes of this person that were drawn by hand where no face is found.
    """

    photo: Photo
    person: Person
    pile: Pile
    threshold: float
    reasons: tuple[Reason, ...] = ()
    faces: tuple[WhyFace, ...] = ()
    drawn: tuple[BoundingBox, ...] = ()
    decision: Decision | None = None

    def hindered_by(self, hindrance: Hindrance) -> bool:
        """Whether this hinders the photo as a whole."""
        return any(reason.hindrance is hindrance for reason in self.reasons)

    @property
    def nearest(self) -> int | None:
        """The face that is most similar to the person, by its place among the faces."""
        return max(range(len(self.faces)), key=lambda place: self.faces[place].similarity, default=None)


PASSED_OVER_AS = {
    LeftOut.THUMBNAIL: N_("It is passed over as a thumbnail or preview of another photo."),
    LeftOut.DELETED: N_("It is passed over because it is in a trash folder."),
    LeftOut.ORIGINAL: N_("It is passed over because an edited photo of the same name takes its place."),
    LeftOut.SYSTEM: N_("It is passed over because its folder belongs to the operating system."),
}


def summary(found: WhyNot) -> str:
    """In which pile the photo lands."""
    name = found.person.name
    sentences = {
        Pile.SURE: _("This photo is one of {name}.").format(name=name),
        Pile.CHECK: _("Whether {name} is in this photo is for you to check.").format(name=name),
        Pile.NOT_THEM: _("This photo does not seem to show {name}.").format(name=name),
        Pile.NO_FACE: _("This photo does not seem to show {name}.").format(name=name),
        Pile.PROBLEM: _("This photo cannot be searched for {name}.").format(name=name),
    }
    return sentences[found.pile]


def face_in_words(number: int, one: WhyFace) -> str:
    """A face by its number, from 1: its similarity, and what hinders it."""
    similarity = percent(one.similarity)
    if not one.reasons:
        return _("Face {number}: {similarity}.").format(number=number, similarity=similarity)
    reasons = " ".join(reason.sentence for reason in one.reasons)
    return _("Face {number}: {similarity}. {reasons}").format(number=number, similarity=similarity, reasons=reasons)
