"""Who is remembered between runs, in SQLite: people by name, the faces they are known by, and what the user said.

Whether a decision is about the same face as another is a matter of where the two are: engines, and versions of one,
draw a face's box a little differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from sqlite3 import Connection

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, FaceKey, Person, PersonDetails, PersonPortrait
from facesorter.domain.names import distinct, folder_name, merging_key, one_spelling
from facesorter.storage.database import Store

_DECISIONS = frozenset(map(str, Decision))
"""What a row may say; another word is damage, and nothing was said then."""
_BOX = "box_left, box_top, box_width, box_height"

FAMILY = """(WITH RECURSIVE family (id) AS (
    VALUES (?1) UNION SELECT people.id FROM people JOIN family ON merged_into = family.id) SELECT id FROM family)"""
"""A person and everybody who was merged into them, of the person who is a statement's first parameter."""


class SqlitePeople(Store):
    """The part of the `Catalog` that is about people."""

    def person(self, name: str) -> Person:
        """The person of this name, however it is spelled, made known if new, with a folder name unlike any other's.

        Raises `WrongUse` for a name that no folder can be named after.
        """
        name = one_spelling(name)
        with self._database.writing() as connection:
            row = _named(connection, name)
            if row is not None:
                return whoever_is(connection, row[0])
            (free,) = distinct([name], [taken for _, taken, _ in _alike(connection, name)])
            cursor = connection.execute(
                "INSERT INTO people (name, folder_name, folder_key) VALUES (?, ?, ?) RETURNING id",
                (encoded(name), free, merging_key(free)),
            )
            (person_id,) = cursor.fetchone()
        self._database.commit()
        return Person(person_id, name, free)

    def people(self) -> list[PersonDetails]:
        """Everybody who is known, in the order they became so."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, name, folder_name, cover, born, hidden FROM people WHERE merged_into IS NULL ORDER BY id"
            )
            return [
                PersonDetails(Person(row[0], decoded(row[1]), row[2]), row[3], _date(row[4]), bool(row[5]))
                for row in rows
            ]

    def keep(self, details: PersonDetails) -> None:
        """Keep the cover, the birth date and whether the person is hidden, durably."""
        born = details.born and details.born.isoformat()
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE people SET cover = ?, born = ?, hidden = ? WHERE id = ?",
                (details.cover, born, details.hidden, details.person.id),
            )
        self._database.commit()

    def rename(self, person: Person, name: str) -> Person:
        """Give the person another name, durably; the folder keeps its own. Raises `WrongUse` if the name is taken."""
        with self._database.writing() as connection:
            name = give_name(connection, person, name)
        self._database.commit()
        return Person(person.id, name, person.folder_name)

    def knows(self, name: str) -> bool:
        """Whether there is a person of this name, however it is spelled. Raises `WrongUse` as `person` does."""
        with self._database.reading() as connection:
            return _named(connection, one_spelling(name)) is not None

    def forget(self, name: str) -> bool:
        """Erase a person and all that the user said of them, beyond recovery; False if nobody has this name.

        Copies that stand stay in the journal with their folder, which undo needs, but belong to nobody.
        """
        with self._database.writing() as connection:
            found = _named(connection, one_spelling(name))
            if found is None:
                return False
            person = whoever_is(connection, found[0]).id
            connection.execute(f"DELETE FROM copies WHERE person IN {FAMILY} AND state = 'taken back'", (person,))
            connection.execute("DELETE FROM target_folders WHERE id NOT IN (SELECT folder FROM copies)")
            connection.execute("DELETE FROM people WHERE id = ?", (person,))  # with all that refers to them
            connection.execute("DELETE FROM group_means")
            connection.execute("UPDATE groupings SET basis = ''")  # so that faces are grouped anew, without this person
        self._database.scrub()
        return True

    def add_portrait(self, person: Person, face: FaceKey, crop: bytes) -> int:
        """A face the person is known by from now on, durably; its id. `crop` is an encoded picture of it."""
        if face.box is None:
            raise ValueError("A portrait is a face, not a whole picture.")
        with self._database.writing() as connection:
            cursor = connection.execute(
                f"INSERT INTO portraits (person, content, {_BOX}, crop) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (person.id, face.content, *face.box, crop),
            )
        self._database.commit()
        return int(cursor.lastrowid or 0)

    def portraits(self, person: Person) -> list[PersonPortrait]:
        """The faces the person is known by, in the order they were added."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, content, crop, {_BOX} FROM portraits WHERE person IN {FAMILY} ORDER BY id",
                (person.id,),
            )
            return [PersonPortrait(row[0], row[1], BoundingBox(*row[3:]), row[2]) for row in rows]

    def remove_portrait(self, portrait_id: int) -> None:
        """The person is not known by this face any more; whose cover it was has none."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM portraits WHERE id = ?", (portrait_id,))
        self._database.commit()

    def decide(self, person: Person, decisions: Mapping[bytes, Decision | None]) -> None:
        """Remember, durably and all or nothing, what the user said of contents or objects; None takes it back.

        It is said of the picture as a whole, and takes the place of what was said of faces in it.
        """
        self.decide_faces(person, {FaceKey(content): said for content, said in decisions.items()})

    def decide_faces(self, person: Person, decisions: Mapping[FaceKey, Decision | None]) -> None:
        """The same for faces: each takes the place of what was said of that face, or of its picture as a whole.

        Of people who were merged, the one whose decision is replaced keeps the new one: `unmerge` gives it back.
        """
        with self._database.writing() as connection:
            new: list[tuple[object, ...]] = []
            for face, said in decisions.items():
                former = _same_face(connection, person, face)
                connection.executemany("DELETE FROM decisions WHERE id = ?", [row[:1] for row in former])
                if said is not None:
                    box = face.box or (None,) * 4
                    new += [(one, face.content, said.value, *box) for one in _of_whom(person, former, said)]
            connection.executemany(
                f"INSERT INTO decisions (person, content, decision, {_BOX}) VALUES (?, ?, ?, ?, ?, ?, ?)", new
            )
        self._database.commit()

    def decisions(self, person: Person) -> Mapping[bytes, Decision]:
        """Whether the person is in a picture, by content or object, as far as the user said so.

        Whoever is a face of it is in it; that one face is not theirs says nothing of the picture.
        """
        found: dict[bytes, Decision] = {}
        for face, said in self.face_decisions(person).items():
            if said is Decision.YES or (face.box is None and face.content not in found):
                found[face.content] = said
        return found

    def face_decisions(self, person: Person, contents: Iterable[bytes] | None = None) -> Mapping[FaceKey, Decision]:
        """All that the user said of this person, in the order it was said.

        Of these contents or objects only, if any are given.
        """
        statement = f"SELECT content, decision, {_BOX}, id FROM decisions WHERE person IN {FAMILY}"
        with self._database.reading() as connection:
            rows = (
                connection.execute(statement, (person.id,)).fetchall()
                if contents is None
                else [
                    row
                    for content in set(contents)
                    for row in connection.execute(f"{statement} AND content = ?", (person.id, content))
                ]
            )
        rows.sort(key=lambda row: row[-1])
        return {FaceKey(row[0], _box(row[2:-1])): Decision(row[1]) for row in rows if row[1] in _DECISIONS}

    def all_face_decisions(self, only: Decision | None = None) -> list[tuple[int, FaceKey, Decision]]:
        """All that the user said of anybody, or `only` these decisions, in the order they were made.

        Whoever was merged is the person (id) kept.
        """
        with self._database.reading() as connection:
            into = dict(connection.execute("SELECT id, merged_into FROM people").fetchall())
            rows = connection.execute(
                f"""SELECT person, content, decision, {_BOX} FROM decisions
                WHERE decision = ?1 OR ?1 IS NULL ORDER BY id""",
                (only and only.value,),
            ).fetchall()
        found: list[tuple[int, FaceKey, Decision]] = []
        for person, content, said, *box in rows:
            while into[person] is not None:
                person = into[person]  # noqa: PLW2901
            if said in _DECISIONS:
                found.append((person, FaceKey(content, _box(box)), Decision(said)))
        return found


def give_name(connection: Connection, person: Person, name: str) -> str:
    """Write a person's new name; as it is spelled then. Raises `WrongUse` if the name is taken or will not do."""
    name = one_spelling(name)
    folder_name(name)  # raises if it will not do
    found = _named(connection, name)
    if found is not None and found[0] != person.id:
        raise WrongUse(_("There is already somebody named {name}.").format(name=name), _("Choose another name."))
    connection.execute("UPDATE people SET name = ? WHERE id = ?", (encoded(name), person.id))
    return name


