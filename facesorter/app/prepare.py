"""Turns what the user asks for into what a run works with: people as an engine knows them, a source, a paid engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.app.executor import ThreadExecutor
from facesorter.app.profile import Profile
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import HeadshotFailed
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Person, Reference
from facesorter.domain.names import one_spelling
from facesorter.domain.places import below, kind_of, resolved
from facesorter.domain.ports import Executor, FaceEngine, Meter, PhotoSource, SheetEngine
from facesorter.domain.spending import SavingsMode, StopSignal, Terms
from facesorter.pipeline.enrol import PersonRequest, enrol
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.second_opinion import Second
from facesorter.pipeline.sort_request import SortRequest
from facesorter.places.companions import CompanionFinder
from facesorter.places.disk.file_names import as_it_is_there
from facesorter.storage.catalog import SqliteCatalog

if TYPE_CHECKING:
    from facesorter.engines.rekognition.engine import RekognitionEngine


def person_queries(
    profile: Profile, request: SortRequest, engine: FaceEngine
) -> tuple[tuple[PersonQuery, ...], list[HeadshotFailed]]:
    """Whom to look for. A person without a usable headshot is left out, unless nobody else is looked for.

    Who was merged into somebody else of the request is looked for with them, and reported.
    """
    queries: list[PersonQuery] = []
    people, failed = _each_once(profile, request.people)
    for person_request in people:
        try:
            reference, refused = enrol(person_request, engine, profile.read)
        except WrongUse as error:
            if len(request.people) == 1:
                raise
            path = person_request.headshots[0].path if person_request.headshots else ""
            failed.append(HeadshotFailed(person_request.name, path, str(error)))
            continue
        person = person_of(profile, person_request, request)
        queries.append(query_of(profile.catalog, person, reference))
        failed += refused
    if not queries:
        raise WrongUse(_("None of the headshots can be used."), *(event.reason for event in failed[:1]))
    return tuple(queries), failed


def query_of(catalog: SqliteCatalog, person: Person, reference: Reference) -> PersonQuery:
    """Whom to look for, with all that the user said of them."""
    faces: dict[Decision, dict[bytes, list[BoundingBox]]] = {one: {} for one in Decision}
    for face, said in catalog.face_decisions(person).items():
        if face.box is not None:
            faces[said].setdefault(face.content, []).append(face.box)
    return PersonQuery(
        person,
        reference,
        catalog.decisions(person),
        unborn=_unborn(catalog, person),
        faces=faces[Decision.YES],
        not_theirs=faces[Decision.NO],
    )


def _each_once(profile: Profile, people: Sequence[PersonRequest]) -> tuple[list[PersonRequest], list[HeadshotFailed]]:
    """The requests for different people, and what is reported about the others."""
    once: dict[int | str, PersonRequest] = {}
    told: list[HeadshotFailed] = []
    for one in people:
        who = profile.catalog.person(one.name).id if profile.catalog.knows(one.name) else one_spelling(one.name)
        first = once.setdefault(who, one)
        if first is not one:
            once[who] = replace(first, headshots=first.headshots + one.headshots)
            sentence = _("{one} and {other} are one person under two names.")
            path = one.headshots[0].path if one.headshots else ""
            told.append(HeadshotFailed(one.name, path, sentence.format(one=first.name, other=one.name)))
    return list(once.values()), told


def _unborn(catalog: SqliteCatalog, person: Person) -> Callable[[Iterable[bytes]], Set[bytes]] | None:
    """Which contents were taken before the person was born; None of somebody without a birth date."""
    born = next((one.born for one in catalog.people() if one.person.id == person.id), None)
    if born is None:
        return None

    def taken_before(contents: Iterable[bytes]) -> Set[bytes]:
        said = catalog.metadata(contents)
        return {content for content, one in said.items() if one.taken_at is not None and one.taken_at.date() < born}

    return taken_before


def person_of(profile: Profile, person_request: PersonRequest, request: SortRequest) -> Person:
    """Who this is to the catalog, and the folder as the destination spells it; who was merged keeps the name asked."""
    person = profile.catalog.person(person_request.name)
    name = person.name if one_spelling(person_request.name) == person.name else person_request.name
    return replace(person, name=name, folder_name=as_it_is_there(request.destination, person.folder_name))


def photos_of(profile: Profile, request: SortRequest, people: Sequence[Person]) -> PhotoSource:
    """The photos of a request, without the folders that FaceSorter itself copies to.

    Raises `WrongUse` if photos would be copied into the folder they come from.
    """
    targets = {below(request.destination, person.folder_name) for person in people}
    for folder in request.folders:
        for target in targets:
            if _same_folder(folder, target):
                raise WrongUse(
                    _("The photos in {folder} cannot be copied into that same folder.").format(folder=folder),
                    _("Choose another folder of photos or another destination."),
                )
    return profile.places.source_of(
        request.folders,
        recursive=request.recursive,
        skip=targets | profile.journal.target_folders(),
        all_pictures=request.all_pictures,
        films=request.films,
    )


def companion_finder(profile: Profile) -> CompanionFinder:
    """Knows what lies beside photos, in folders and in S3."""

    def files_in_s3(place: str) -> Mapping[str, tuple[int, int]]:
        return profile.cloud.files(place)

    return CompanionFinder(files_in_s3, profile.places.read_again)


@contextmanager
def paid_engine(
    profile: Profile, request: SortRequest, terms: Terms, stopped: StopSignal | None = None
) -> Generator[tuple[Second, Meter, Executor]]:
    """Amazon Rekognition for one run: the engine and the people as it knows them, its meter, threads for calls."""
    engine: RekognitionEngine = profile.cloud.rekognition(terms, profile.engine, stopped)
    sheets = cast("SheetEngine", engine) if terms.savings is SavingsMode.SHEETS else None
    executor = ThreadExecutor(CALLS_AT_ONCE)
    try:
        queries, _failed = person_queries(profile, request, engine)
        yield Second(engine, queries, terms.savings, executor, sheets), engine.calls.meter, executor
    finally:
        executor.close()
        profile.note_spending("sort", engine.calls.meter)


def _same_folder(one: str, other: str) -> bool:
    """Whether two paths lead to one folder; of a bind mount only device and inode tell."""
    if resolved(one) == resolved(other):
        return True
    try:
        return kind_of(one).has_folders and kind_of(other).has_folders and os.path.samefile(one, other)
    except OSError:  # one of them is not there
        return False
