"""What was copied where, announced before and confirmed after each copy.

A kill leaves at most announcements, and each names the one temporary file and the one target to look at.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from facesorter.domain.models import Person
from facesorter.domain.places import below, folder_of, name_of
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement, Run
from facesorter.storage.database import Database
from facesorter.storage.dated import parts
from facesorter.storage.people import FAMILY, decoded

_PAGE = 1000
_RECORD = """
    SELECT copies.id, run, person, content, source, path, name, size, modified_ns, temporary, belongs_to
    FROM copies JOIN target_folders ON target_folders.id = copies.folder"""


_OF_PERSON = f"person IN {FAMILY} AND state = 'published' AND belongs_to IS NULL AND source != x''"


class SqliteJournal:
    """The `Journal` in a profile's database. What it is told is durable when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: set[int] = set()

    def begin_run(self, people: Sequence[Person], destination: str) -> int:
        """A new run's id."""
        with self._database.writing() as connection:
            cursor = connection.execute("INSERT INTO runs (destination) VALUES (?)", (os.fsencode(destination),))
            run_id = int(cursor.lastrowid or 0)
            connection.executemany(
                "INSERT OR IGNORE INTO run_people (run, person) VALUES (?, ?)",
                [(run_id, person.id) for person in people],
            )
        self._database.commit()
        return run_id

    def intend(self, run_id: int, copies: Sequence[tuple[CopyOrder, Placement]], *, held: bool = False) -> list[int]:
        """Durably announce copies; the ids of their records. See `Journal.intend`."""
        with self._database.writing() as connection:
            ids = [_insert(connection, run_id, order, placement) for order, placement in copies]
            if held:
                self._held.update(ids)
        self._database.commit()
        return ids

    def published(self, record_ids: Mapping[int, tuple[int, int]]) -> None:
        """These copies are complete: size and modification time (ns) of each, by record id.

        An earlier copy of the same photo under the same name was removed by somebody, or it could not have been made
        again.
        """
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE copies SET state = 'published', temporary = NULL, size = ?, modified_ns = ? WHERE id = ?",
                ((size, modified_ns, record_id) for record_id, (size, modified_ns) in record_ids.items()),
            )
            connection.executemany(
                "UPDATE copies SET state = 'taken back' WHERE state = 'published' AND id < ?1"
                " AND (folder, content, name) = (SELECT folder, content, name FROM copies WHERE id = ?1)",
                ((record_id,) for record_id in record_ids),
            )
        self._database.commit()
        self.left(record_ids)

    def abandoned(self, record_ids: Sequence[int]) -> None:
        """These announced copies were not made."""
        self._write("DELETE FROM copies WHERE id = ?", ((record_id,) for record_id in record_ids))
        self.left(record_ids)

    def left(self, record_ids: Iterable[int]) -> None:
        """Nobody works on these announced copies any more, whatever became of them."""
        self._held.difference_update(record_ids)

    def taken_back(self, record_ids: Sequence[int]) -> None:
        """These copies were removed again."""
        self._write("UPDATE copies SET state = 'taken back' WHERE id = ?", ((record_id,) for record_id in record_ids))

    def unfinished(self) -> list[tuple[CopyRecord, str]]:
        """Announced, neither published nor abandoned, and left. With each its temporary path. See `Journal`."""
        with self._database.reading() as connection:
            rows = connection.execute(f"{_RECORD} WHERE state = 'intended' ORDER BY copies.id").fetchall()
        left = (row for row in rows if row[0] not in self._held)
        return [(_record(row), below(os.fsdecode(row[5]), os.fsdecode(row[9]))) for row in left]

    def copies_of(self, order: CopyOrder) -> list[CopyRecord]:
        """Copies of this content in the order's folder that were not taken back, newest first.

        Those of a photo of the same name come first; if the order is for an own copy, there are no others.
        """
        rows = self._rows(
            "path = ? AND content = ? AND state = 'published' ORDER BY copies.id DESC",
            os.fsencode(order.folder),
            order.photo.content,
        )
        name = name_of(order.photo.path)
        records = [*map(_record, rows)]
        same = [record for record in records if name_of(record.source) == name]
        return same if order.own_copy else same + [record for record in records if record not in same]

    def copies_in(self, folder: str) -> list[CopyRecord]:
        """Copies that were made in this folder and not taken back, the oldest first."""
        rows = self._rows("path = ? AND state = 'published' ORDER BY copies.id", os.fsencode(folder))
        return [*map(_record, rows)]

    def contents_in(self, folders: Iterable[str]) -> set[bytes]:
        """The contents (SHA-256) of the copies that were made in these folders and not taken back."""
        found = set[bytes]()
        with self._database.reading() as connection:
            for folder in folders:
                rows = connection.execute(
                    "SELECT content FROM copies WHERE state = 'published'"
                    " AND folder = (SELECT id FROM target_folders WHERE path = ?)",
                    (os.fsencode(folder),),
                )
                found.update(content for (content,) in rows)
        return found

    def copies(self, person: Person, destination: str) -> Iterator[CopyRecord]:
        """Copies of this person that were made in this destination and not taken back."""
        return self._published(
            "person = ? AND run IN (SELECT id FROM runs WHERE destination = ?)", person.id, os.fsencode(destination)
        )

    def copied(self, person: Person, contents: Set[bytes] | None = None) -> list[CopyRecord]:
        """Copies of photos of this person, and of whoever was merged into them, in every destination, the last first.

        Of these contents only, if any are given.
        """
        if contents is None:
            rows = self._rows(_OF_PERSON, person.id)
        else:
            rows: list[tuple[Any, ...]] = []
            for some in parts(contents):
                rows += self._rows(f"{_OF_PERSON} AND content IN ({', '.join('?' * len(some))})", person.id, *some)
        return [*map(_record, sorted(rows, key=lambda row: -row[0]))]

    def copied_contents(self, person: Person) -> set[bytes]:
        """The contents (SHA-256) of these copies."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT content FROM copies WHERE {_OF_PERSON}", (person.id,)).fetchall()
        return {content for (content,) in rows}

    def copies_of_run(self, run_id: int) -> Iterator[CopyRecord]:
        """Copies that this run made and that were not taken back."""
        return self._published("run = ?", run_id)

    def standing(self) -> Iterator[CopyRecord]:
        """Every copy of every run that was not taken back; of those under one name only the newest."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM copies WHERE state = 'published' AND id NOT IN"
                " (SELECT max(id) FROM copies WHERE state = 'published' GROUP BY folder, name)"
            )
            replaced = {record_id for (record_id,) in rows}
        return (record for record in self._published("TRUE") if record.id not in replaced)

    def runs(self) -> list[Run]:
        """Every run that made copies, the newest first; also one whose copies were all taken back."""
        with self._database.reading() as connection:
            names: dict[int, list[str]] = defaultdict(list)
            for run_id, name in connection.execute(
                "SELECT run, name FROM run_people JOIN people ON people.id = person ORDER BY run_people.id"
            ):
                names[run_id].append(decoded(name))
            rows = connection.execute(
                "SELECT runs.id, destination, begun_at, sum(state = 'published')"
                " FROM runs JOIN copies ON copies.run = runs.id GROUP BY runs.id ORDER BY runs.id DESC"
            ).fetchall()
        return [
            Run(run_id, tuple(names[run_id]), os.fsdecode(destination), _local(begun_at), copies)
            for run_id, destination, begun_at, copies in rows
        ]

    def last_runs(self, most: int) -> list[tuple[Person, str]]:
        """Whom the last runs looked for, the newest first and each person once (-1: all of them), and where to."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT people.id, name, folder_name, destination, max(run) FROM run_people
                JOIN people ON people.id = person JOIN runs ON runs.id = run
                WHERE NOT hidden AND merged_into IS NULL
                GROUP BY people.id ORDER BY max(run) DESC, people.id LIMIT ?""",
                (most,),
            ).fetchall()
        return [(Person(row[0], decoded(row[1]), row[2]), os.fsdecode(row[3])) for row in rows]

    def target_folders(self) -> set[str]:
        """Every folder that holds copies; one whose copies were all taken back is the user's alone."""
        statement = (
            "SELECT path FROM target_folders WHERE id IN (SELECT folder FROM copies WHERE state != 'taken back')"
        )
        with self._database.reading() as connection:
            return {os.fsdecode(path) for (path,) in connection.execute(statement)}

    def folders_named(self, person: Person) -> dict[str, bool]:
        """The folders of this person's name that hold copies of theirs, and whether FaceSorter made each itself."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path, made FROM target_folders WHERE id IN"
                f" (SELECT folder FROM copies WHERE person IN {FAMILY} AND state = 'published')",
                (person.id,),
            ).fetchall()
        folders = {os.fsdecode(path): bool(made) for path, made in rows}
        return {path: made for path, made in folders.items() if name_of(path) == person.folder_name}

    def folders_made(self, run_id: int) -> list[str]:
        """The folders of this run's copies, taken back or not, that FaceSorter made itself."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM target_folders WHERE made AND id IN (SELECT folder FROM copies WHERE run = ?)",
                (run_id,),
            ).fetchall()
        return [os.fsdecode(path) for (path,) in rows]

    def _write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._database.writing() as connection:
            connection.executemany(statement, rows)
        self._database.commit()

    def _rows(self, condition: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return connection.execute(f"{_RECORD} WHERE {condition}", values).fetchall()

    def _published(self, condition: str, *values: Any) -> Iterator[CopyRecord]:
        """In pages, so that copies may be recorded or taken back while one reads."""
        after = 0
        while rows := self._rows(
            f"{condition} AND state = 'published' AND copies.id > ? ORDER BY copies.id LIMIT {_PAGE}", *values, after
        ):
            yield from map(_record, rows)
            after = rows[-1][0]


def _insert(connection: Connection, run_id: int, order: CopyOrder, placement: Placement) -> int:
    folder, name = os.fsencode(folder_of(placement.target)), os.fsencode(name_of(placement.target))
    connection.execute(
        "INSERT INTO target_folders (path, made) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET made = made OR ?",
        (folder, placement.new_folder, placement.new_folder),
    )
    cursor = connection.execute(
        "INSERT INTO copies (run, person, folder, name, temporary, content, source, belongs_to, state)"
        " VALUES (?, ?, (SELECT id FROM target_folders WHERE path = ?), ?, ?, ?, ?, ?, 'intended')",
        (
            run_id,
            order.person.id or None,
            folder,
            name,
            os.fsencode(name_of(placement.temporary)),
            placement.content,
            os.fsencode(order.photo.path),
            os.fsencode(order.belongs_to) if order.belongs_to else None,
        ),
    )
    return int(cursor.lastrowid or 0)


def _local(utc: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{utc}+00:00").astimezone()
    except (ValueError, OverflowError):
        return None


def _record(row: tuple[Any, ...]) -> CopyRecord:
    record_id, run_id, person_id, content, source, folder, name, size, modified_ns, _, belongs_to = row
    return CopyRecord(
        record_id,
        run_id,
        person_id or 0,
        content,
        os.fsdecode(source),
        below(os.fsdecode(folder), os.fsdecode(name)),
        size or 0,
        modified_ns or 0,
        os.fsdecode(belongs_to or b""),
    )
