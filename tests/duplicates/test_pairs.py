"""What Insights reads of reports: each pair once, whatever changes, and nothing twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from customers import Bench
from painted import ANNA, ANNA_OLDER, BEN, painted

from facesorter.duplicates.pairs import MIGRATIONS, Pairs
from facesorter.duplicates.sql import rows_of
from facesorter.storage.database import Database


@pytest.fixture
def reports(bench: Bench) -> Bench:
    for key, color in (("Anna/1.png", ANNA), ("Anna/2.png", ANNA_OLDER), ("Annie/1.png", ANNA), ("Ben/1.png", BEN)):
        bench.put(key, painted((100, 90, 120, color)) + key.encode())
    bench.put("Ben/landscape.png", painted())
    bench.put("Ben/broken.png", b"no picture")
    bench.run()
    return bench


@pytest.fixture
def pairs(reports: Bench, tmp_path: Path) -> Iterator[Pairs]:
    with closing(Database(tmp_path / "pairs.db", MIGRATIONS)) as database:
        yield Pairs(database, str(reports.out / "reports"))


def read(pairs: Pairs, bench: Bench) -> int:
    """How many reports were read."""
    last = 0
    for looked in pairs.refresh(bench.decisions.all()):
        last = looked.total
    return last


def test_a_pair_is_once_and_as_sql_tells_it(pairs: Pairs, reports: Bench) -> None:
    assert read(pairs, reports) == 6
    ((names, faces, best, pictures, verdict),) = pairs.pairs(0)
    assert (names, faces, best, verdict) == (("Anna", "Annie"), 2, 100, None)
    assert [one.source for one in pictures] == ["customers/Anna/1.png", "customers/Annie/1.png"]
    assert [tuple(round(side, 1) for side in one.box) for one in pictures] == [(0.2, 0.3, 0.3, 0.4)] * 2
    folders = str(reports.out / "reports"), str(reports.out / "decisions")
    (told,) = rows_of("SELECT name, other, number, best FROM matchingpairs", *folders)[1]
    assert told == (*names, faces, best)
    assert pairs.similarities() == {65: 1, 100: 1}
    assert pairs.outcomes() == {"matched": 3, "alone": 1, "no_face": 1, "too_poor": 0, "problem": 1}
    assert pairs.count(66) == (1, 0)
    assert pairs.pairs(0, percent=65) == pairs.pairs(0)
    assert pairs.pairs(0, percent=66) == []


def test_only_reports_that_changed_are_read_again(pairs: Pairs, reports: Bench) -> None:
    read(pairs, reports)
    assert read(pairs, reports) == 0
    reports.put("Benny/1.png", painted((100, 90, 120, BEN)))
    os.unlink(reports.pictures / "Annie" / "1.png")
    reports.run()
    assert read(pairs, reports) == 4, "of Anna's two pictures, Ben's, and Benny's"
    assert [one.names for one in pairs.pairs(0)] == [("Ben", "Benny")]
    assert pairs.similarities() == {100: 1}


def test_what_was_said_is_there_and_comes_last(pairs: Pairs, reports: Bench) -> None:
    reports.put("Benny/1.png", painted((100, 90, 120, BEN)))
    reports.run()
    read(pairs, reports)
    pairs.decide(("Anna", "Annie"), "same")
    assert [(one.names[0], one.verdict) for one in pairs.pairs(0)] == [("Ben", None), ("Anna", "same")]
    assert pairs.count(0) == (2, 1)
    reports.decisions.decide("Benny", "Ben", "different")  # by the command line
    read(pairs, reports)
    assert [(one.names[0], one.verdict) for one in pairs.pairs(0)] == [("Anna", None), ("Ben", "different")]


def test_a_reading_that_is_broken_off_is_made_up_for(pairs: Pairs, reports: Bench, monkeypatch) -> None:
    monkeypatch.setattr("facesorter.duplicates.pairs._READ_AT_ONCE", 2)
    reading = pairs.refresh([])
    next(reading)
    reading.close()
    assert pairs.pairs(0) == []
    assert read(pairs, reports) == 4
    assert pairs.count(0) == (1, 0)


def test_two_searches_share_the_file(pairs: Pairs, reports: Bench, tmp_path: Path) -> None:
    read(pairs, reports)
    other = Pairs(pairs._database, str(tmp_path / "nothing" / "reports"))
    assert read(other, reports) == 0
    assert (other.pairs(0), other.similarities()) == ([], {})
    assert pairs.count(0) == (1, 0)
