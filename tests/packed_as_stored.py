"""Packs of an engine that stores no vectors: the analyses as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from facesorter.domain.loaded_photos import ScoredAnew
from facesorter.domain.ports import Analyses, FaceEngine


@dataclass(frozen=True)
class PackedAsStored:
    """Fulfils `FacePacking`."""

    engine: FaceEngine

    def pack(self, photos: Sequence[Analyses]) -> bytes:
        return json.dumps([[analysis.hex() for analysis in analyses] for analyses in photos]).encode()

    def load(self, packs: Sequence[bytes]) -> ScoredAnew:
        photos = [tuple(map(bytes.fromhex, analyses)) for pack in packs for analyses in json.loads(pack)]
        return ScoredAnew(self.engine, photos)
