"""`facesorter compare` and `facesorter analyze`: one picture against another, and what can be said of each face."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, cast

from facesorter.app import App
from facesorter.cli.collection import compare_collection, is_collection
from facesorter.cli.consent import (
    add_service_options,
    percentage,
    require_agreement,
    require_consent,
    tell_price,
    tell_receipt,
)
from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.events import CostEstimated
from facesorter.domain.figures import decimal, percent, whole
from facesorter.domain.matching import DEFAULT_THRESHOLD
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Face
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.spending import PricedTerms, Terms
from facesorter.domain.wire import compare_faces_answer, face_from, told
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser("compare", parents=[shared], help=_("compare the faces in pictures"))
    parser.add_argument("source", help=_("a picture, a file or s3://bucket/key"))
    parser.add_argument(
        "target", help=_("a picture, or a folder or s3://bucket/prefix of them; all faces are compared")
    )
    parser.add_argument(
        "--threshold", type=percentage, default=DEFAULT_THRESHOLD, metavar="0-100", help=_("of a match")
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help=_("of two pictures in the shape of CompareFaces"))
    output.add_argument("--csv", action="store_true", help=_("of many pictures: one match a line"))
    _add_engine_options(parser)
    parser.set_defaults(command=compare)
    parser = commands.add_parser("analyze", parents=[shared], help=_("describe each face in a picture"))
    parser.add_argument("photo", help=_("a file or s3://bucket/key"))
    parser.add_argument("--json", action="store_true", help=_("an answer in the shape of Rekognition's DetectFaces"))
    _add_engine_options(parser)
    parser.set_defaults(command=analyze)


def _add_engine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine", choices=["local", "rekognition"], default="local", help=_("what analyzes the faces")
    )
    add_service_options(parser)


@contextmanager
def _paid_work(
    options: argparse.Namespace, app: App, price: Callable[[Terms], PricedTerms]
) -> Generator[PaidWork | None]:
    """What is agreed to, if anything is to be sent; at the end it is told what it has cost, however it ended.

    Raises `WrongUse` if it is not agreed to.
    """
    if options.engine == "local":
        yield None
        return
    require_consent(yes=options.yes)
    with suppress(StorageUnavailable):  # another FaceSorter has the profile: then answers are not kept
        app.open()
    priced = price(Terms(most_dollars=options.max_cost))
    estimated = CostEstimated(priced.terms.savings, priced.cost, priced.most, priced.terms.most_dollars)
    if options.yes:
        tell_price(estimated)
    require_agreement(app, None if options.yes else estimated)
    paid_work = PaidWork(priced.terms, options.interruption.stopped)
    try:
        yield paid_work
    finally:
        tell_receipt(paid_work.spent)


def compare(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print every face of the target with its similarity."""
    app = App(paths)
    app.use_account(options.profile, options.region, options.key_file)
    whole = is_collection(options.target)
    if options.csv and not whole:
        raise WrongUse(_("--csv is for a folder or a bucket of pictures."), _("Leave it out, or use --json."))

    def price(terms: Terms) -> PricedTerms:
        if whole:
            return app.comparisons.price_of_all_faces(options.source, options.target, terms)
        return app.comparisons.price_of_comparison(Headshot(options.source), options.target, terms, whole=False)

    try:
        with _paid_work(options, app, price) as paid_work:
            return compare_collection(app, options, paid_work) if whole else _compare(options, app, paid_work)
    except PhotoError as error:
        path = options.source if app.headshots.examine(options.source).error else options.target
        raise PhotoError(_("{path} cannot be used. {reason}").format(path=path, reason=error.reason)) from None
    finally:
        app.close()


def _compare(options: argparse.Namespace, app: App, paid_work: PaidWork | None) -> int:
    with options.interruption.waiting() if paid_work else nullcontext():
        comparison = app.comparisons.compare(Headshot(options.source), options.target, paid_work)
    if options.json:
        print(json.dumps(compare_faces_answer(comparison.at_least(options.threshold)), indent=2))
        return options.interruption.exit_code(0)
    print(f"{_('similarity'):>10}  {_('match'):<7}  {_(PLACE_TITLE)}")
    for match in comparison.matches:
        verdict = _("yes") if match.similarity >= options.threshold else _("no")
        print(f"{percent(match.similarity):>10}  {verdict:<7}  {_place(match.face)}")
    for face in comparison.unmatched:
        print(f"{'':>10}  {_('no'):<7}  {_place(face)}")
    if not comparison.matches and not comparison.unmatched:
        print(_("No face was found in the second picture."))
    return options.interruption.exit_code(0)


def analyze(options: argparse.Namespace, paths: AppPaths) -> int:
    """Print what the engine says of each face."""
    app = App(paths)
    app.use_account(options.profile, options.region, options.key_file)
    try:
        with (
            _paid_work(options, app, app.comparisons.price_of_a_call) as paid_work,
            options.interruption.waiting() if paid_work else nullcontext(),
        ):
            details = app.comparisons.analyze(options.photo, paid_work)
    except PhotoError as error:
        raise PhotoError(
            _("{photo} cannot be used. {reason}").format(photo=options.photo, reason=error.reason)
        ) from None
    finally:
        app.close()
    if options.json:
        print(json.dumps({"FaceDetails": details}, indent=2))
        return options.interruption.exit_code(0)
    if not details:
        print(_("No face was found."))
    for number, detail in enumerate(details, 1):
        face = face_from(detail)
        pose, quality = face.pose, face.quality
        parts = (
            _("confidence {}").format(percent(face.confidence)),
            _("roll {}").format(degrees(pose.roll)),
            _("yaw {}").format(degrees(pose.yaw)),
            _("pitch {}").format(degrees(pose.pitch)),
            _("brightness {}").format(whole(round(quality.brightness))),
            _("sharpness {}").format(whole(round(quality.sharpness))),
            *_more(detail),
        )
        print(_("face {}: {}").format(number, ", ".join((_place(face), *parts))))
    return options.interruption.exit_code(0)


def degrees(angle: float) -> str:
    """With its sign, but for one that is none."""
    rounded = round(angle)
    return f"{rounded:+d}°" if rounded else "0°"


def _more(detail: dict[str, Any]) -> Iterator[str]:
    """What not every engine tells: age, the strongest emotion, gender, a smile, a beard, glasses."""
    known = {member: value for member, value in detail.items() if told(member, value)}
    if "AgeRange" in known:
        yield _("{} to {} years").format(known["AgeRange"]["Low"], known["AgeRange"]["High"])
    for emotion in sorted(known.get("Emotions", ()), key=lambda one: -one["Confidence"])[:1]:
        yield f"{emotion['Type'].lower()} {percent(emotion['Confidence'])}"
    for name, value in known.items():
        if isinstance(value, dict) and "Value" in value:
            said = cast("dict[str, Any]", value)
            yield f"{name} {str(said['Value']).lower()} {percent(said.get('Confidence', 0))}"


PLACE_TITLE = N_("left, top, width, height in percent of the picture")


def _place(face: Face) -> str:
    return "{}, {}, {}, {}".format(*(decimal(100 * ratio) for ratio in face.box))
