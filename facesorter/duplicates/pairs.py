"""What Insights shows of a search's reports, read into a file of its own: they are many, and seldom change.

A pair of names is kept once, in the order of the names, and a pair of faces counts once though it is in both reports.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from facesorter.domain.models import BoundingBox
from facesorter.duplicates.decisions import Decision, Verdict
from facesorter.duplicates.reports import Report, parsed
from facesorter.duplicates.run import Looked
from facesorter.storage.database import Database
from facesorter.storage.opening import Migrations

MIGRATIONS: Migrations = (
    (
        "CREATE TABLE searches (id INTEGER PRIMARY KEY, folder BLOB NOT NULL UNIQUE) STRICT",
        """CREATE TABLE reports (
            id INTEGER PRIMARY KEY,
            search INTEGER NOT NULL REFERENCES searches ON DELETE CASCADE,
            file TEXT NOT NULL,
            version TEXT NOT NULL,
            outcome TEXT NOT NULL,
            report_from REAL NOT NULL,
            UNIQUE (search, file)) STRICT""",
        """CREATE TABLE matches (
            id INTEGER PRIMARY KEY,
            report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
            name TEXT NOT NULL,
            other TEXT NOT NULL,
            face TEXT NOT NULL,
            other_face TEXT NOT NULL,
            similarity REAL NOT NULL,
            picture TEXT NOT NULL,
            other_picture TEXT NOT NULL,
            box TEXT NOT NULL,
            other_box TEXT NOT NULL) STRICT""",
        "CREATE INDEX matches_of_report ON matches (report)",
        "CREATE INDEX matches_by_names ON matches (name, other)",
        # Sums of the matches, made anew when a report has changed.
        """CREATE TABLE pairs (
            id INTEGER PRIMARY KEY,
            search INTEGER NOT NULL REFERENCES searches ON DELETE CASCADE,
            name TEXT NOT NULL,
            other TEXT NOT NULL,
            faces INTEGER NOT NULL,
            best REAL NOT NULL,
            picture TEXT NOT NULL,
            other_picture TEXT NOT NULL,
            box TEXT NOT NULL,
            other_box TEXT NOT NULL,
            verdict TEXT,
            UNIQUE (search, name, other)) STRICT""",
        "CREATE INDEX pairs_by_best ON pairs (search, best)",
        """CREATE TABLE similarities (
            search INTEGER NOT NULL REFERENCES searches ON DELETE CASCADE,
            percent INTEGER NOT NULL,
            faces INTEGER NOT NULL,
            PRIMARY KEY (search, percent)) STRICT, WITHOUT ROWID""",
    ),
)
"""`version` changes with the report's file; `outcome` is one of `OUTCOMES`."""

OUTCOMES = ("matched", "alone", "no_face", "too_poor", "problem")

_READ_AT_ONCE = 200
"""Reports; others may use the file in between."""


class FaceOfPair(NamedTuple):
    """A picture as its report calls it, and where in it the face is."""

    source: str
    box: BoundingBox


class Pair(NamedTuple):
    """Two names in their order, so many pairs of faces that are alike, and the best of these with its similarity."""

    names: tuple[str, str]
    faces: int
    best: float
    pictures: tuple[FaceOfPair, FaceOfPair]
    verdict: Verdict | None


class PairCount(NamedTuple):
    """Pairs of names, and of how many of them the user has said something."""

    pairs: int
    decided: int


