"""What follows from the rows that could be read of a damaged catalog, for those that could not."""

from __future__ import annotations

import os
from sqlite3 import Connection

from facesorter.domain.names import PREFIX, merging_key


def mend(connection: Connection) -> None:
    """Keep decisions and copies whose person or run could not be read, and have every folder looked through again."""
    # What is missing now would not be missed where a folder's listing is what it was.
    connection.execute("UPDATE folders SET fingerprint = NULL")
    _name_unread_people(connection)
    _list_unread_runs(connection)
    connection.execute("UPDATE people SET cover = NULL WHERE cover NOT IN (SELECT id FROM portraits)")


def _name_unread_people(connection: Connection) -> None:
    """Whose photos were copied is called as their folder is; of others nothing but a number is known."""
    unread = connection.execute(
        "SELECT person FROM decisions UNION SELECT person FROM portraits UNION"
        " SELECT person FROM copies WHERE person IS NOT NULL EXCEPT SELECT id FROM people"
    ).fetchall()
    for (person,) in unread:
        row = connection.execute(
            "SELECT path FROM target_folders JOIN copies ON copies.folder = target_folders.id WHERE person = ?",
            (person,),
        ).fetchone()
        folder = os.path.basename(os.fsdecode(row[0])) if row else f"{PREFIX}{person}"
        for free in (folder, f"{folder} ({person})"):
            name = free.removeprefix(PREFIX).encode("utf-8", "surrogatepass")
            connection.execute(
                "INSERT OR IGNORE INTO people (id, name, folder_name, folder_key) VALUES (?, ?, ?, ?)",
                (person, name, free, merging_key(free)),
            )


def _list_unread_runs(connection: Connection) -> None:
    unread = connection.execute(
        "SELECT run, min(path) FROM copies JOIN target_folders ON target_folders.id = copies.folder"
        " WHERE run NOT IN (SELECT id FROM runs) GROUP BY run"
    ).fetchall()
    connection.executemany(
        "INSERT INTO runs (id, destination) VALUES (?, ?)",
        [(run, os.path.dirname(folder)) for run, folder in unread],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO run_people (run, person)"
        " SELECT run, person FROM copies WHERE person IS NOT NULL AND run = ?",
        [(run,) for run, _ in unread],
    )