def whoever_is(connection: Connection, person_id: int) -> Person:
    """Whom somebody is merged into, or that person."""
    row = connection.execute(
        """WITH RECURSIVE chain (id, into_id) AS (
            SELECT id, merged_into FROM people WHERE id = ?
            UNION SELECT people.id, merged_into FROM people JOIN chain ON people.id = into_id)
        SELECT people.id, name, folder_name FROM people JOIN chain USING (id) WHERE into_id IS NULL""",
        (person_id,),
    ).fetchone()
    return Person(row[0], one_spelling(decoded(row[1])), row[2])


def _of_whom(person: Person, former: Sequence[tuple[int, int, str]], said: Decision) -> Iterable[int]:
    """Of which merged people (ids) a decision is: all whose decisions it replaces (`former`, see `_same_face`).

    A yes is of those only who had the face already, if anybody had, for a face is one person's.
    """
    people = list(dict.fromkeys(whose for _id, whose, _said in former)) or [person.id]
    if said is not Decision.YES:
        return people
    return dict.fromkeys(whose for _id, whose, one in former if one == said) or people[-1:]


def _same_face(connection: Connection, person: Person, face: FaceKey) -> list[tuple[int, int, str]]:
    """The decisions about this face, or about its picture as a whole: id, person and what was said, in that order."""
    rows = connection.execute(
        f"SELECT id, person, decision, {_BOX} FROM decisions WHERE person IN {FAMILY} AND content = ?2 ORDER BY id",
        (person.id, face.content),
    ).fetchall()
    return [
        row[:3]
        for row in rows
        if face.box is None or (box := _box(row[3:])) is None or face.box.same_face([box]) is not None
    ]


