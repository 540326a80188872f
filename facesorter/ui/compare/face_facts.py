"""What an engine says of a face, in words: every member of Rekognition's `FaceDetail`, told or not.

Source of the members: botocore's service model of Rekognition (DetectFaces). What an engine does not tell is None here
and shown as such, never as the neutral value that stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QLocale

from facesorter.domain.figures import percent, with_percent_sign
from facesorter.domain.messages import gettext as _
from facesorter.domain.wire import told
from facesorter.ui.shell import words


class Fact(NamedTuple):
    """A line of the list; `told` is None where the engine says nothing of it."""

    name: str
    told: str | None


class Facts(NamedTuple):
    """Lines that belong together."""

    title: str
    lines: tuple[Fact, ...]


def facts_of(detail: Mapping[str, Any]) -> tuple[Facts, ...]:
    """Everything that is known about a face, the most interesting first."""
    known = {member: value for member, value in detail.items() if told(member, value)}
    return (_seen(known), _pose(known), _person(known), _worn(known), _points(known))


def _seen(detail: Mapping[str, Any]) -> Facts:
    quality = detail.get("Quality", {})
    return Facts(
        _("Picture quality"),
        (
            Fact(_("Confidence that it is a face"), _percent(detail.get("Confidence"))),
            Fact(_("Brightness"), _of_hundred(quality.get("Brightness"))),
            Fact(_("Sharpness"), _of_hundred(quality.get("Sharpness"))),
            Fact(_("Partly covered"), _yes_or_no(detail.get("FaceOccluded"))),
            Fact(_("Position"), _box(detail.get("BoundingBox"))),
        ),
    )


def _pose(detail: Mapping[str, Any]) -> Facts:
    pose, eyes = detail.get("Pose", {}), detail.get("EyeDirection", {})
    turned = (_("to the left of the picture"), _("to the right of the picture"))
    raised = (_("down"), _("up"))
    leaning = (_("to the left of the picture"), _("to the right of the picture"))
    gaze = [_degrees(eyes.get("Yaw"), *turned), _degrees(eyes.get("Pitch"), *raised)]
    return Facts(
        _("Pose"),
        (
            Fact(_("Turned (yaw)"), _degrees(pose.get("Yaw"), *turned)),
            Fact(_("Tilted up or down (pitch)"), _degrees(pose.get("Pitch"), *raised)),
            Fact(_("Tilted sideways (roll)"), _degrees(pose.get("Roll"), *leaning)),
            Fact(_("Gaze direction"), ", ".join(one for one in gaze if one) or None),
        ),
    )


def _person(detail: Mapping[str, Any]) -> Facts:
    age = detail.get("AgeRange")
    return Facts(
        _("Estimated appearance"),
        (
            Fact(
                _("Age"),
                _("{} to {} years").format(age["Low"], age["High"]) if age else None,
            ),
            Fact(_("Gender"), _gender(detail.get("Gender"))),
            Fact(_("Emotions"), _emotions(detail.get("Emotions"))),
            Fact(_("Smile"), _yes_or_no(detail.get("Smile"))),
            Fact(_("Eyes open"), _yes_or_no(detail.get("EyesOpen"))),
            Fact(_("Mouth open"), _yes_or_no(detail.get("MouthOpen"))),
        ),
    )


def _worn(detail: Mapping[str, Any]) -> Facts:
    names = {
        "Eyeglasses": _("Glasses"),
        "Sunglasses": _("Sunglasses"),
        "Beard": _("Beard"),
        "Mustache": _("Mustache"),
    }
    lines = tuple(Fact(name, _yes_or_no(detail.get(member))) for member, name in names.items())
    return Facts(_("Glasses and beard"), lines)


def _points(detail: Mapping[str, Any]) -> Facts:
    """Landmarks by the service's own names, for there are up to thirty, and those who need them know these."""
    marks: Sequence[Mapping[str, Any]] = detail.get("Landmarks", ())
    lines = tuple(Fact(mark["Type"], f"{_share(mark['X'])}, {_share(mark['Y'])}") for mark in marks)
    title = _("Landmarks, measured from the left and the top")
    return Facts(title, lines or (Fact(_("Landmarks"), None),))


def _decimal(value: float) -> str:
    return QLocale().toString(value, "f", 1)


def _share(ratio: float) -> str:
    return with_percent_sign(_decimal(100 * ratio))


def _percent(value: float | None) -> str | None:
    return None if value is None else with_percent_sign(_decimal(value))


def _of_hundred(value: float | None) -> str | None:
    return None if value is None else _("{} of 100").format(words.number(round(value)))


def _degrees(value: float | None, below: str, above: str) -> str | None:
    if value is None:
        return None
    if abs(value) < 0.5:
        return "0°"
    return f"{words.number(round(abs(value)))}° {below if value < 0 else above}"


def _box(box: Mapping[str, float] | None) -> str | None:
    if box is None:
        return None
    return _("{} from the left, {} from the top, {} wide, {} high").format(
        *(_share(box[member]) for member in ("Left", "Top", "Width", "Height"))
    )


def _sure(value: Mapping[str, Any], text: str) -> str:
    return _("{} ({} confidence)").format(text, percent(value["Confidence"]))


def _yes_or_no(value: Mapping[str, Any] | None) -> str | None:
    if value is None:
        return None
    return _sure(value, _("yes") if value["Value"] else _("no"))


def _gender(value: Mapping[str, Any] | None) -> str | None:
    if value is None:
        return None
    known = {"Male": _("male"), "Female": _("female")}
    return _sure(value, known.get(value["Value"], str(value["Value"])))


def _emotions(values: Sequence[Mapping[str, Any]] | None) -> str | None:
    """Those of at least one percent, the strongest first."""
    if not values:
        return None
    known = {
        "HAPPY": _("happy"),
        "SAD": _("sad"),
        "ANGRY": _("angry"),
        "CONFUSED": _("confused"),
        "DISGUSTED": _("disgusted"),
        "SURPRISED": _("surprised"),
        "CALM": _("calm"),
        "FEAR": _("afraid"),
    }
    ordered = sorted(values, key=lambda value: -value["Confidence"])
    shown = [value for value in ordered if value["Confidence"] >= 1] or ordered[:1]
    return ", ".join(
        f"{known.get(value['Type'], value['Type'].lower())} {percent(value['Confidence'])}" for value in shown
    )
