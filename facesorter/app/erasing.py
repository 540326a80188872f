"""Erases what searches for duplicates know of people: here, and in collections of Amazon Rekognition."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

from facesorter.app.profile import Profile
from facesorter.domain.errors import StorageUnavailable
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.local_index import MIGRATIONS
from facesorter.duplicates.paid_index import PAID_MIGRATION
from facesorter.duplicates.store import FolderStore
from facesorter.storage.database import Database


class RemoteFaces(NamedTuple):
    """A collection of the user's account, and how many pictures' faces it holds that are meant."""

    collection: str
    pictures: int

    @property
    def command(self) -> str:
        """What deletes the collection by AWS's own command line."""
        return f"aws rekognition delete-collection --collection-id {self.collection}"


class Erasing:
    """What searches know. Nothing is sent until `delete_remotely`, which costs nothing."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def remote_faces(self, name: str | None = None) -> list[RemoteFaces]:
        """The collections that searches of this profile have made; with a name those with pictures of this name."""
        with self._opened() as database:
            if database is None:
                return []
            with database.reading() as connection:
                rows = connection.execute(
                    "SELECT collection, count(*) FROM paid_pictures WHERE ?1 IS NULL OR name = ?1"
                    " GROUP BY collection ORDER BY collection",
                    (name,),
                ).fetchall()
        return [RemoteFaces(*row) for row in rows]

    def knows(self, name: str) -> bool:
        """Whether a search has seen pictures of this name."""
        with self._opened() as database:
            if database is None:
                return False
            with database.reading() as connection:
                row = connection.execute(
                    "SELECT 1 FROM pictures WHERE name = ?1 UNION SELECT 1 FROM paid_pictures WHERE name = ?1", (name,)
                ).fetchone()
        return row is not None

    def delete_remotely(self, found: Sequence[RemoteFaces], name: str | None = None) -> None:
        """Delete these collections or, with a name, the faces of its pictures in them.

        What is not there any more is no error. Raises what the service's refusal means; what was deleted until then is
        noted here, so that it can be tried again.
        """
        from facesorter.engines.rekognition.collection import delete_collection, delete_faces

        client = self._profile.cloud.account.rekognition()
        with self._opened() as database:
            if database is None:
                return
            for one in found:
                if name is None:
                    delete_collection(client, one.collection)
                else:
                    with database.reading() as connection:
                        rows = connection.execute(
                            "SELECT face_id FROM paid_faces JOIN paid_pictures USING (collection, key)"
                            " WHERE collection = ? AND name = ?",
                            (one.collection, name),
                        ).fetchall()
                    delete_faces(client, one.collection, [face for (face,) in rows])
                _forget_paid(database, one.collection, name)

    def forget(self, name: str) -> None:
        """Erase what is known here of pictures of this name: analyses, reports, and what was said of the name.

        Faces in a collection stay in it, and known here, until they are deleted there.
        """
        for folder in self._profile.paths.searches():
            Decisions(FolderStore(str(folder))).forget(name)
        with self._opened() as database:
            if database is not None:
                with database.writing() as connection:
                    connection.execute("DELETE FROM pictures WHERE name = ?", (name,))
                database.scrub()

    @contextmanager
    def _opened(self) -> Generator[Database | None]:
        path = self._profile.paths.duplicates
        if not path.exists():
            yield None
            return
        with closing(Database(path, (*MIGRATIONS, PAID_MIGRATION))) as database:
            yield database


def what_stays(profile: Profile, name: str | None = None) -> list[str]:
    """What deletes the faces that stay in collections if all, or a person, is forgotten; AWS's own commands.

    Nothing while a search holds what it knows: nobody waits for it.
    """
    try:
        return [one.command for one in Erasing(profile).remote_faces(name)]
    except StorageUnavailable:
        return []


def _forget_paid(database: Database, collection: str, name: str | None) -> None:
    meant = "SELECT key FROM paid_pictures WHERE collection = ?1 AND (?2 IS NULL OR name = ?2)"
    faces = f"SELECT face_id FROM paid_faces WHERE collection = ?1 AND key IN ({meant})"  # noqa: S608 - our own words
    with database.writing() as connection:
        for statement in (
            f"DELETE FROM paid_likes WHERE collection = ?1 AND (face_id IN ({faces}) OR other_id IN ({faces}))",  # noqa: S608
            f"DELETE FROM paid_faces WHERE collection = ?1 AND (?2 IS NULL OR key IN ({meant}))",  # noqa: S608
            "DELETE FROM paid_pictures WHERE collection = ?1 AND (?2 IS NULL OR name = ?2)",
        ):
            connection.execute(statement, (collection, name))
    database.scrub()
