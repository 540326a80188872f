"""Builds the groups of a profile: faces from the catalog's analyses, what the user said of them, and what was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence, Set
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from facesorter.app.portraits import face_of_crop
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError
from facesorter.domain.models import BoundingBox, EncodedPicture, Face, FaceKey, PersonPortrait
from facesorter.domain.ports import Analyses
from facesorter.engines.local.codec import faces_of, vectors_of
from facesorter.engines.local.engine import LocalEngine
from facesorter.groups.former import GroupMeans
from facesorter.groups.grouping import Scale
from facesorter.groups.known import KnownGroups
from facesorter.groups.neighbors import Floats
from facesorter.groups.parting import more_like
from facesorter.groups.said import PicturesSaid
from facesorter.groups.seen import Kept, KnownPortrait, SeenFace, SeenPicture
from facesorter.groups.stored import StoredGroups, decode_means, encode_means, no_means
from facesorter.pipeline.enrol import (
    BLURRED_SHARPNESS,
    DARK_BRIGHTNESS,
    DOUBTFUL_CONFIDENCE,
    TURNED_PITCH_DEGREES,
    TURNED_YAW_DEGREES,
)
from facesorter.pipeline.recall import NO_PHOTO
from facesorter.storage.catalog import SqliteCatalog

_NO_BOX = (None,) * 4
_UNDATED = "~"
"""Behind every date."""
FEW = 2000
"""Pictures whose analyses are read one by one, and not by going through all of them."""


def is_clear(face: Face) -> bool:
    """Whether a face is good enough to begin a group: not too small, blurred, dark or turned away for a headshot."""
    return (
        face.quality.sharpness >= BLURRED_SHARPNESS
        and face.quality.brightness >= DARK_BRIGHTNESS
        and abs(face.pose.yaw) <= TURNED_YAW_DEGREES
        and abs(face.pose.pitch) <= TURNED_PITCH_DEGREES
        and face.confidence >= DOUBTFUL_CONFIDENCE
    )


class ProfileGroups:
    """Reads and keeps the groups of a profile, for the engine on this computer."""

    def __init__(self, profile: Profile, catalog: SqliteCatalog) -> None:
        self._profile = profile
        self._catalog = catalog

    @property
    def engine(self) -> LocalEngine:
        return self._profile.engine

    def stored(self) -> StoredGroups:
        """The groups as they are now: those that were kept, grouped anew if the user has said something since."""
        kept = self._catalog.grouping(self.engine.name)
        if kept is None:
            return StoredGroups.empty()
        basis, faces = kept
        return StoredGroups.decode(faces) if basis == self._catalog.basis() else self.keep(*self.restored()[:2])

    def stored_with_means(self) -> tuple[StoredGroups, GroupMeans]:
        """The groups as they are now, and what was kept of how they look; see `Groups.means`."""
        self.stored()
        kept = self._kept(self._catalog.basis())
        return kept.groups, kept.means

    def restored(self) -> tuple[KnownGroups, str, PicturesSaid]:
        """The groups, ready for more faces, the basis that they stand on, and what the user said."""
        catalog, engine = self._catalog, self.engine
        basis, said = catalog.basis(), self._said()
        groups = KnownGroups(engine.dimensions, Scale(*engine.scale))
        groups.restore(self._kept(basis), self, self._portraits(), said)
        return groups, basis, said

    def _kept(self, basis: str) -> Kept:
        kept, dimensions = self._catalog.grouping(self.engine.name), self.engine.dimensions
        if kept is None:
            return Kept(StoredGroups.empty(), no_means(dimensions), is_current=False)
        means = decode_means(self._catalog.group_means(self.engine.name), kept[1], dimensions)
        return Kept(StoredGroups.decode(kept[1]), means, kept[0] == basis)

    def keep(self, groups: KnownGroups, basis: str) -> StoredGroups:
        """Keep the groups, durably."""
        stored, means = groups.stored()
        faces = stored.encode()
        self._catalog.keep_grouping(self.engine.name, basis, faces, encode_means(means, faces))
        return stored

    def known(self, contents: Sequence[bytes]) -> list[bool]:
        """Whether the engine still knows the faces of each of these pictures."""
        analyzed = self._catalog.analyzed_contents(self.engine.name) if contents else frozenset[bytes]()
        return [content in analyzed for content in contents]

    def vectors(self, contents: Sequence[bytes]) -> Iterator[tuple[bytes, Floats]]:
        """The vectors of these pictures' faces, as far as they are known."""
        if len(contents) <= FEW:
            found = ((content, self._catalog.analysis(content, self.engine.name)) for content in contents)
            yield from self._vectors([(content, (analysis,)) for content, analysis in found if analysis is not None])
            return
        wanted = frozenset(contents)
        for chunk in self._catalog.stored_analyses((self.engine.name,)):
            yield from self._vectors([(content, analyses) for content, analyses in chunk if content in wanted])

    def seen(self, pictures: Sequence[tuple[bytes, Analyses]]) -> Iterator[SeenPicture]:
        """The faces and vectors of these contents."""
        for (content, analyses), (_, vectors) in zip(pictures, self._vectors(pictures), strict=True):
            faces = [
                SeenFace(face.box, is_clear(face), face.quality.sharpness, face.seconds)
                for face in faces_of(analyses[0])
            ]
            yield SeenPicture(content, faces, vectors)

    def _vectors(self, pictures: Sequence[tuple[bytes, Analyses]]) -> Iterator[tuple[bytes, Floats]]:
        found, counts = vectors_of([analyses[0] for _, analyses in pictures])
        cleared = self.engine.cleared(found) if len(found) else np.zeros((0, self.engine.dimensions), np.float32)
        ends = accumulate(counts, initial=0)
        for (content, _), (start, end) in zip(pictures, pairwise(ends), strict=True):
            yield content, cleared[start:end]

    def parted(self, faces: Sequence[FaceKey], out: Set[FaceKey]) -> set[FaceKey]:
        """Which of the other faces are clearly more like those taken `out` than like the rest."""
        vectors: dict[FaceKey, Floats] = {}
        for face in faces:
            analysis = self._catalog.analysis(face.content, self.engine.name)
            place = None if analysis is None or face.box is None else face.box.same_face(_boxes(analysis))
            if analysis is not None and place is not None:
                vectors[face] = self._vector(analysis, place)
        taken = np.array([face in out for face in vectors], bool)
        if not vectors or taken.all() or not taken.any():
            return set()
        moved = more_like(np.stack(list(vectors.values())), taken, Scale(*self.engine.scale))
        return {face for face, goes in zip(vectors, moved.tolist(), strict=True) if goes}

    def _said(self) -> PicturesSaid:
        """The last word comes last, and wins: only faces that are nobody's are set apart, and a yes may follow."""
        catalog, everybody = self._catalog, self._catalog.people()
        portraits = [(one.content, one.box, of.person.id) for of in everybody for one in catalog.portraits(of.person)]
        apart = [(face.content, face.box, -one.id) for one in catalog.unnamed() for face in one.faces]
        decided = catalog.decided_faces()
        faces = [*portraits, *apart]
        boxes = np.array([*(box or _NO_BOX for _content, box, _owner in faces), *decided.boxes], np.float64)
        return PicturesSaid(
            [*(content for content, _box, _owner in faces), *decided.contents],
            boxes.reshape(-1, 4),
            np.array([*(owner for _content, _box, owner in faces), *decided.people], np.int64),
            np.array([*([True] * len(faces)), *decided.are_theirs], np.bool_),
            partial(self._unborn, [(one.person.id, one.born.isoformat()) for one in everybody if one.born is not None]),
        )

    def _unborn(
        self, births: Sequence[tuple[int, str]], contents: Sequence[bytes]
    ) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """People (ids) by their dates of birth, each with the places of those contents that are older."""
        if not births or not contents:
            return
        if len(contents) <= FEW:
            told = self._catalog.metadata(contents).items()
            days = {content: str(one.taken_at.date()) for content, one in told if one.taken_at is not None}
        else:
            days = self._catalog.days_before(max(born for _person, born in births))
        taken = np.array([days.get(content, _UNDATED) for content in contents])
        for person, born in births:
            yield person, np.flatnonzero(taken < born)

    def _portraits(self) -> list[KnownPortrait]:
        found: list[KnownPortrait] = []
        for details in self._catalog.people():
            for portrait in self._catalog.portraits(details.person):
                vector = self.vector_of(portrait)
                if vector is not None:
                    found.append(KnownPortrait(portrait.id, vector, details.person.id))
        return found

    def vector_of(self, portrait: PersonPortrait) -> Floats | None:
        """The cleared vector of a portrait's face; see `look_of`."""
        look = self.look_of(portrait)
        return None if look is None else look[1]

    def look_at(self, face: FaceKey) -> tuple[Face, Floats] | None:
        """A face of a picture and its cleared vector; None if the picture or the face is not known to the engine."""
        analysis = self._catalog.analysis(face.content, self.engine.name)
        if analysis is None:
            return None
        faces = faces_of(analysis)
        place = None if face.box is None else face.box.same_face([one.box for one in faces])
        if face.box is None and len(faces) == 1:
            place = 0
        return None if place is None else (faces[place], self._vector(analysis, place))

    def look_of(self, portrait: PersonPortrait) -> tuple[Face, Floats] | None:
        """A portrait's face and its cleared vector: of the picture, or if that is not known any more of its crop.

        None if there is no face in the crop.
        """
        look = self.look_at(FaceKey(portrait.content, portrait.box))
        if look is not None:
            return look
        content = hashlib.sha256(portrait.crop).digest()
        analysis = self._catalog.analysis(content, self.engine.name)
        if analysis is None:
            try:
                analysis = self.engine.analyze(self.engine.name, EncodedPicture("", portrait.crop))
            except PhotoError:
                return None
            self._catalog.record_analyses(NO_PHOTO, content, {self.engine.name: analysis})
        faces = faces_of(analysis)
        place = face_of_crop(faces)
        return (faces[place], self._vector(analysis, place)) if faces else None

    def _vector(self, analysis: bytes, place: int) -> Floats:
        return self.engine.cleared(vectors_of([analysis])[0][[place]])[0]


def _boxes(analysis: bytes) -> list[BoundingBox]:
    return [face.box for face in faces_of(analysis)]
