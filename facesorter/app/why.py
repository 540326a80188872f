"""Why a photo is not among those of a person, and what the user says of it then."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from facesorter.app.deciding import said_now
from facesorter.app.known_looks import known_queries, known_query
from facesorter.app.prepare import query_of
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.errors import PhotoError, WrongUse
from facesorter.domain.formats import is_film, is_photo_or_film, may_be_photo
from facesorter.domain.left_out import file_left_out, folder_left_out, is_hidden
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import (
    NO_TIME,
    BoundingBox,
    Decision,
    EncodedPicture,
    FaceKey,
    Person,
    Photo,
    Pile,
    kept_time,
)
from facesorter.domain.places import absolute, kind_of, split
from facesorter.domain.ports import AnalyzedPage, AnalyzedPhoto, FacePacking
from facesorter.domain.why import PASSED_OVER_AS, Hindrance, Reason, WhyNot
from facesorter.pipeline.analyze import content_of
from facesorter.pipeline.counter_examples import with_counter_examples
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.recall import NO_PHOTO
from facesorter.pipeline.why import Looked, why
from facesorter.places.description import describe
from facesorter.places.disk.long_paths import for_system
from facesorter.storage.catalog import SqliteCatalog


class _EveryPhoto(NamedTuple):
    """All photos that were ever analyzed, as those among which references grow."""

    catalog: SqliteCatalog

    def analyzed(
        self,
        queries: Sequence[str],
        chunk: int = 2000,
        packing: FacePacking | None = None,  # noqa: ARG002
    ) -> Iterator[AnalyzedPage]:
        for some in self.catalog.stored_analyses(queries, chunk):
            yield AnalyzedPage(
                [AnalyzedPhoto(replace(NO_PHOTO, content=content), known, None) for content, known in some]
            )


class Why:
    """Asks about photos, one by one. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def ask(self, path: str, person: Person, threshold: float, run: Sequence[PersonQuery] = ()) -> WhyNot:
        """Why the photo at this path is not among those of a person; sure ones have at least `threshold` (0-100).

        The people of a `run`, as it knows them, or else everybody who is known has a claim to its faces. Raises
        `WrongUse` if no face of the person is known, `UserError` if the catalog or the engine cannot be used.
        """
        path = absolute(path)
        queries = self._of_run(person, run) if run else self._everybody(person, threshold)
        listed = self._profile.catalog.photo_at(path)
        outside = self._not_looked_through(path, listed)
        try:
            looked = self._look(path, listed)
        except PhotoError as error:
            photo = listed or Photo(0, path, 0, NO_TIME)
            unreadable = Reason(Hindrance.UNREADABLE, _("It cannot be used. {reason}").format(reason=error.reason))
            return WhyNot(photo, person, Pile.PROBLEM, threshold, (*outside, unreadable))
        found = why(looked, queries, threshold, self._profile.engine)
        return replace(found, reasons=(*outside, *found.reasons))

    def decide(self, about: WhyNot, decision: Decision, place: int | None = None) -> None:
        """Remember durably what the user said of a person in the photo: of a face by its place, or of all of it.

        That the most similar face is somebody else says that the person is not in the photo, until another one is said
        to be.
        """
        if place is None or (decision is not Decision.YES and place == about.nearest):
            self._say(about, None, decision)
        else:
            self._say(about, about.faces[place].face.box, decision)

    def draw(self, about: WhyNot, box: BoundingBox) -> None:
        """Remember durably that the person is in the photo in this place, where no face is found."""
        self._say(about, box, Decision.YES)

    def _say(self, about: WhyNot, box: BoundingBox | None, decision: Decision) -> None:
        keys = {FaceKey(known, box): decision for known in about.photo.identities}
        if not keys:
            raise WrongUse(_("A photo that cannot be read cannot be decided on."), _("Choose another one."))
        self._profile.catalog.decide_faces(about.person, keys)
        said = said_now(self._profile, about.person, about.photo.identities)
        self._profile.changes.tell(Subject.DECISIONS, said=said)

    def _of_run(self, person: Person, run: Sequence[PersonQuery]) -> list[PersonQuery]:
        """The person and then the others of a run, with what the user has said since it began."""
        said = {one.person.id: query_of(self._profile.catalog, one.person, one.headshots) for one in run}
        queries = [replace(said[one.person.id], grown=one.grown) for one in run]
        return sorted(queries, key=lambda one: one.person.id != person.id)

    def _everybody(self, person: Person, threshold: float) -> list[PersonQuery]:
        """The person, known as well as a search in all photos would know them, then everybody else."""
        profile = self._profile
        [one] = with_counter_examples([known_query(profile, person)], profile.engine, profile.catalog, threshold)
        [one], _added = grow_references([one], profile.engine, _EveryPhoto(profile.catalog))
        return [one, *known_queries(profile, {person.id})]

    def _look(self, path: str, listed: Photo | None) -> Looked:
        """The photo as it is now, looked at if it was not before. Raises `PhotoError`."""
        from facesorter.images import size_of

        profile, engine = self._profile, self._profile.engine
        [query] = engine.queries(())
        if is_film(path):
            analysis = None if listed is None else _known(profile.catalog, listed, query)
            if listed is None or analysis is None:
                raise PhotoError(_("Videos are looked at by a search only."))
            return Looked(listed, (analysis,), None, self._said(listed))
        data = profile.read(path)
        content = content_of(data)
        photo = replace(listed or Photo(0, path, len(data), NO_TIME), content=content)
        analysis = profile.catalog.analysis(content, query)
        if analysis is None:
            analysis = engine.analyze(query, EncodedPicture(path, data))
            profile.catalog.record_analyses(NO_PHOTO, content, {query: analysis}, describe(data))
            profile.catalog.commit()
        return Looked(photo, (analysis,), size_of(data), self._said(photo))

    def _said(self, photo: Photo) -> list[tuple[BoundingBox, str]]:
        """Of which faces of the photo the user said whose they are; the last word on a face comes first."""
        names = {details.person.id: details.person.name for details in self._profile.catalog.people()}
        said = [
            (face.box, names[person])
            for person, face, decision in self._profile.catalog.all_face_decisions()
            if decision is Decision.YES and face.box is not None and face.content in photo.identities
        ]
        return said[::-1]

    def _not_looked_through(self, path: str, listed: Photo | None) -> list[Reason]:
        """Why no search has looked at the photo, if none has."""
        if listed is not None and listed.identities:
            if _changed(path, listed):
                return [Reason(Hindrance.NOT_LOOKED_THROUGH, _("It was changed since a search looked at it."))]
            return []
        passed_over = _passed_over(path, self._profile.journal.target_folders())
        if passed_over:
            return [Reason(Hindrance.PASSED_OVER, passed_over)]
        return [Reason(Hindrance.NOT_LOOKED_THROUGH, _("No search has looked at it yet."))]


