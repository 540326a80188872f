"""Amazon Rekognition by contact sheets: the same engine, for photos whose faces are known already.

Answers of sheets have keys of their own, because a face cut out and sized down may score a little differently from
the same face in its photo.
"""

from __future__ import annotations

from collections.abc import Sequence

from facesorter.domain.models import Face, Portrait
from facesorter.domain.ports import SeenPhoto
from facesorter.engines.rekognition.calls import NoFaces
from facesorter.engines.rekognition.codec import ScoredFace, pack
from facesorter.engines.rekognition.engine import RekognitionEngine
from facesorter.engines.rekognition.sheets import CAPACITY, FoundFace, sheet, similarity_by_tile, tiles_of
from facesorter.engines.rekognition.uploads import Pixels

SUFFIX = "/sheet"


class SheetRekognition(RekognitionEngine):
    """Implements `SheetEngine`. `analyze` asks about a whole photo, as the plain engine does."""

    @property
    def capacity(self) -> int:
        """How many faces one call takes."""
        return CAPACITY

    def whole(self, query: str) -> str:
        """The plain engine's query."""
        return query.removesuffix(SUFFIX)

    def tiles(self, photo: SeenPhoto) -> list[Pixels]:
        """The photo's faces cut out. Raises `PhotoError`."""
        with self.preparing:
            return tiles_of(photo)

    def analyze_together(
        self, query: str, photos: Sequence[tuple[tuple[Face, ...], list[Pixels]]]
    ) -> list[bytes | None]:
        """One call for all these faces; None for a photo of which a face did not come back."""
        tiles = [tile for _, cut in photos for tile in cut]
        try:
            found = self.answer(query, {"Bytes": sheet(tiles)})
        except NoFaces:
            return [None] * len(photos)
        by_tile = similarity_by_tile([FoundFace(face.box, similarity) for face, similarity in found])
        analyses: list[bytes | None] = []
        first = 0
        for faces, _ in photos:
            scored = [
                ScoredFace(face, by_tile[number]) for number, face in enumerate(faces, first) if number in by_tile
            ]
            analyses.append(pack(scored) if len(scored) == len(faces) else None)
            first += len(faces)
        return analyses

    def headshot(self, portrait: Portrait) -> tuple[Face, str]:
        """The face that is meant, and the query about it on sheets."""
        face, query = super().headshot(portrait)
        self.headshots[query + SUFFIX] = self.headshots[query]
        return face, query + SUFFIX
