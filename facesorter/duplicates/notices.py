"""One message a pair of names that are taken for one person, never twice, whatever is run again or arrives late."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from facesorter.duplicates.reports import Report


@dataclass(frozen=True, slots=True)
class Notice:
    """Two names in their order, and what speaks for their being one person: which pairs of faces, and the best of them.

    `pairs` are the ids of the faces, `best` a similarity (0-100), `sources` its two pictures, each in the order of the
    names.
    """

    names: tuple[str, str]
    pairs: frozenset[tuple[str, str]]
    best: float
    sources: tuple[str, str]

    @property
    def id(self) -> str:
        """The same for the same two names, whichever came first."""
        return pair_id(self.names)

    def message(self) -> dict[str, Any]:
        """What is told; no picture, and nothing of what a face looks like."""
        one, other = self.names
        return {
            "Subject": f"{one} and {other} may be one person",
            "Names": list(self.names),
            "Matches": len(self.pairs),
            "BestSimilarity": self.best,
            "Sources": list(self.sources),
        }


def pair_id(names: tuple[str, str]) -> str:
    """A name for files about these two names, which are in their order; no other pair has it."""
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]


class Outbox(Protocol):
    """Where messages wait to be delivered. Several programs may post at once."""

    def post(self, notice: Notice) -> bool:
        """Leave the message, unless one about this pair was ever left; whether it was."""
        ...


class SomeDecided(Protocol):
    """What the user said of pairs of names."""

    def of(self, names: tuple[str, str]) -> str | None:
        """What was said of two names in their order, if anything was."""
        ...


class FolderOutbox:
    """Messages as files of a folder, which stay there when they are delivered: they are the memory of what was said."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        os.makedirs(folder, exist_ok=True)

    def post(self, notice: Notice) -> bool:
        """Leave the message whole, unless there is one about this pair."""
        path = os.path.join(self._folder, f"{notice.id}.json")
        if os.path.exists(path):
            return False
        beginning = f"{path}.{os.getpid()}.tmp"
        with open(beginning, "w", encoding="utf-8") as file:
            file.write(json.dumps(notice.message(), ensure_ascii=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beginning, path)
        except FileExistsError:
            return False
        finally:
            os.unlink(beginning)
        return True


def notices_of(report: Report, notify_from: float) -> Iterator[Notice]:
    """A notice for each other name in the report with a face that is like one of this picture's by at least so much."""
    name: str | None = report["CustomerID"]
    if name is None:
        return
    by_name: dict[str, list[dict[str, Any]]] = {}
    for match in report["Matches"]:
        if match["Similarity"] >= notify_from:
            by_name.setdefault(match["CustomerId"], []).append(match)
    for other, matches in by_name.items():
        best = max(matches, key=lambda match: match["Similarity"])
        pairs = [(match["SourceFaceId"], match["Face"]["FaceId"]) for match in matches]
        names, sources = (name, other), (report["Source"], best["Source"])
        if other < name:
            names, sources, pairs = names[::-1], sources[::-1], [pair[::-1] for pair in pairs]
        yield Notice(names, frozenset(pairs), best["Similarity"], sources)


def gathered(notices: Iterable[Notice]) -> list[Notice]:
    """One notice a pair of names, of all that was found about it."""
    by_names: dict[tuple[str, str], Notice] = {}
    for notice in notices:
        known = by_names.get(notice.names, notice)
        better = max(known, notice, key=lambda one: (one.best, one.sources))
        by_names[notice.names] = replace(better, pairs=known.pairs | notice.pairs)
    return list(by_names.values())
