"""The vectors of many photos' faces as one run of bytes, so that a library is read by the folder, not by the photo."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from facesorter.domain.ports import Analyses
from facesorter.engines.local.calibrate import Calibration
from facesorter.engines.local.codec import Vectors, all_vectors
from facesorter.engines.local.loaded_faces import LoadedFaces

_HEADER = struct.Struct("<IIH")
"""How many photos and faces there are, and the dimensions of a vector. Then come each photo's count of faces and the
year in which it was taken, and the vectors as they are stored in an analysis. Whoever changes this layout adds a
migration that deletes all packs."""


class FacePacks(NamedTuple):
    """Fulfils `FacePacking`. A pack takes eight bytes a photo, and a face half of what it takes in `LoadedFaces`."""

    calibration: Calibration

    def pack(self, photos: Sequence[Analyses]) -> bytes:
        """See `FacePacking`."""
        vectors, counts, years = all_vectors([analyses[0] for analyses in photos])
        header = _HEADER.pack(len(counts), len(vectors), vectors.shape[1])
        return b"".join(
            (header, counts.astype("<u4").tobytes(), years.astype("<f4").tobytes(), vectors.astype("<f2").tobytes())
        )

    def load(self, packs: Sequence[bytes]) -> LoadedFaces:
        """See `FacePacking`."""
        of_packs = [_vectors(pack) for pack in packs]
        with_faces = [one.vectors for one in of_packs if len(one.vectors)] or [of_packs[0].vectors]
        counts = np.concatenate([one.counts for one in of_packs])
        years = np.concatenate([one.years for one in of_packs])
        return LoadedFaces.of(Vectors(np.concatenate(with_faces), counts, years), self.calibration)


def _vectors(pack: bytes) -> Vectors:
    photos, faces, dimensions = _HEADER.unpack_from(pack)
    at = _HEADER.size
    counts = np.frombuffer(pack, "<u4", photos, at).astype(np.int64)
    at += 4 * photos
    years = np.frombuffer(pack, "<f4", photos, at)
    vectors = np.frombuffer(pack, "<f2", faces * dimensions, at + years.nbytes).reshape(faces, dimensions)
    return Vectors(vectors.astype(np.float32), counts, years)
