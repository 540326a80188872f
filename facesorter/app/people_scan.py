"""Builds the scan for everybody: "Who is in these photos?", without a headshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from time import monotonic

from facesorter.app.grouping import ProfileGroups
from facesorter.app.profile import Profile
from facesorter.domain.changes import Subject
from facesorter.domain.events import Event, PhotoFailed
from facesorter.domain.groups import FaceGroup, FaceInPhoto, GroupFound, GroupsGrew
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo
from facesorter.domain.ports import Analyses, Executor
from facesorter.groups.stored import StoredGroups
from facesorter.pipeline.look_through import look_through
from facesorter.storage.catalog import SqliteCatalog

GROW_EVERY_S = 2.0
"""Time between two looks at how the groups have grown while photos are analyzed."""
KEEP_EVERY_S, KEEP_PART = 5.0, 0.05
"""Time between two times that groups are kept meanwhile, at least, and how much of the time that may take."""
LARGEST = 12
"""Groups whose sizes are told meanwhile."""

ScanEvent = Event | GroupsGrew | GroupFound


def scan_for_everybody(
    profile: Profile,
    folders: Sequence[str],
    executor: Executor,
    *,
    recursive: bool = True,
    selected: SqliteCatalog | None = None,
) -> Generator[ScanEvent]:
    """Look through folders, group all faces, and end with a `GroupFound` for each group, the largest first.

    Films are looked through if the settings say so; a group has one face of each.

    Photos that are known are not read again, and faces that are grouped are not grouped again. The photos are selected
    in `selected`, for whoever wants to know them. Raises `UserError`.
    """
    catalog = selected or profile.new_catalog()
    try:
        yield from _Scan(profile, catalog).events(folders, executor, recursive=recursive)
    finally:
        profile.changes.tell(Subject.GROUPS)
        if catalog is not selected:
            catalog.discard()


class _Scan:
    def __init__(self, profile: Profile, catalog: SqliteCatalog) -> None:
        self._profile = profile
        self._catalog = catalog
        self._stored = ProfileGroups(profile, catalog)
        self._queries = self._stored.engine.queries([])
        self._groups, self._basis, self._said = self._stored.restored()
        self._looked_at = 0
        self._keep_at = 0.0

    def events(self, folders: Sequence[str], executor: Executor, *, recursive: bool) -> Generator[ScanEvent]:
        catalog = self._catalog
        source = self._profile.places.source_of(
            folders,
            recursive=recursive,
            skip=self._profile.journal.target_folders(),
            films=self._profile.settings.films,
        )
        waiting: list[tuple[bytes, Analyses]] = []
        grown_at = monotonic()
        for event in look_through(source, self._stored.engine, catalog, executor):
            if not isinstance(event, Photo):
                yield event
                self._looked_at += isinstance(event, PhotoFailed)
                continue
            self._looked_at += 1
            photo, analyses, _problem = catalog.analyzed_photo(event.id, self._queries)
            if photo.content is not None and analyses is not None:
                waiting.append((photo.content, analyses))
            if monotonic() - grown_at > GROW_EVERY_S:
                self._follow()
                yield self._grown(waiting)
                waiting, grown_at = [], monotonic()
        self._follow()
        yield from self._gather()

    def _follow(self) -> None:
        """Go on from what was kept, if the user has said something meanwhile; `_gather` finds what is missing then."""
        if self._catalog.basis() != self._basis:
            self._groups, self._basis, self._said = self._stored.restored()

    def _grown(self, pictures: Sequence[tuple[bytes, Analyses]]) -> GroupsGrew:
        self._groups.add(self._stored.seen(pictures), self._said)
        began = monotonic()
        is_due = began >= self._keep_at
        if is_due:  # shown in the window while the scan goes on, and not lost if it is killed
            self._stored.keep(self._groups, self._basis)
            ended = monotonic()
            self._keep_at = ended + max(KEEP_EVERY_S, (ended - began) / KEEP_PART)
        sizes = self._groups.sizes(LARGEST)
        return GroupsGrew(self._looked_at, self._catalog.selected(), len(self._groups), sizes, is_due)

    def _gather(self) -> Generator[ScanEvent]:
        """What is not grouped yet, every photo with a problem, and all groups as far as they are in these photos."""
        photos: dict[bytes, list[Photo]] = defaultdict(list)
        for page in self._catalog.analyzed(self._queries, packing=self._stored.engine.packing):
            contents = [None if place in page.unknown else content for place, content in enumerate(page.contents())]
            new = {place: one for place, one in enumerate(contents) if one is not None and one not in self._groups}
            found = zip(new.values(), page.several([*new]), strict=True)
            fresh = [(content, analyses) for content, analyses in found if analyses is not None]
            if fresh:
                self._looked_at = min(self._looked_at + len(fresh), self._catalog.selected())
                yield self._grown(fresh)
            for place, content in enumerate(contents):
                if content is not None:
                    photos[content].append(page.photo(place))
                else:
                    yield PhotoFailed(page.photo(place), page[place].problem or _("It was not looked at."), final=True)
        stored = self._stored.keep(self._groups, self._basis)
        for group in groups_in(stored, photos, self._catalog):
            yield GroupFound(group)


def groups_in(stored: StoredGroups, photos: dict[bytes, list[Photo]], catalog: SqliteCatalog) -> Iterator[FaceGroup]:
    """Every group as far as it is in these photos (by content), the largest first."""
    everybody = {details.person.id: details for details in catalog.people()}
    hidden = {-somebody.id: somebody.hidden for somebody in catalog.unnamed()}
    found: list[FaceGroup] = []
    for faces in stored.by_group():
        shown = [
            FaceInPhoto(photo, stored.box(face), stored.seconds(face))
            for face, content in zip(faces.tolist(), stored.pictures_of(faces), strict=True)
            for photo in photos.get(content, ())
        ]
        if not shown:
            continue
        number, owner = int(stored.faces["group"][faces[0]]), int(stored.faces["owner"][faces[0]])
        details = everybody.get(owner)
        is_hidden = hidden.get(owner, False) if details is None else details.hidden
        found.append(FaceGroup(number, details and details.person, is_hidden, tuple(shown)))
    return iter(sorted(found, key=lambda group: (-len(group.faces), group.number)))
