"""`facesorter compare` and `facesorter analyze`: one picture against another, and what can be said of each face."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from facesorter.app import Workshop
from facesorter.cli.collection import compare_collection, is_collection
from facesorter.cli.consent import add_service_options, agreed, percent, require_consent
from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.matching import DEFAULT_THRESHOLD
from facesorter.domain.models import Face
from facesorter.domain.spending import Errand, Terms, in_dollars
from facesorter.domain.wire import compare_faces_answer, face_from, told
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser("compare", parents=[shared], help="how similar the faces of pictures are")
    parser.add_argument("source", help="a picture, a file or s3://bucket/key")
    parser.add_argument("target", help="a picture, or a folder or s3://bucket/prefix of them; all faces are compared")
    parser.add_argument("--threshold", type=percent, default=DEFAULT_THRESHOLD, metavar="0-100", help="of a match")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="of two pictures in the shape of CompareFaces")
    output.add_argument("--csv", action="store_true", help="of many pictures: one match a line")
    _add_engine_options(parser)
    parser.set_defaults(command=compare)
    parser = commands.add_parser("analyze", parents=[shared], help="what can be said of each face of a picture")
    parser.add_argument("photo", help="a file or s3://bucket/key")
    parser.add_argument("--json", action="store_true", help="an answer in the shape of Rekognition's DetectFaces")
    _add_engine_options(parser)
    parser.set_defaults(command=analyze)


def _add_engine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=["local", "rekognition"], default="local", help="who looks at the faces")
    add_service_options(parser)


def _errand(options: argparse.Namespace, workshop: Workshop) -> Errand | None:
    """What is agreed to, if anything is to be sent. Raises `WrongUse` if it is not agreed to."""
    workshop.use_account(options.profile, options.region)
    if options.engine == "local":
        return None
    terms = Terms(most_dollars=options.max_cost)
    require_consent(yes=options.yes)
    if not agreed(workshop, f"for never more than {in_dollars(terms.most_dollars)}", yes=options.yes):
        raise WrongUse("Nothing was sent.")
    with suppress(StorageUnavailable):  # another FaceSorter has the profile: then answers are not kept
        workshop.open()
    return Errand(terms)


def compare(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print every face of the target with its similarity."""
    workshop = Workshop(paths)
    try:
        return _compare(options, workshop)
    except PhotoError as error:
        path = options.source if workshop.look_at_headshot(options.source).error else options.target
        raise PhotoError(f"{path} cannot be used. {error.reason}") from None
    finally:
        workshop.close()


def _compare(options: argparse.Namespace, workshop: Workshop) -> int:
    errand = _errand(options, workshop)
    if is_collection(options.target):
        return compare_collection(workshop, options, errand)
    if options.csv:
        raise WrongUse("--csv is for a folder or a bucket of pictures.", "Leave it out, or take --json.")
    comparison = workshop.compare(Headshot(options.source), options.target, errand)
    if options.json:
        print(json.dumps(compare_faces_answer(comparison.at_least(options.threshold)), indent=2))
        return 0
    print(f"{'similarity':>10}  {'match':<5}  {PLACE_TITLE}")
    for match in comparison.matches:
        verdict = "yes" if match.similarity >= options.threshold else "no"
        print(f"{match.similarity:>8.1f} %  {verdict:<5}  {_place(match.face)}")
    for face in comparison.unmatched:
        print(f"{'':>10}  {'no':<5}  {_place(face)}")
    if not comparison.matches and not comparison.unmatched:
        print("No face was found in the second picture.")
    return 0


def analyze(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print what the engine says of each face."""
    workshop = Workshop(paths)
    try:
        details = workshop.analyze(options.photo, _errand(options, workshop))
    except PhotoError as error:
        raise PhotoError(f"{options.photo} cannot be used. {error.reason}") from None
    finally:
        workshop.close()
    if options.json:
        print(json.dumps({"FaceDetails": details}, indent=2))
        return 0
    if not details:
        print("No face was found.")
    for number, detail in enumerate(details, 1):
        face = face_from(detail)
        pose, quality = face.pose, face.quality
        print(
            f"face {number}: {_place(face)}, confidence {face.confidence:.0f} %, "
            f"roll {pose.roll:+.0f}°, yaw {pose.yaw:+.0f}°, pitch {pose.pitch:+.0f}°, "
            f"brightness {quality.brightness:.0f}, sharpness {quality.sharpness:.0f}" + "".join(_more(detail))
        )
    return 0


def _more(detail: dict[str, Any]) -> Iterator[str]:
    """What not every engine tells: age, the strongest emotion, gender, a smile, a beard, glasses."""
    known = {member: value for member, value in detail.items() if told(member, value)}
    if "AgeRange" in known:
        yield f", {known['AgeRange']['Low']} to {known['AgeRange']['High']} years"
    for emotion in sorted(known.get("Emotions", ()), key=lambda one: -one["Confidence"])[:1]:
        yield f", {emotion['Type'].lower()} {emotion['Confidence']:.0f} %"
    for name, value in known.items():
        if isinstance(value, dict) and "Value" in value:
            said = cast("dict[str, Any]", value)
            yield f", {name} {str(said['Value']).lower()} {said.get('Confidence', 0):.0f} %"


PLACE_TITLE = "left, top, width, height in percent of the picture"


def _place(face: Face) -> str:
    return ", ".join(f"{100 * ratio:.1f}" for ratio in face.box)
