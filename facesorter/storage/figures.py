"""What was spent, and sums over the catalog that Insights draws. SQLite does the sums; no photo leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from facesorter.domain.spending import Cost
from facesorter.storage.database import Store

_MILLIONTHS = 1_000_000
"""Of a dollar; a call costs no smaller fraction."""


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
        """Sums over the photos whose content (a digest) is a person's (id); a person and content come once."""
        with self._database.writing() as connection:
            connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS owned"
                " (content INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (content, person)) WITHOUT ROWID"
            )
            connection.execute("DELETE FROM owned")
            connection.executemany(
                "INSERT OR IGNORE INTO owned (person, content) SELECT ?, id FROM contents WHERE digest = ?", owned
            )
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS shown (content INTEGER PRIMARY KEY, photos INTEGER)")
            connection.execute("DELETE FROM shown")
            connection.execute(
                "INSERT INTO shown SELECT coalesce(content, object) AS what, count(*) FROM photos"
                " WHERE what IS NOT NULL GROUP BY what"
            )
            shown = "owned JOIN shown ON shown.content = owned.content"
            by_year = connection.execute(
                f"""SELECT person, CAST(substr(taken_at, 1, 4) AS INTEGER) AS year, sum(photos)
                FROM {shown} JOIN contents ON contents.id = owned.content GROUP BY person, year"""
            ).fetchall()
            together = connection.execute(
                f"""SELECT owned.person, other.person, sum(photos) FROM {shown}
                JOIN owned AS other ON other.content = owned.content AND other.person > owned.person GROUP BY 1, 2"""
            ).fetchall()
            connection.execute("DELETE FROM owned")
            connection.execute("DELETE FROM shown")
        return PeopleSums(
            {(person, year): photos for person, year, photos in by_year},
            {(one, other): photos for one, other, photos in together},
        )
