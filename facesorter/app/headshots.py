"""Looks at headshots on this computer before anything is sorted by them."""

from __future__ import annotations

from collections.abc import Sequence

from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError
from facesorter.domain.models import EncodedPicture, Portrait
from facesorter.pipeline.enrol import Headshot, HeadshotReport, examine


class Headshots:
    """What can be said of the pictures by which people are to be found."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def examine(self, path: str) -> HeadshotReport:
        """What can be said of a headshot, in words; for a picture that will not do, why not: nothing is raised."""
        from facesorter.images import size_of

        try:
            picture = EncodedPicture(path, self._profile.read(path))
            return examine(path, self._profile.engine.faces(picture), *size_of(picture.data))
        except PhotoError as error:
            return HeadshotReport(path, error=error.reason)

    def same_person(self, headshots: Sequence[Headshot], threshold: float) -> bool:
        """Whether every headshot is at least as similar (0-100) to the first as `threshold`."""
        engine = self._profile.engine
        first, *others = (
            Portrait(EncodedPicture(shot.path, self._profile.read(shot.path)), shot.face_index) for shot in headshots
        )
        references = [engine.enrol(str(number), [portrait]) for number, portrait in enumerate(others)]
        if not references:
            return True
        analyses = tuple(engine.analyze(query, first.picture) for query in engine.queries(references))
        faces = engine.similarities(references, [analyses])[0]
        return all(similarity >= threshold for similarity in faces[first.face_index or 0])
