"""`facesorter compare` with a folder or a bucket: who of a picture is in which of many others."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import sys
from dataclasses import dataclass
from typing import Any

from facesorter.app import ThreadExecutor, Workshop
from facesorter.domain.events import PhotoFailed
from facesorter.domain.formats import is_photo
from facesorter.domain.models import Match
from facesorter.domain.narration import shown
from facesorter.domain.places import is_in_s3
from facesorter.domain.spending import Errand
from facesorter.domain.wire import compared_face
from facesorter.pipeline.compare import PictureCompared

log = logging.getLogger(__name__)

COLUMNS = ("file", "similarity", "source_face", "left", "top", "width", "height")


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face of a file that matches a face of the source picture (counted from 1, largest first)."""

    file: str
    source_face: int
    match: Match


@dataclass(frozen=True, slots=True)
class Findings:
    """Matches, most similar first; how many pictures were compared; and why others could not be, by file."""

    matches: list[FoundFace]
    compared: int
    errors: dict[str, str]


def is_collection(path: str) -> bool:
    """Whether the path names many pictures: a folder, a bucket, a prefix that is no picture's name."""
    return not is_photo(path.rpartition("/")[2]) if is_in_s3(path) else os.path.isdir(path)


def compare_collection(workshop: Workshop, options: argparse.Namespace, errand: Errand | None) -> int:
    """Compare and print; 1 if a picture could not be compared."""
    findings = _find(workshop, options, errand)
    if options.json:
        print(json.dumps(_as_json(findings, options), indent=2))
    elif options.csv:
        _print_csv(findings)
    else:
        _print_table(findings)
    return 1 if findings.errors else 0


def _find(workshop: Workshop, options: argparse.Namespace, errand: Errand | None) -> Findings:
    matches: list[FoundFace] = []
    errors: dict[str, str] = {}
    compared = 0
    executor = ThreadExecutor()
    try:
        for event in workshop.compare_all_faces(options.source, options.target, executor, errand):
            match event:
                case PictureCompared(photo, comparisons):
                    compared += 1
                    for number, comparison in enumerate(comparisons, 1):
                        found = comparison.at_least(options.threshold).matches
                        matches += [FoundFace(photo.path, number, match) for match in found]
                case PhotoFailed(photo, reason):
                    errors[photo.path] = reason
                    log.warning("%s: %s", shown(photo.path), reason)
                case _:
                    pass
    finally:
        executor.close()
    matches.sort(key=lambda found: -found.match.similarity)
    return Findings(matches, compared, errors)


def _as_json(findings: Findings, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "source": options.source,
        "collection": options.target,
        "threshold": options.threshold,
        "compared": findings.compared,
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
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for found in findings.matches:
        box = (f"{ratio:.5f}" for ratio in found.match.face.box)
        writer.writerow([shown(found.file), f"{found.match.similarity:.4f}", found.source_face, *box])


def _print_table(findings: Findings) -> None:
    print(f"{'similarity':>10}  {'face':>4}  file")
    for found in findings.matches:
        print(f"{found.match.similarity:>8.1f} %  {found.source_face:>4}  {shown(found.file)}")
    failed = f", {len(findings.errors)} could not be" if findings.errors else ""
    print(f"{findings.compared} pictures were compared{failed}; {len(findings.matches)} matches.")