class Pairs:
    """The reports of one search, which lie in `folder`. Methods may block."""

    def __init__(self, database: Database, folder: str) -> None:
        self._database = database
        self._folder = folder
        with database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO searches (folder) VALUES (?)", (os.fsencode(folder),))
            row = connection.execute("SELECT id FROM searches WHERE folder = ?", (os.fsencode(folder),)).fetchone()
        self._search: int = row[0]

    def refresh(self, decisions: list[Decision]) -> Generator[Looked]:
        """Read what has changed since the last time; `decisions` is all that was said of names."""
        there = {
            entry.name: f"{(facts := entry.stat()).st_size} {facts.st_mtime_ns}"
            for entry in _files(self._folder)
            if entry.name.endswith(".json")
        }
        with self._database.reading() as connection:
            rows = connection.execute("SELECT file, version FROM reports WHERE search = ?", (self._search,))
            known = dict(rows.fetchall())
        gone = [file for file in known if file not in there]
        changed = sorted(file for file, version in there.items() if known.get(file) != version)
        if gone or changed:
            # Whoever breaks it off here has sums that do not fit any more, and gets them anew the next time.
            with self._database.writing() as connection:
                connection.executemany(
                    "DELETE FROM reports WHERE search = ? AND file = ?", [(self._search, file) for file in gone]
                )
                connection.execute("DELETE FROM similarities WHERE search = ?", (self._search,))
        for start in range(0, len(changed), _READ_AT_ONCE):
            chunk = changed[start : start + _READ_AT_ONCE]
            read = [(file, there[file], _report_in(os.path.join(self._folder, file))) for file in chunk]
            with self._database.writing() as connection:
                for file, version, report in read:
                    connection.execute(
                        "DELETE FROM reports WHERE search = ? AND file = ?", (self._search, file)
                    )  # with its matches
                    if report is not None:
                        found = connection.execute(
                            "INSERT INTO reports (search, file, version, outcome, report_from) VALUES (?, ?, ?, ?, ?)",
                            (self._search, file, version, _outcome(report), report.get("SimilarityThreshold", 0.0)),
                        ).lastrowid
                        connection.executemany(_INSERT_MATCH, ((found, *row) for row in _matches(report)))
            yield Looked(start + len(chunk), len(changed))
        with self._database.writing() as connection:
            summed = connection.execute(
                "SELECT 1 FROM similarities WHERE search = ? LIMIT 1", (self._search,)
            ).fetchone()
            if summed is None:
                for statement in _SUMS:
                    connection.execute(statement, {"search": self._search})
            connection.execute("UPDATE pairs SET verdict = NULL WHERE search = ?", (self._search,))
            connection.executemany(
                "UPDATE pairs SET verdict = ? WHERE search = ? AND name = ? AND other = ?",
                [(said.verdict, self._search, *said.names) for said in decisions],
            )
        self._database.commit()

    def decide(self, names: tuple[str, str], verdict: Verdict | None) -> None:
        """What was said of two names in their order, since the last `refresh`."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE pairs SET verdict = ? WHERE search = ? AND name = ? AND other = ?",
                (verdict, self._search, *names),
            )
        self._database.commit()

    def outcomes(self) -> dict[str, int]:
        """How many pictures came to each of `OUTCOMES`."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT outcome, count(*) FROM reports WHERE search = ? GROUP BY outcome", (self._search,)
            )
            return dict.fromkeys(OUTCOMES, 0) | dict(rows.fetchall())

    def similarities(self) -> dict[int, int]:
        """How many pairs of faces under different names are alike by each whole percent (rounded down)."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT percent, faces FROM similarities WHERE search = ? ORDER BY percent", (self._search,)
            )
            return dict(rows.fetchall())

    def count(self, at_least: float) -> PairCount:
        """How many pairs of names are alike by at least so much."""
        with self._database.reading() as connection:
            return PairCount(
                *connection.execute(
                    "SELECT count(*), count(verdict) FROM pairs WHERE search = ? AND best >= ?",
                    (self._search, at_least),
                ).fetchone()
            )

    def pairs(self, at_least: float, percent: int | None = None, most: int = 100, start: int = 0) -> list[Pair]:
        """The pairs of names that are alike by at least so much; those that nothing was said of first, then the best.

        With `percent` those of whom two faces are alike by just so much (rounded down).
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"""SELECT name, other, faces, best, picture, other_picture, box, other_box, verdict FROM pairs
                WHERE search = :search AND best >= :least {"" if percent is None else _OF_PERCENT}
                ORDER BY verdict IS NOT NULL, best DESC, name, other LIMIT :most OFFSET :start""",  # noqa: S608
                {"search": self._search, "least": at_least, "percent": percent, "most": most, "start": start},
            ).fetchall()
        return [_pair(row) for row in rows]


_INSERT_MATCH = """INSERT INTO matches
    (report, name, other, face, other_face, similarity, picture, other_picture, box, other_box)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_OF_PERCENT = """AND EXISTS (SELECT 1 FROM matches JOIN reports ON reports.id = report
    WHERE reports.search = :search AND matches.name = pairs.name AND matches.other = pairs.other
    AND CAST(similarity AS INTEGER) = :percent)"""

# SQLite takes the other columns from the row with the maximum.
_FACES = """(
    SELECT name, other, max(similarity) AS similarity, picture, other_picture, box, other_box
    FROM matches JOIN reports ON reports.id = report WHERE search = :search GROUP BY face, other_face) AS faces"""
_SUMS = (
    "DELETE FROM pairs WHERE search = :search",
    f"""INSERT INTO pairs (search, name, other, faces, best, picture, other_picture, box, other_box)
    SELECT :search, name, other, count(*), max(similarity), picture, other_picture, box, other_box
    FROM {_FACES} GROUP BY name, other""",  # noqa: S608 - our own words
    f"""INSERT INTO similarities (search, percent, faces)
    SELECT :search, CAST(similarity AS INTEGER) AS percent, count(*) FROM {_FACES} GROUP BY percent""",  # noqa: S608
)


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except FileNotFoundError:
        return


def _report_in(path: str) -> Report | None:
    try:
        with open(path, encoding="utf-8") as file:
            return parsed(file.read())
    except (FileNotFoundError, UnicodeDecodeError):  # replaced just now, or none of ours
        return None


def _outcome(report: Report) -> str:
    if report.get("Problem") is not None:
        return "problem"
    if report.get("Matches"):
        return "matched"
    if report.get("Faces"):
        return "alone"
    return "too_poor" if report.get("UnindexedFaces") else "no_face"


def _matches(report: Report) -> Iterator[tuple[Any, ...]]:
    """The rows of a report, names in their order."""
    name: str | None = report["CustomerID"]
    own = {face["FaceId"]: face["BoundingBox"] for face in report["Faces"]}
    for match in report["Matches"]:
        box = own.get(match["SourceFaceId"])
        if name is None or box is None:
            continue
        sides = [
            (name, match["SourceFaceId"], report["Source"], box),
            (match["CustomerId"], match["Face"]["FaceId"], match["Source"], match["Face"]["BoundingBox"]),
        ]
        one, other = sorted(sides, key=lambda side: side[0])
        yield (
            *(one[0], other[0], one[1], other[1], float(match["Similarity"]), one[2], other[2]),
            *(json.dumps([side[3][part] for part in ("Left", "Top", "Width", "Height")]) for side in (one, other)),
        )


def _pair(row: tuple[Any, ...]) -> Pair:
    name, other, faces, best, picture, other_picture, box, other_box, verdict = row
    one, two = BoundingBox(*json.loads(box)), BoundingBox(*json.loads(other_box))
    return Pair((name, other), faces, best, (FaceOfPair(picture, one), FaceOfPair(other_picture, two)), verdict)
