"""What is remembered of groups of faces, in SQLite: merges, nameless people, and which faces belong together."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, FaceKey, Merge, Person, Unnamed
from facesorter.domain.names import distinct, merging_key, one_spelling
from facesorter.storage.analyses import unsealed
from facesorter.storage.database import Store
from facesorter.storage.dated import rows_of
from facesorter.storage.people import decoded, give_name, whoever_is
from facesorter.storage.version_3 import sealed


class DecidedFaces(NamedTuple):
    """What the user said of faces, in columns: about whom (ids), of which contents, whether it is theirs, its box.

    A box (left, top, width, height) without figures means the picture as a whole.
    """

    people: Sequence[int]
    contents: Sequence[bytes]
    are_theirs: Sequence[int]
    boxes: Sequence[tuple[float | None, ...]]


class SqliteGroups(Store):
    """The part of the `Catalog` that is about groups."""

    def free_name(self, name: str) -> str:
        """The name for somebody new: `Anna (2)` where Anna is known already.

        Who is not known by any face, decision, copy or detail, as after a dry run, does not count.
        """
        name = one_spelling(name)
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT name FROM people WHERE merged_into IS NOT NULL OR cover IS NOT NULL OR born IS NOT NULL
                OR hidden OR id IN (SELECT person FROM portraits UNION SELECT person FROM decisions
                    UNION SELECT person FROM copies UNION SELECT merged_into FROM people)"""
            ).fetchall()
        taken = {one_spelling(decoded(row[0])) for row in rows}
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} ({number})"
        return free

    def merge(self, kept: Person, merged: Person) -> None:
        """From now on, durably, the two are one person, until `unmerge`. Raises `WrongUse` if they are already."""
        with self._database.writing() as connection:
            if whoever_is(connection, kept.id) == whoever_is(connection, merged.id):
                raise WrongUse(_("{name} is one person already.").format(name=kept.name), _("Name two people."))
            connection.execute(
                "UPDATE people SET merged_into = ?, merged_at = datetime('now') WHERE id = ?", (kept.id, merged.id)
            )
        self._database.commit()

    def unmerge(self, merged: int) -> None:
        """The person (id) who was merged is somebody of their own again, durably, with all that was theirs."""
        with self._database.writing() as connection:
            connection.execute("UPDATE people SET merged_into = NULL, merged_at = NULL WHERE id = ?", (merged,))
        self._database.commit()

    def merges(self) -> list[Merge]:
        """Everybody who was merged into somebody, the last one first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, name, folder_name, merged_into, merged_at FROM people WHERE merged_into IS NOT NULL"
                " ORDER BY merged_at DESC, id DESC"
            ).fetchall()
        return [Merge(Person(row[0], decoded(row[1]), row[2]), row[3], _moment(row[4])) for row in rows]

    def free_folder(self, person: Person, name: str) -> str:
        """What the folder of this person would be called if they had this name. Raises `WrongUse` as `person` does."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT folder_name FROM people WHERE id != ?", (person.id,)).fetchall()
        (free,) = distinct([one_spelling(name)], [taken for (taken,) in rows])
        return free

    def rename_with_folder(self, person: Person, name: str, folder: str, moved: Mapping[str, str]) -> Person:
        """The person has another name and folder name, and these folders (paths) are those now; durably, all of it.

        Raises `WrongUse` if the name is taken.
        """
        with self._database.writing() as connection:
            name = give_name(connection, person, name)
            connection.execute(
                "UPDATE people SET folder_name = ?, folder_key = ? WHERE id = ?",
                (folder, merging_key(folder), person.id),
            )
            for old, new in ((os.fsencode(old), os.fsencode(new)) for old, new in moved.items()):
                # What the journal knows at the new place is gone, or the folder could not have come to be there.
                connection.execute(
                    "UPDATE copies SET state = 'taken back', folder = (SELECT id FROM target_folders WHERE path = ?)"
                    " WHERE folder = (SELECT id FROM target_folders WHERE path = ?)",
                    (old, new),
                )
                connection.execute("DELETE FROM target_folders WHERE path = ?", (new,))
                connection.execute("UPDATE target_folders SET path = ? WHERE path = ?", (new, old))
        self._database.commit()
        return Person(person.id, name, folder)

    def unnamed(self) -> list[Unnamed]:
        """Everybody without a name of whom the user said which faces are theirs."""
        with self._database.reading() as connection:
            hidden = dict(connection.execute("SELECT id, hidden FROM unnamed ORDER BY id").fetchall())
            rows = connection.execute(
                "SELECT unnamed, content, box_left, box_top, box_width, box_height FROM unnamed_faces ORDER BY id"
            ).fetchall()
        faces: dict[int, list[FaceKey]] = {number: [] for number in hidden}
        for row in rows:
            faces[row[0]].append(FaceKey(row[1], BoundingBox(*row[2:])))
        return [Unnamed(number, bool(hidden[number]), tuple(found)) for number, found in faces.items()]

    def set_apart(self, groups: Iterable[tuple[Iterable[FaceKey], bool]], instead_of: int | None = None) -> list[int]:
        """The faces of each of these groups are one nameless person's from now on, hidden or not; their ids.

        Durably and all or nothing; `instead_of` (id) is not known any more.
        """
        ids: list[int] = []
        with self._database.writing() as connection:
            if instead_of is not None:
                connection.execute("DELETE FROM unnamed WHERE id = ?", (instead_of,))
            for faces, hidden in groups:
                cursor = connection.execute("INSERT INTO unnamed (hidden) VALUES (?)", (hidden,))
                ids.append(int(cursor.lastrowid or 0))
                connection.executemany(
                    "INSERT INTO unnamed_faces (unnamed, content, box_left, box_top, box_width, box_height)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    [(ids[-1], face.content, *face.box) for face in faces if face.box is not None],
                )
        self._database.commit()
        return ids

    def hide_unnamed(self, number: int, *, hidden: bool) -> None:
        """Hide a nameless person (id), or show them again, durably."""
        with self._database.writing() as connection:
            connection.execute("UPDATE unnamed SET hidden = ? WHERE id = ?", (hidden, number))
        self._database.commit()

    def basis(self) -> str:
        """Changes whenever the user says something by which faces may be grouped differently."""
        with self._database.reading() as connection:
            return connection.execute(
                """SELECT (SELECT coalesce(max(id), 0) || '.' || count(*) FROM decisions)
                || '/' || (SELECT coalesce(max(id), 0) || '.' || count(*) FROM portraits)
                || '/' || (SELECT coalesce(max(id), 0) || '.' || count(*) FROM unnamed)
                || '/' || (SELECT coalesce(group_concat(id || '.' || coalesce(merged_into, 0) || '.'
                    || coalesce(born, '')), '') FROM (SELECT * FROM people ORDER BY id))"""
            ).fetchone()[0]

    def grouping(self, engine: str) -> tuple[str, bytes] | None:
        """What was said by then, and the faces and groups of this engine; None if there are none, or damaged ones."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT basis, faces FROM groupings WHERE engine = ?", (engine,)).fetchone()
        if row is None:
            return None
        basis, faces = str(row[0]), unsealed(row[1])
        return None if faces is None else (basis, faces)

    def group_means(self, engine: str) -> bytes | None:
        """The means that were kept with the groups of this engine; None if there are none, or damaged ones."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT means FROM groupings JOIN group_means ON grouping = groupings.id WHERE engine = ?", (engine,)
            ).fetchone()
        return None if row is None else unsealed(row[0])

    def keep_grouping(self, engine: str, basis: str, faces: bytes, means: bytes) -> None:
        """Keep the groups of this engine and their means, durably, in place of all former ones."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM groupings")
            cursor = connection.execute(
                "INSERT INTO groupings (engine, basis, faces) VALUES (?, ?, ?)", (engine, basis, sealed(faces))
            )
            connection.execute(
                "INSERT INTO group_means (grouping, means) VALUES (?, ?)", (cursor.lastrowid, sealed(means))
            )
        self._database.commit()

    def analyzed_contents(self, query: str) -> set[bytes]:
        """The contents (SHA-256) of all photos, selected or not, that have an analysis for this query."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT digest FROM contents JOIN analyses ON analyses.content = contents.id
                WHERE query = (SELECT id FROM queries WHERE key = ?) AND problem IS NULL
                AND contents.id IN (SELECT content FROM photos)""",
                (query,),
            )
            return {digest for (digest,) in rows}

    def days_taken(self) -> dict[bytes, str]:
        """When contents (SHA-256) say of themselves that they were taken, as `2023-07-14`; the others are left out."""
        with self._database.reading() as connection:
            return dict(
                connection.execute(
                    "SELECT digest, date(taken_at) FROM contents"
                    " WHERE date(taken_at) BETWEEN '0001-01-01' AND '9999-12-31'"
                )
            )

    def objects_read(self, known: Collection[bytes]) -> list[tuple[bytes, bytes]]:
        """Objects of S3 that were read, each with the content (SHA-256) of its photo, of which one is in `known`."""
        with self._database.reading() as connection:
            (in_s3,) = connection.execute("SELECT EXISTS (SELECT 1 FROM photos WHERE object IS NOT NULL)").fetchone()
        found: list[tuple[bytes, bytes]] = []
        for given, other in (("object", "content"), ("content", "object")) if in_s3 else ():
            statement = (
                f"SELECT object.digest, content.digest FROM contents AS {given}"
                f" CROSS JOIN photos ON photos.{given} = {given}.id"
                f" JOIN contents AS {other} ON {other}.id = photos.{other} WHERE {given}.digest IN"
            )
            found += [(key, content) for key, content in rows_of(self._database, statement, known)]
        return found

    def before(self, day: date) -> set[bytes]:
        """The contents (SHA-256) that say of themselves that they were taken before this day."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT digest FROM contents WHERE taken_at < ?", (day.isoformat(),))
            return {digest for (digest,) in rows}

    def days_before(self, day: str) -> dict[bytes, str]:
        """The same (YYYY-MM-DD), each with its own day."""
        with self._database.reading() as connection:
            return dict(
                connection.execute("SELECT digest, substr(taken_at, 1, 10) FROM contents WHERE taken_at < ?", (day,))
            )

    def decided_faces(self) -> DecidedFaces:
        """Every yes and no of anybody, in the order they were said. Whoever was merged is the person kept."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT person, content, decision = 'yes', box_left, box_top, box_width, box_height FROM decisions
                WHERE decision IN ('yes', 'no') ORDER BY id"""
            ).fetchall()
            into = dict(connection.execute("SELECT id, merged_into FROM people").fetchall())
        if not rows:
            return DecidedFaces((), (), (), ())
        kept = {person: _last(into, person) for person in into}
        people, contents, are_theirs = list(zip(*rows, strict=True))[:3]
        return DecidedFaces([kept[person] for person in people], contents, are_theirs, [row[3:] for row in rows])


def _last(into: Mapping[int, int | None], person: int) -> int:
    """Whom somebody is merged into in the end."""
    while (whom := into[person]) is not None:
        person = whom
    return person


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{text}+00:00").astimezone() if text else None
    except (ValueError, OverflowError):
        return None
