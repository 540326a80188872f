"""Clears away what can be made anew: analyses of pictures that are gone, and of engines that nobody uses any more.

What the user said refers to pictures by their digests, and stays. So does what a picture said of itself, where the
user said something of it: the date of a portrait cannot be had from anywhere else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date

from facesorter.domain.listing import KnownFolder
from facesorter.storage.database import Store
from facesorter.storage.listings import HELD_BY_A_PHOTO, let_go

_GONE = f"gone_on IS NOT NULL AND gone_on <= ? AND NOT {HELD_BY_A_PHOTO}"


class SqliteClearing(Store):
    """The part of the `Catalog` that is about what is gone."""

    def known_folders(self) -> list[KnownFolder]:
        """Every folder in which photos were listed, of this run or of earlier ones."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT path, mount FROM folders ORDER BY path").fetchall()
        return [KnownFolder(os.fsdecode(path), None if mount is None else os.fsdecode(mount)) for path, mount in rows]

    def names_in(self, folder: str) -> list[str]:
        """The photos that are known in this folder."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT name FROM photos JOIN folders ON folders.id = folder WHERE path = ?", (os.fsencode(folder),)
            )
            return [os.fsdecode(name) for (name,) in rows]

    def let_go(self, folder: str, names: Iterable[str]) -> None:
        """These photos of a folder are gone: what no other photo holds can be cleared away after a while."""
        with self._database.writing() as connection:
            let_go(connection, folder, names)

    def clear_gone(self, until: date) -> int:
        """Erase the analyses of pictures that have been gone since `until` or longer; how many had any. Durably."""
        with self._database.writing() as connection:
            (cleared,) = connection.execute(
                f"SELECT count(*) FROM contents WHERE {_GONE} AND id IN (SELECT content FROM analyses)",
                (until.isoformat(),),
            ).fetchone()
            connection.execute(
                f"DELETE FROM analyses WHERE content IN (SELECT id FROM contents WHERE {_GONE})", (until.isoformat(),)
            )
            connection.execute(
                f"""DELETE FROM contents WHERE {_GONE} AND digest NOT IN (
                    SELECT content FROM portraits UNION SELECT content FROM decisions
                    UNION SELECT content FROM unnamed_faces)""",
                (until.isoformat(),),
            )
            if cleared:
                connection.execute("UPDATE groupings SET basis = ''")  # faces are grouped anew, without these
        self._database.commit()
        return cleared

    def clear_superseded(self, until: date, is_superseded: Callable[[str], bool]) -> int:
        """Erase the analyses of superseded queries that were last asked on `until` or before; how many queries.

        Durably; with them the groups of such engines.
        """
        with self._database.writing() as connection:
            unused = connection.execute(
                "SELECT id, key FROM queries WHERE used_on <= ?", (until.isoformat(),)
            ).fetchall()
            superseded = [(number,) for number, key in unused if is_superseded(key)]
            connection.executemany("DELETE FROM analyses WHERE query = ?", superseded)
            connection.executemany("DELETE FROM queries WHERE id = ?", superseded)
            engines = [row for row in connection.execute("SELECT engine FROM groupings") if is_superseded(row[0])]
            connection.executemany("DELETE FROM groupings WHERE engine = ?", engines)
        self._database.commit()
        return len(superseded)

    def is_due(self, chore: str, today: date) -> bool:
        """Whether a chore was not done today, which it counts as from now on."""
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO chores (name, done_on) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET done_on = excluded.done_on WHERE done_on != excluded.done_on",
                (chore, today.isoformat()),
            )
            return cursor.rowcount > 0

    def scrub(self) -> None:
        """Leave no byte of what was erased; see `Database.scrub`."""
        self._database.scrub()
