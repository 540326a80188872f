"""Faces and comparisons as the JSON that Amazon Rekognition answers with, whichever engine found them.

Source of the shapes: botocore's service model of Rekognition (CompareFaces, DetectFaces). Rekognition's left is the
picture's left: in every example of its guide `eyeLeft` has the smaller X, which is the person's right eye.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from facesorter.domain.models import Appearance, BoundingBox, Comparison, Face, Landmarks, Point, Pose, Quality

LANDMARK_TYPES = {
    "right_eye": "eyeLeft",
    "left_eye": "eyeRight",
    "mouth_right": "mouthLeft",
    "mouth_left": "mouthRight",
    "nose": "nose",
}


def compared_face(face: Face) -> dict[str, Any]:
    """A `ComparedFace`: box and landmarks as ratios, confidence and quality 0-100, pose in degrees."""
    points = face.landmarks._asdict()
    return {
        "BoundingBox": {
            "Width": face.box.width,
            "Height": face.box.height,
            "Left": face.box.left,
            "Top": face.box.top,
        },
        "Confidence": face.confidence,
        "Landmarks": [
            {"Type": kind, "X": points[name].x, "Y": points[name].y} for name, kind in LANDMARK_TYPES.items()
        ],
        "Pose": {"Roll": face.pose.roll, "Yaw": face.pose.yaw, "Pitch": face.pose.pitch},
        "Quality": {"Brightness": face.quality.brightness, "Sharpness": face.quality.sharpness},
    }


DEFAULT_MEMBERS = ("BoundingBox", "Confidence", "Landmarks", "Pose", "Quality")
"""Of a `FaceDetail`: what is told whatever is asked for."""

MORE_MEMBERS = (
    *("AgeRange", "Smile", "Eyeglasses", "Sunglasses", "Gender", "Beard", "Mustache"),
    *("EyesOpen", "MouthOpen", "Emotions", "FaceOccluded", "EyeDirection"),
)
"""The others: what `Attributes` can ask for."""

EMOTIONS = ("HAPPY", "SAD", "ANGRY", "CONFUSED", "DISGUSTED", "SURPRISED", "CALM", "FEAR")
OLDEST = 100
UNKNOWN = "UNKNOWN"
_NOT_TOLD = ("Smile", "Eyeglasses", "Sunglasses", "Beard", "Mustache", "EyesOpen", "MouthOpen", "FaceOccluded")


def face_detail(face: Face, appearance: Appearance) -> dict[str, Any]:
    """A `FaceDetail` with every member that DetectFaces has; what is not known is neutral and has a confidence of 0.

    An age that is not known reaches from 0 to `OLDEST`; a gender or an emotion that is not known is `UNKNOWN`.
    """
    low, high = appearance.age_range or (0, OLDEST)
    gender, certain = appearance.gender or (UNKNOWN, 0.0)
    detail = compared_face(face) | {name: {"Value": False, "Confidence": 0.0} for name in _NOT_TOLD}
    detail |= {
        "AgeRange": {"Low": low, "High": high},
        "Gender": {"Value": gender, "Confidence": certain},
        "Emotions": _emotions(appearance),
        "EyeDirection": {"Yaw": 0.0, "Pitch": 0.0, "Confidence": 0.0},
    }
    if appearance.emotions:
        happy = appearance.emotions.get("HAPPY", 0.0)
        detail["Smile"] = {"Value": happy >= 50, "Confidence": max(happy, 100 - happy)}
    return detail


def told(member: str, value: Any) -> bool:
    """Whether this member of a `FaceDetail` says something, and is not neutral for want of knowledge."""
    match member:
        case "AgeRange":
            return (value["Low"], value["High"]) != (0, OLDEST)
        case "Emotions":
            return any(emotion["Type"] != UNKNOWN for emotion in value)
        case _:
            return not isinstance(value, dict) or cast("dict[str, Any]", value).get("Confidence") != 0


def _emotions(appearance: Appearance) -> list[dict[str, Any]]:
    if not appearance.emotions:
        return [{"Type": UNKNOWN, "Confidence": 0.0}]
    found = [{"Type": name, "Confidence": appearance.emotions.get(name, 0.0)} for name in EMOTIONS]
    return sorted(found, key=lambda emotion: -emotion["Confidence"])


def compare_faces_answer(comparison: Comparison) -> dict[str, Any]:
    """A CompareFaces answer: matches with their similarity (0-100), and the faces that match not well enough."""
    source = compared_face(comparison.source)
    return {
        "SourceImageFace": {"BoundingBox": source["BoundingBox"], "Confidence": source["Confidence"]},
        "FaceMatches": [
            {"Similarity": match.similarity, "Face": compared_face(match.face)} for match in comparison.matches
        ],
        "UnmatchedFaces": [compared_face(face) for face in comparison.unmatched],
    }


def face_from(wire: Mapping[str, Any]) -> Face:
    """The face that a `ComparedFace` or `FaceDetail` describes. Raises `KeyError` if it lacks a member."""
    points = {mark["Type"]: Point(mark["X"], mark["Y"]) for mark in wire["Landmarks"]}
    box, pose, quality = wire["BoundingBox"], wire["Pose"], wire["Quality"]
    return Face(
        BoundingBox(box["Left"], box["Top"], box["Width"], box["Height"]),
        wire["Confidence"],
        Landmarks(**{name: points[kind] for name, kind in LANDMARK_TYPES.items()}),
        Pose(pose["Roll"], pose["Yaw"], pose["Pitch"]),
        Quality(quality["Brightness"], quality["Sharpness"]),
    )
