"""What was spent, and sums over the catalog that Insights draws. SQLite does the sums; no photo leaves it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from facesorter.domain.spending import Cost
from facesorter.storage.database import Store

_MILLIONTHS = 1_000_000
"""Of a dollar; a call costs no smaller fraction."""

_AT_ONCE = 2000
"""Rows that are written before others have their turn."""

_OWNED = """
    SELECT id, ?, (SELECT count(*) FROM photos WHERE photos.content = contents.id)
        + (SELECT count(*) FROM photos WHERE photos.object = contents.id AND photos.content IS NULL)
    FROM contents WHERE digest = ?"""
"""A content, a person, and how many photos hold that content."""

_numbers = itertools.count(1)


class MonthlySpending(NamedTuple):
    """What was spent in a month (`2026-03`) on one kind of work."""

    month: str
    work: str
    cost: Cost


class PeopleSums(NamedTuple):
    """Photos by person (id) and year, None where the photo has no date; photos by two people (ids, lower first)."""

    by_year: dict[tuple[int, int | None], int]
    together: dict[tuple[int, int], int]


class SqliteFigures(Store):
    """The part of a profile's database that only Insights and its ledger use."""

    def note_spending(self, work: str, region: str, cost: Cost) -> None:
        """So much was spent just now; durably."""
        millionths = int(cost.dollars * _MILLIONTHS)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO spendings (work, region, calls, millionths) VALUES (?, ?, ?, ?)",
                (work, region, cost.calls, millionths),
            )
        self._database.commit()

    def spendings(self) -> list[MonthlySpending]:
        """What was spent, by month and work, the first month first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT strftime('%Y-%m', spent_at, 'localtime') AS month, work, sum(calls), sum(millionths)
                FROM spendings GROUP BY month, work ORDER BY month, work"""
            ).fetchall()
        return [
            MonthlySpending(month, work, Cost(calls, Decimal(millionths) / _MILLIONTHS))
            for month, work, calls, millionths in rows
            if month is not None
        ]

    def people(self, owned: Iterable[tuple[int, bytes]]) -> PeopleSums:
        """Sums over the photos whose content (a digest) is a person's (id); a person and content come once.

        It takes seconds for 200,000 of them, and lets others read and write in between.
        """
        table = f"owned_{next(_numbers)}"
        with self._database.writing() as connection:
            connection.execute(
                f"CREATE TEMP TABLE {table}"
                " (content INTEGER NOT NULL, person INTEGER NOT NULL, photos INTEGER NOT NULL,"
                " PRIMARY KEY (content, person)) WITHOUT ROWID"
            )
        try:
            rows = iter(owned)
            while chunk := list(islice(rows, _AT_ONCE)):
                with self._database.writing() as connection:
                    connection.executemany(f"INSERT INTO {table} {_OWNED}", chunk)
            with self._database.reading() as connection:
                by_year = connection.execute(
                    f"""SELECT person, CAST(substr(taken_at, 1, 4) AS INTEGER) AS year, sum(photos)
                    FROM {table} AS owned JOIN contents ON contents.id = owned.content WHERE photos > 0
                    GROUP BY person, year"""
                ).fetchall()
            with self._database.reading() as connection:
                together = connection.execute(
                    f"""SELECT owned.person, other.person, sum(owned.photos) FROM {table} AS owned
                    JOIN {table} AS other ON other.content = owned.content AND other.person > owned.person
                    WHERE owned.photos > 0
                    GROUP BY owned.person, other.person"""
                ).fetchall()
        finally:
            with self._database.writing() as connection:
                connection.execute(f"DROP TABLE {table}")
        return PeopleSums(
            {(person, year): photos for person, year, photos in by_year},
            {(one, other): photos for one, other, photos in together},
        )
