"""From headshots to references: which face is meant, and is it good enough to search with?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from facesorter.domain.errors import NoFaceInHeadshot, PhotoError, WrongUse
from facesorter.domain.events import HeadshotFailed
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import EncodedPicture, Face, Portrait, Reference
from facesorter.domain.narration import shown
from facesorter.domain.ports import FaceEngine

SMALL_FACE_PX = 50
"""A face narrower than this holds less detail than the 112 px square that is compared."""
BLURRED_SHARPNESS = 20.0
DARK_BRIGHTNESS = 20.0
TURNED_YAW_DEGREES = 40.0
TURNED_PITCH_DEGREES = 35.0
DOUBTFUL_CONFIDENCE = 75.0


@dataclass(frozen=True, slots=True)
class Headshot:
    """A picture of somebody to look for, and which of its faces is meant (None: the largest)."""

    path: str
    face_index: int | None = None


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """One person to look for; `same_person` if the user said that the headshots show whoever has that name."""

    name: str
    headshots: tuple[Headshot, ...]
    same_person: bool = False


@dataclass(frozen=True, slots=True)
class HeadshotReport:
    """What can be said of a headshot before a run.

    `faces` come largest first, `remarks[i]` says in words what is wrong with face i (nothing: a good picture), and
    `error` is the sentence that says why the picture will not do at all.
    """

    path: str
    faces: tuple[Face, ...] = ()
    remarks: tuple[tuple[str, ...], ...] = ()
    error: str | None = None

    @property
    def preselected(self) -> int | None:
        return 0 if self.faces else None


def examine(path: str, faces: Sequence[Face], width: int, height: int) -> HeadshotReport:
    """The report on a headshot of `width` x `height` px in which these faces were found."""
    if not faces:
        return HeadshotReport(
            path, error=_("No face was found in this picture. Choose one that shows the face clearly.")
        )
    remarks = (remarks_on(face, min(face.box.width * width, face.box.height * height)) for face in faces)
    return HeadshotReport(path, tuple(faces), tuple(map(tuple, remarks)))


def remarks_on(face: Face, narrowest_px: float) -> Iterator[str]:
    """What is wrong with a face that has so many pixels where it has the fewest."""
    if narrowest_px < SMALL_FACE_PX:
        yield _("face too small")
    if face.quality.sharpness < BLURRED_SHARPNESS:
        yield _("blurred")
    if face.quality.brightness < DARK_BRIGHTNESS:
        yield _("too dark")
    if abs(face.pose.yaw) > TURNED_YAW_DEGREES or abs(face.pose.pitch) > TURNED_PITCH_DEGREES:
        yield _("turned away")
    if face.confidence < DOUBTFUL_CONFIDENCE:
        yield _("perhaps not a face")


def enrol(
    person_request: PersonRequest, engine: FaceEngine, read: Callable[[str], bytes]
) -> tuple[Reference, list[HeadshotFailed]]:
    """The reference for a person, and the headshots that will not do where others will.

    Raises `WrongUse` (`NoFaceInHeadshot`) if none will.
    """
    portraits: list[Portrait] = []
    references: list[Reference] = []
    failed: list[HeadshotFailed] = []
    errors: list[WrongUse] = []
    for shot in person_request.headshots:
        try:
            portrait = Portrait(EncodedPicture(shot.path, read(shot.path)), shot.face_index)
            references.append(engine.enrol(person_request.name, [portrait]))
            portraits.append(portrait)
        except PhotoError as error:
            errors.append(
                WrongUse(
                    _("The headshot {path} cannot be used. {reason}").format(
                        path=shown(shot.path), reason=error.reason
                    ),
                    _("Choose another one."),
                )
            )
            failed.append(HeadshotFailed(person_request.name, shot.path, error.reason))
        except NoFaceInHeadshot as error:
            errors.append(error)
            failed.append(HeadshotFailed(person_request.name, shot.path, str(error)))
    if not portraits:
        raise (
            errors
            or [
                WrongUse(
                    _("There is no headshot of {name}.").format(name=person_request.name),
                    _("Choose a picture that shows the face."),
                )
            ]
        )[0]
    return references[0] if len(references) == 1 else engine.enrol(person_request.name, portraits), failed