def _box(row: Iterable[float | None]) -> BoundingBox | None:
    left, top, width, height = row
    if left is None or top is None or width is None or height is None:
        return None
    return BoundingBox(left, top, width, height)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # a damaged one
        return None


def _named(connection: Connection, name: str) -> tuple[int, str] | None:
    """Id and folder name of the person whose name reads so, also if it was taken down in another spelling."""
    same = [row for row in _alike(connection, name) if one_spelling(decoded(row[2])) == name]
    return min(same, key=lambda row: row[2] != encoded(name))[:2] if same else None


def _alike(connection: Connection, name: str) -> list[tuple[int, str, bytes]]:
    """Id, folder name and name of everybody whose folder might be taken for one of this name, perhaps numbered.

    Whoever has this very name is among them: their folder keeps its name when they are renamed.
    """
    return connection.execute(
        "SELECT id, folder_name, name FROM people WHERE substr(folder_key, 1, length(?1)) = ?1 OR name = ?2",
        (merging_key(folder_name(name)), encoded(name)),
    ).fetchall()


def encoded(name: str) -> bytes:
    """A name as it is stored; see `decoded`."""
    return name.encode("utf-8", "surrogatepass")


def decoded(name: bytes) -> str:
    """A name as it is stored, in bytes because of lone surrogates."""
    try:
        return name.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # a damaged one
        return name.decode("utf-8", "replace")
