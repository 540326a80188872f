"""Faces and comparisons as the JSON that Amazon Rekognition answers with, whichever engine found them.

Source of the shapes: botocore's service model of Rekognition (CompareFaces, DetectFaces). Rekognition's left is the
picture's left: in every example of its guide `eyeLeft` has the smaller X, which is the person's right eye.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facesorter.domain.models import BoundingBox, Comparison, Face, Landmarks, Point, Pose, Quality

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
    """The face that a `ComparedFace` or `FaceDetail` tells of. Raises `KeyError` if it lacks a member."""
    points = {mark["Type"]: Point(mark["X"], mark["Y"]) for mark in wire["Landmarks"]}
    box, pose, quality = wire["BoundingBox"], wire["Pose"], wire["Quality"]
    return Face(
        BoundingBox(box["Left"], box["Top"], box["Width"], box["Height"]),
        wire["Confidence"],
        Landmarks(**{name: points[kind] for name, kind in LANDMARK_TYPES.items()}),
        Pose(pose["Roll"], pose["Yaw"], pose["Pitch"]),
        Quality(quality["Brightness"], quality["Sharpness"]),
    )
