"""Reports: one JSON object a picture, on one line, in the shape of the AWS sample and a little more.

The sample's table reads `Source`, `CustomerID` and `Matches` with `Similarity`, `Face` and `CustomerId`; it passes over
what it does not know. `Version` is that of the shape.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, cast

from facesorter.domain.models import BoundingBox
from facesorter.duplicates.index import Contents, IndexedFace, Like, Picture
from facesorter.duplicates.store import write_whole

VERSION = 1
_SUFFIX = ".json"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]")
_MOST_EXTERNAL_ID = 255

Report = dict[str, Any]


class Source(NamedTuple):
    """What the pictures of one source share: how it is called in reports, and from which similarity (0-100) on faces
    are reported as alike."""

    root: str
    report_from: float


class Reports(Protocol):
    """Where reports are kept, each under the name of its picture's key."""

    def write(self, key: str, report: Report) -> bool:
        """Put the report there whole, instead of an earlier one; whether it differs from that."""
        ...

    def read(self, key: str) -> Report | None:
        """The report of this picture, if there is one that can be read."""
        ...

    def remove(self, key: str) -> None:
        """Remove the report of a picture that is gone, if there is one."""
        ...

    def all(self) -> Iterator[Report]:
        """Every report that can be read."""
        ...


def report_of(source: Source, picture: Picture, contents: Contents, likes: Sequence[Like]) -> Report:
    """The report of a picture in which these faces of other names' pictures were found."""
    root = source.root
    return {
        "Version": VERSION,
        "SimilarityThreshold": source.report_from,
        "Source": f"{root}/{picture.key}",
        "CustomerID": picture.name,
        "Matches": [match_of(source, like) for like in likes],
        "Faces": [_face(face, picture.key) for face in contents.faces],
        "UnindexedFaces": [{"BoundingBox": _box(face.box), "Reasons": list(face.reasons)} for face in contents.refused],
        "Problem": contents.problem,
    }


def match_of(source: Source, like: Like) -> dict[str, Any]:
    """An entry of a report's `Matches`."""
    return {
        "Similarity": like.similarity,
        "Face": _face(like.face, like.picture.key),
        "CustomerId": like.picture.name,
        "Source": f"{source.root}/{like.picture.key}",
        "SourceFaceId": like.own_face_id,
    }


def rank(source: Source, match: dict[str, Any]) -> tuple[float, str, str, str]:
    """Entries are in this order: the most similar first."""
    key = match["Source"].removeprefix(f"{source.root}/")
    return -match["Similarity"], key, match["Face"]["FaceId"], match["SourceFaceId"]


def line_of(report: Report) -> str:
    """The report as it is kept."""
    return json.dumps(report, ensure_ascii=True) + "\n"


def parsed(text: str | None) -> Report | None:
    """The report of a line, if it is one of this version."""
    try:
        report = cast(object, json.loads(text)) if text is not None else None
    except ValueError:
        return None
    if not isinstance(report, dict):
        return None
    known = cast(Report, report)
    return known if known.get("Version") == VERSION else None


def external_id(key: str) -> str:
    """The key in the letters that Rekognition allows, at most 255 of them; no two keys are alike in it."""
    coded = "".join(letter if not _UNSAFE.match(letter) else _coded(letter) for letter in key)
    if len(coded) <= _MOST_EXTERNAL_ID:
        return coded
    digest = hashlib.sha256(os.fsencode(key)).hexdigest()
    return f"{coded[: _MOST_EXTERNAL_ID - len(digest) - 2]}::{digest}"


def report_name(key: str) -> str:
    """The name of a key's report: readable, safe on any system, and no other key's."""
    readable = _UNSAFE.sub("-", key.rpartition("/")[2])[:60].strip(".") or "picture"
    return f"{readable}-{hashlib.sha256(os.fsencode(key)).hexdigest()[:24]}{_SUFFIX}"


class FolderReports:
    """Reports as files of a folder, which is made if it is missing."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        os.makedirs(folder, exist_ok=True)

    def write(self, key: str, report: Report) -> bool:
        """Put the report there whole, instead of an earlier one; whether it differs from that."""
        line = line_of(report)
        path = self._path(key)
        if _text(path) == line:
            return False
        write_whole(path, line)
        return True

    def read(self, key: str) -> Report | None:
        """The report of this picture, if there is one that can be read."""
        return parsed(_text(self._path(key)))

    def remove(self, key: str) -> None:
        """Remove the report of a picture that is gone, if there is one."""
        with suppress(FileNotFoundError):
            os.unlink(self._path(key))

    def all(self) -> Iterator[Report]:
        """Every report that can be read, by the names of their files."""
        for name in sorted(os.listdir(self._folder)):
            if name.endswith(_SUFFIX):
                report = parsed(_text(os.path.join(self._folder, name)))
                if report is not None:
                    yield report

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, report_name(key))


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _face(face: IndexedFace, key: str) -> dict[str, Any]:
    return {
        "FaceId": face.face_id,
        "BoundingBox": _box(face.box),
        "ImageId": face.image_id,
        "ExternalImageId": external_id(key),
        "Confidence": face.confidence,
    }


def _box(box: BoundingBox) -> dict[str, float]:
    return {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top}


def _coded(letter: str) -> str:
    return "".join(f":{byte:02X}" for byte in os.fsencode(letter))
