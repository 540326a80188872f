"""Who is remembered between runs, in SQLite: people by name, and what the user said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import cast

from facesorter.domain.models import Decision, Person
from facesorter.domain.names import distinct, folder_name, merging_key, one_spelling
from facesorter.storage.database import Database

_DECISIONS = frozenset(map(str, Decision))
"""What a row may say; another word is damage, and nothing was said then."""


class SqlitePeople:
    """The part of the `Catalog` that is about people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def person(self, name: str) -> Person:
        """The person of this name, however it is spelled, made known if new, with a folder name unlike any other's.

        Raises `WrongUse` for a name that no folder can be named after.
        """
        name = one_spelling(name)
        with self._database.writing() as connection:
            row = _named(connection, name)
            if row is not None:
                return Person(row[0], name, row[1])
            (free,) = distinct([name], [taken for _, taken, _ in _alike(connection, name)])
            cursor = connection.execute(
                "INSERT INTO people (name, folder_name, folder_key) VALUES (?, ?, ?) RETURNING id",
                (_encoded(name), free, merging_key(free)),
            )
            (person_id,) = cursor.fetchone()
        self._database.commit()
        return Person(person_id, name, free)

    def knows(self, name: str) -> bool:
        """Whether there is a person of this name, however it is spelled. Raises `WrongUse` as `person` does."""
        with self._database.reading() as connection:
            return _named(connection, one_spelling(name)) is not None

    def forget(self, name: str) -> bool:
        """Erase a person and all that the user said of them, beyond recovery; False if nobody has this name.

        Copies that stand stay in the journal with their folder, which undo needs, but belong to nobody: another person
        may get the same id one day.
        """
        name = one_spelling(name)
        with self._database.writing() as connection:
            found = _named(connection, name)
            if found is None:
                return False
            row = found[:1]
            connection.execute("DELETE FROM decisions WHERE person = ?", row)
            connection.execute("DELETE FROM copies WHERE person = ? AND state = 'taken back'", row)
            connection.execute("DELETE FROM target_folders WHERE id NOT IN (SELECT folder FROM copies)")
            connection.execute("UPDATE copies SET person = 0 WHERE person = ?", row)
            runs = connection.execute("SELECT id, people FROM runs").fetchall()
            connection.executemany("UPDATE runs SET people = ? WHERE id = ?", _without(name, runs))
            connection.execute("DELETE FROM people WHERE id = ?", row)
        self._database.scrub()
        return True

    def decide(self, person: Person, decisions: Mapping[bytes, Decision | None]) -> None:
        """Remember, durably and all or nothing, what the user said of contents or objects; None takes it back."""
        with self._database.writing() as connection:
            connection.executemany(
                "DELETE FROM decisions WHERE person = ? AND content = ?",
                [(person.id, content) for content in decisions],
            )
            connection.executemany(
                "INSERT INTO decisions (person, content, decision) VALUES (?, ?, ?)",
                [(person.id, content, said.value) for content, said in decisions.items() if said is not None],
            )
        self._database.commit()

    def decisions(self, person: Person) -> Mapping[bytes, Decision]:
        """All that the user said of this person, by content or object."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT content, decision FROM decisions WHERE person = ?", (person.id,))
            return {content: Decision(said) for content, said in rows if said in _DECISIONS}


def _named(connection: Connection, name: str) -> tuple[int, str] | None:
    """Id and folder name of the person whose name reads so, also if it was taken down in another spelling."""
    same = [row for row in _alike(connection, name) if one_spelling(row[2].decode("utf-8", "surrogatepass")) == name]
    return min(same, key=lambda row: row[2] != _encoded(name))[:2] if same else None


def _alike(connection: Connection, name: str) -> list[tuple[int, str, bytes]]:
    """Id, folder name and name of everybody whose folder might be taken for one of this name, perhaps numbered.

    Whoever has this very name is among them, though their folder's name may have been damaged.
    """
    return connection.execute(
        "SELECT id, folder_name, name FROM people WHERE substr(folder_key, 1, length(?1)) = ?1 OR name = ?2",
        (merging_key(folder_name(name)), _encoded(name)),
    ).fetchall()


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def names_in(people: str) -> list[str]:
    """The names in a run's JSON; none if it is damaged."""
    try:
        names = json.loads(people)
    except ValueError:
        return []
    return [name for name in cast("list[object]", names) if isinstance(name, str)] if isinstance(names, list) else []


def _without(name: str, runs: Sequence[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    """The people of each run that has this name among them, as JSON, without it; and the run's id."""
    for run_id, people in runs:
        names = names_in(people)
        others = [other for other in names if one_spelling(other) != name]
        if others != names:
            yield json.dumps(others), run_id
