"""`facesorter compare` and `facesorter analyze`: one picture against another, and what can be said of each face."""

from __future__ import annotations

import argparse
import json
from typing import Any

from facesorter.bootstrap import Workshop
from facesorter.domain.matching import DEFAULT_THRESHOLD
from facesorter.domain.models import EncodedPicture, Face
from facesorter.domain.wire import compare_faces_answer, compared_face
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot
from facesorter.sources.folder import read_file


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser("compare", parents=[shared], help="how similar the faces of two pictures are")
    parser.add_argument("source", help="a picture; its largest face is compared")
    parser.add_argument("target", help="a picture; all its faces are compared")
    parser.add_argument("--threshold", type=float, default=DEFAULT_THRESHOLD, metavar="0-100", help="of a match")
    parser.add_argument("--json", action="store_true", help="an answer in the shape of Rekognition's CompareFaces")
    parser.set_defaults(command=compare)
    parser = commands.add_parser("analyze", parents=[shared], help="what can be said of each face of a picture")
    parser.add_argument("photo")
    parser.add_argument("--json", action="store_true", help="an answer in the shape of Rekognition's DetectFaces")
    parser.set_defaults(command=analyze)


def compare(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print every face of the target with its similarity."""
    comparison = Workshop(paths).compare(Headshot(options.source), options.target).at_least(options.threshold)
    if options.json:
        print(json.dumps(compare_faces_answer(comparison), indent=2))
        return 0
    print(f"{'similarity':>10}  {'match':<5}  {PLACE_TITLE}")
    for match in comparison.matches:
        print(f"{match.similarity:>8.1f} %  {'yes':<5}  {_place(match.face)}")
    for face in comparison.unmatched:
        print(f"{'':>10}  {'no':<5}  {_place(face)}")
    if not comparison.matches and not comparison.unmatched:
        print("No face was found in the second picture.")
    return 0


def analyze(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print what the engine says of each face."""
    faces = Workshop(paths).engine.faces(EncodedPicture(options.photo, read_file(options.photo)))
    if options.json:
        print(json.dumps({"FaceDetails": [compared_face(face) for face in faces]}, indent=2))
        return 0
    if not faces:
        print("No face was found.")
    for number, face in enumerate(faces, 1):
        pose, quality = face.pose, face.quality
        print(
            f"face {number}: {_place(face)}, confidence {face.confidence:.0f} %, "
            f"roll {pose.roll:+.0f}°, yaw {pose.yaw:+.0f}°, pitch {pose.pitch:+.0f}°, "
            f"brightness {quality.brightness:.0f}, sharpness {quality.sharpness:.0f}"
        )
    return 0


PLACE_TITLE = "left, top, width, height in percent of the picture"


def _place(face: Face) -> str:
    return ", ".join(f"{100 * ratio:.1f}" for ratio in face.box)