def _known(catalog: SqliteCatalog, photo: Photo, query: str) -> bytes | None:
    found = (catalog.analysis(known, query) for known in photo.identities)
    return next((analysis for analysis in found if analysis is not None), None)


def _changed(path: str, listed: Photo) -> bool:
    if not kind_of(path).has_files:
        return False
    try:
        status = os.stat(for_system(path))
    except OSError:
        return False  # that it cannot be read says more
    return (status.st_size, kept_time(status.st_mtime_ns)) != (listed.size, listed.modified_ns)


def _passed_over(path: str, copies: set[str]) -> str | None:
    """Why a search that comes by this photo passes it over, if it does."""
    folder, name = split(path)
    mark = kind_of(path).separator
    folders = folder.split(mark)
    found = file_left_out(name)
    found = found or next((why for end in range(len(folders), 0, -1) if (why := folder_left_out(folders[:end]))), None)
    if found is not None:
        return _(PASSED_OVER_AS[found])
    if name.startswith(".") or any(map(is_hidden, filter(None, folders))):
        return _("It is passed over because it is hidden, or in a hidden folder.")
    if any(f"{folder}{mark}".startswith(f"{one.rstrip(mark)}{mark}") for one in copies):
        return _("It is in a folder of copies, and searches pass these over.")
    if not (is_photo_or_film(name) or may_be_photo(name)):
        return _("It is passed over because its name is not that of a photo or video.")
    return None
