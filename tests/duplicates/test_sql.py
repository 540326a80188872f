"""SQL over reports: the AWS sample's view as it is, and each pair once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from customers import Bench
from painted import ANNA, ANNA_OLDER, BEN, painted

from facesorter.domain.errors import WrongUse
from facesorter.duplicates import sql
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.store import FolderStore


def rows_of(question: str, reports: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
    return sql.rows_of(question, reports, str(Path(reports).parent / "decisions"))


@pytest.fixture
def reports(bench: Bench) -> str:
    for key, color in (("Anna/1.png", ANNA), ("Anna/2.png", ANNA_OLDER), ("Annie/1.png", ANNA), ("Ben/1.png", BEN)):
        bench.put(key, painted((100, 90, 120, color)) + key.encode())
    bench.put("Ben/landscape.png", painted())
    bench.run()
    return str(bench.out / "reports")


def test_the_samples_view_is_answered(reports: str) -> None:
    columns, rows = rows_of("SELECT * FROM matchingstats ORDER BY customerid, similarity", reports)
    assert [column.lower() for column in columns] == ["customerid", "similarity", "suspect_match"]
    assert [(name, round(similarity), other) for name, similarity, other in rows] == [
        ("Anna", 65, "Annie"), ("Anna", 100, "Annie"), ("Annie", 65, "Anna"), ("Annie", 100, "Anna"),
    ]  # fmt: skip


def test_each_pair_is_once_with_number_median_and_pictures(reports: str) -> None:
    ((name, other, number, best, median, picture, other_picture, decision),) = rows_of(
        "SELECT * FROM matchingpairs", reports
    )[1]
    assert (name, other, number, best, round(median, 1), decision) == ("Anna", "Annie", 2, 100, 82.7, None)
    assert (picture, other_picture) == ("customers/Anna/1.png", "customers/Annie/1.png")
    assert len(rows_of("SELECT * FROM matchingfaces", reports)[1]) == 2


def test_the_table_holds_every_picture(reports: str) -> None:
    question = "SELECT source, customerid FROM face_match_output_db.face_match_output"
    assert len(rows_of(question, reports)[1]) == 5


@pytest.mark.parametrize(
    "question",
    ["SELEC 1", "SELECT * FROM none", "SELECT * FROM read_text('/etc/passwd')", "COPY (SELECT 1) TO 'x.csv'"],
)
def test_what_cannot_be_answered_is_told(reports: str, question: str) -> None:
    with pytest.raises(WrongUse, match="DuckDB cannot answer this"):
        rows_of(question, reports)


def test_folders_with_odd_names_are_read(bench: Bench, reports: str) -> None:
    odd = Path(reports).parent / "it's [a] *?"
    Path(reports).rename(odd)
    assert len(rows_of("SELECT * FROM matchingpairs", str(odd))[1]) == 1


def test_no_reports_are_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no reports"):
        rows_of("SELECT 1", str(tmp_path))


def test_what_was_said_of_a_pair_closes_it(reports: str) -> None:
    assert len(rows_of("SELECT * FROM openpairs", reports)[1]) == 1
    said = Decisions(FolderStore(str(Path(reports).parent)))
    said.decide("Annie", "Anna", "same")
    assert rows_of("SELECT * FROM openpairs", reports)[1] == []
    assert rows_of("SELECT name, other, number, decision FROM matchingpairs", reports)[1] == [
        ("Anna", "Annie", 2, "same")
    ]
    said.decide("Anna", "Annie", None)
    assert len(rows_of("SELECT * FROM openpairs", reports)[1]) == 1
