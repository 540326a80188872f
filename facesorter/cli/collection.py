"""`facesorter compare` with a folder or a bucket: who of a picture is in which of many others."""

from __future__ import annotations

import argparse
import csv
import io
import json
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import Any, TextIO

from tqdm import tqdm

from facesorter.app import App, ThreadExecutor
from facesorter.domain.errors import UserError
from facesorter.domain.events import CostEstimated, MoneySpent, PhotoFailed, PhotosFound
from facesorter.domain.figures import percent, whole
from facesorter.domain.formats import is_photo
from facesorter.domain.left_out import LeftOut
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Match
from facesorter.domain.narration import left_out, passed_over, shown
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.places import kind_of, name_of
from facesorter.domain.spending import in_dollars
from facesorter.domain.wire import compared_face
from facesorter.pipeline.compare import CompareEvent, PictureCompared, distinct_matches

log = logging.getLogger(__name__)

COLUMNS = ("file", "similarity", "source_face", "left", "top", "width", "height")


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face of a file that matches a face of the source picture (counted from 1, largest first)."""

    file: str
    source_face: int
    match: Match


@dataclass(slots=True)
class Findings:
    """Matches; how many pictures were compared; why others could not be, by file; and what is no picture.

    `complete` is False where something ended it early.
    """

    matches: list[FoundFace] = field(default_factory=list[FoundFace])
    compared: int = 0
    errors: dict[str, str] = field(default_factory=dict[str, str])
    passed_over: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict[LeftOut, int])
    complete: bool = False


def is_collection(path: str) -> bool:
    """Whether the path names many pictures: a folder, a bucket, a prefix that is no picture's name."""
    return os.path.isdir(path) if kind_of(path).has_folders else not is_photo(name_of(path))


def compare_collection(app: App, options: argparse.Namespace, paid_work: PaidWork | None) -> int:
    """Compare and print; 1 if a picture could not be compared. What ends it early comes after what was found."""
    findings = Findings()
    try:
        _find(app, options, paid_work, findings)
    except (UserError, KeyboardInterrupt):
        if findings.compared:
            _print(findings, options)
        raise
    _print(findings, options)
    return 1 if findings.errors else 0


def _find(app: App, options: argparse.Namespace, paid_work: PaidWork | None, findings: Findings) -> None:
    executor = ThreadExecutor()
    bar: tqdm[Any] = tqdm(unit=_(" pictures"), disable=None, leave=False)
    try:
        with (
            options.interruption.waiting() if paid_work else nullcontext(),  # what is paid for is waited for, and shown
            closing(app.comparisons.compare_all_faces(options.source, options.target, executor, paid_work)) as events,
        ):
            for event in events:
                _take(event, options.threshold, findings, bar)
        findings.complete = True
    finally:
        bar.close()
        executor.close()
        findings.matches.sort(key=lambda found: -found.match.similarity)


def _take(event: CompareEvent, threshold: float, findings: Findings, bar: tqdm[Any]) -> None:
    match event:
        case PhotosFound(total):
            bar.total = total
            findings.passed_over, findings.left_out = event.passed_over, event.left_out
        case CostEstimated():
            pass  # it was told before
        case MoneySpent(cost):
            bar.set_postfix_str(in_dollars(cost.dollars), refresh=False)
        case PictureCompared(photo, comparisons):
            findings.compared += 1
            findings.matches += [
                FoundFace(photo.path, number, match)
                for number, match in distinct_matches(comparisons)
                if match.similarity >= threshold
            ]
            bar.update()
        case PhotoFailed(photo, reason):
            findings.errors[photo.path] = reason
            log.warning("%s: %s", shown(photo.path), reason)
            bar.update()


def _print(findings: Findings, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(_as_json(findings, options), indent=2))
    elif options.csv:
        _print_csv(findings)
    else:
        _print_table(findings)


def _as_json(findings: Findings, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "source": options.source,
        "collection": options.target,
        "threshold": options.threshold,
        "complete": findings.complete,
        "compared": findings.compared,
        "passed_over": findings.passed_over,
        "left_out": {why.value: count for why, count in findings.left_out.items() if count},
        "matches": [
            {
                "file": found.file,
                "similarity": round(found.match.similarity, 4),
                "source_face": found.source_face,
                "face": compared_face(found.match.face),
            }
            for found in findings.matches
        ],
        "errors": [{"file": file, "reason": reason} for file, reason in findings.errors.items()],
    }


def _print_csv(findings: Findings) -> None:
    """The table for other programs: names are as they are, byte for byte, for they are to be found again."""
    output: TextIO = sys.stdout
    _keep_bytes(output)
    writer = csv.writer(output)
    writer.writerow(COLUMNS)
    for found in findings.matches:
        box = (f"{ratio:.5f}" for ratio in found.match.face.box)
        writer.writerow([found.file, f"{found.match.similarity:.4f}", found.source_face, *box])


def _keep_bytes(output: object) -> None:
    if isinstance(output, io.TextIOWrapper) and output.encoding.lower() == "utf-8":
        output.reconfigure(errors="surrogateescape")


def _print_table(findings: Findings) -> None:
    print(f"{_('similarity'):>10}  {_('face'):>7}  {_('file')}")
    for found in findings.matches:
        print(f"{percent(found.match.similarity):>10}  {found.source_face:>7}  {shown(found.file)}")
    compared = ngettext("{} picture was compared.", "{} pictures were compared.", findings.compared)
    if not findings.complete:
        compared = ngettext(
            "{} picture was compared before it was stopped.",
            "{} pictures were compared before it was stopped.",
            findings.compared,
        )
    said = [compared.format(whole(findings.compared))]
    if failed := len(findings.errors):
        said.append(ngettext("{} could not be.", "{} could not be.", failed).format(whole(failed)))
    matches = len(findings.matches)
    said.append(ngettext("{} match.", "{} matches.", matches).format(whole(matches)))
    print(*said)
    if findings.passed_over:
        print(passed_over(findings.passed_over))
    for sentence in left_out(findings.left_out):
        print(sentence)
