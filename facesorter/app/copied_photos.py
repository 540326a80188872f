"""Which copied photos are still a person's: whoever was only searched for is in these, before any scan groups faces."""

from __future__ import annotations

from collections.abc import Iterable, Set

from facesorter.app.known_looks import reference_of
from facesorter.app.prepare import query_of
from facesorter.app.profile import Profile
from facesorter.domain.models import NO_TIME, Decision, Person, Photo, Pile
from facesorter.domain.planning import CopyRecord
from facesorter.domain.ports import AnalyzedPhoto
from facesorter.pipeline.decide import decide


def copied_contents(profile: Profile, person: Person) -> set[bytes]:
    """Pictures of which a search has put a copy into the person's folder, unless the user said since that it errs."""
    copied = profile.journal.copied_contents(person)
    return copied - {record.content for record in _stale(profile, person, copied)}


def stale_copies(profile: Profile, person: Person) -> list[CopyRecord]:
    """Copies in the person's folders of photos in which they are not, as the user has said since."""
    return _stale(profile, person)


def _stale(profile: Profile, person: Person, among: Set[bytes] | None = None) -> list[CopyRecord]:
    """The user said it of the whole photo, or of the face that it was copied for.

    Who is none of one face of a photo may well be another one of it. Of these contents only, if any are given.
    """
    said = profile.catalog.face_decisions(person).items()
    theirs = {face.content for face, one in said if one is Decision.YES}
    refused = [face for face, one in said if one is Decision.NO and face.content not in theirs]
    whole = {face.content for face in refused if face.box is None}
    contents = {face.content for face in refused}
    records = profile.journal.copied(person, contents if among is None else contents & among)
    doubtful = {record.content: record for record in records if record.content not in whole}
    still_there = _still_there(profile, person, doubtful.values())
    return [record for record in records if record.content not in still_there]


def _still_there(profile: Profile, person: Person, records: Iterable[CopyRecord]) -> set[bytes]:
    """Of these pictures, those with a face that may be the person's beside those that are not, as the user said."""
    records = list(records)
    known = reference_of(profile, person) if records else None
    if known is None:
        return set()
    catalog, engine = profile.catalog, profile.engine
    [asked] = engine.queries(())
    analyzed = [
        AnalyzedPhoto(Photo(0, one.source, 0, NO_TIME, content=one.content), (analysis,), None)
        for one in records
        if (analysis := catalog.analysis(one.content, asked)) is not None
    ]
    query = query_of(catalog, person, known)
    decided = decide([query], profile.settings.threshold, engine, analyzed)
    return {photo.photo.content or b"" for photo, (verdict,) in decided if verdict.pile in (Pile.SURE, Pile.CHECK)}
